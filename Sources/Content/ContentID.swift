public import Hashing

/// The name of a chunk or page: the keyed BLAKE3 digest of its plain bytes.
///
/// Equal IDs mean equal bytes within one dedup domain. The key is the domain's, so that an ID tells nothing to those who
/// know a file but not the key.
public struct ContentID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The length of an ID in bytes.
    public static let byteCount = Digest.byteCount

    /// The 32 bytes.
    public let digest: Digest

    /// The ID that `digest` is.
    public init(_ digest: Digest) { self.digest = digest }

    /// A copy of exactly 32 bytes.
    public init(_ bytes: UnsafeRawBufferPointer) { digest = Digest(bytes) }

    /// The ID that `text` spells in 64 hexadecimal digits; nil otherwise.
    public init?(hex text: some StringProtocol) {
        guard let digest = Digest(hex: text) else { return nil }
        self.digest = digest
    }

    /// The bytes as 64 lower-case hexadecimal digits.
    public var hex: String { digest.hex }

    /// The first 12 digits: enough for people to tell chunks apart.
    public var short: String { String(hex.prefix(12)) }

    /// Orders as the bytes do.
    public static func < (a: ContentID, b: ContentID) -> Bool { a.digest < b.digest }

    /// The hexadecimal digits.
    public var description: String { hex }
}
