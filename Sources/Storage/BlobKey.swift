public import Hashing

/// A blob's name: parts of lower-case letters, digits, `-`, `_` and `.`, joined by `/`; fit for folders and object stores.
public struct BlobKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The most bytes that a key may have.
    public static let lengthMax = 255

    /// The name.
    public let text: String

    /// A key; nil where `text` is empty, longer than ``lengthMax``, or has a part that is empty or begins with a dot.
    public init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.lengthMax else { return nil }
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            guard let first = part.first, first != UInt8(ascii: ".") else { return nil }
            let allowed = part.allSatisfy {
                (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f || $0 == 0x2e
            }
            guard allowed else { return nil }
        }
        self.text = text
    }

    /// The key `folder/ab/abcd...` of a blob that is named by its digest.
    public init(_ folder: StaticString, _ digest: Digest) {
        let hex = digest.hex
        text = "\(folder)/\(hex.prefix(2))/\(hex)"
    }

    /// Orders as the bytes do.
    public static func < (a: BlobKey, b: BlobKey) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    /// The name.
    public var description: String { text }
}
