/// Thirty-two bytes of BLAKE3 output, ordered as their bytes are.
public struct Digest: Sendable {
    /// The length of a digest in bytes.
    public static let byteCount = 32

    // The bytes, eight at a time, in the order and endianness of memory.
    private var words: (UInt64, UInt64, UInt64, UInt64)

    /// The digest whose bytes are all zero; a placeholder to be overwritten, never a valid name.
    public static let zero = Digest(words: (0, 0, 0, 0))

    private init(words: (UInt64, UInt64, UInt64, UInt64)) { self.words = words }

    /// A copy of exactly 32 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Self.byteCount, "a digest has 32 bytes")
        words = bytes.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self)
    }

    /// The digest that `text` spells in 64 hexadecimal digits of either case; nil otherwise.
    public init?(hex text: some StringProtocol) {
        guard let bytes = Hexadecimal.decode(text), bytes.count == Self.byteCount else { return nil }
        self = bytes.withUnsafeBytes { Digest($0) }
    }

    /// The bytes as 64 lower-case hexadecimal digits.
    public var hex: String { withUnsafeBytes { Hexadecimal.encode($0) } }

    /// Calls `body` with the 32 bytes.
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: words, body)
    }

    /// Calls `body` with the 32 bytes, to be written.
    public mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try Swift.withUnsafeMutableBytes(of: &words, body)
    }

    /// The first eight bytes as a big-endian number: orders as the digest does, and spreads evenly.
    public var prefix: UInt64 { UInt64(bigEndian: words.0) }
}

extension Digest: Hashable, Comparable {
    /// Equal where all bytes are.
    ///
    /// Not constant in time: digests here are names, not secrets.
    public static func == (a: Digest, b: Digest) -> Bool { a.words == b.words }

    /// Orders as the bytes do.
    public static func < (a: Digest, b: Digest) -> Bool {
        if a.words.0 != b.words.0 { return UInt64(bigEndian: a.words.0) < UInt64(bigEndian: b.words.0) }
        if a.words.1 != b.words.1 { return UInt64(bigEndian: a.words.1) < UInt64(bigEndian: b.words.1) }
        if a.words.2 != b.words.2 { return UInt64(bigEndian: a.words.2) < UInt64(bigEndian: b.words.2) }
        return UInt64(bigEndian: a.words.3) < UInt64(bigEndian: b.words.3)
    }

    /// Hashes one word: a digest is as good as random.
    public func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

extension Digest: CustomStringConvertible {
    /// The hexadecimal digits.
    public var description: String { hex }
}
