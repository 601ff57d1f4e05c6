/// What a message of an answer is; its first byte.
enum LookMessage: UInt8 {
    /// Entries, as in a listing.
    case entries = 1
    /// Bytes of a file: a block.
    case bytes = 2
    /// The end, with the digest of a file's bytes where there was one: 32 bytes.
    case end = 3
}

/// What is in an entries message, before each item.
enum LookItem: UInt8 {
    case entry = 1
    /// The digest of the bytes of the file before: 32 bytes.
    case digest = 2
    case failure = 3
}
