/// Twelve bytes that are never used twice with one key.
public struct Nonce: Hashable, Sendable {
    /// The length of a nonce in bytes.
    public static let byteCount = 12

    // The bytes, in the order and endianness of memory; four bytes each, so that there is no padding.
    private var words: (UInt32, UInt32, UInt32)

    /// A copy of exactly 12 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "a nonce has 12 bytes")
        words = bytes.loadUnaligned(as: (UInt32, UInt32, UInt32).self)
    }

    /// Calls `body` with the 12 bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    /// Equal where all bytes are.
    public static func == (a: Nonce, b: Nonce) -> Bool { a.words == b.words }

    /// Hashes all bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}
