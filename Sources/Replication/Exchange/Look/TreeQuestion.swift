public import Model

/// What somebody at another site wants to see of a tree.
public struct TreeQuestion: Codable, Sendable {
    /// What is to be shown.
    public enum Kind: String, Codable, Sendable {
        /// What lies in a folder, or the file itself.
        case folder
        /// All that lies beneath a folder.
        case beneath
        /// All entries of the tree with the root first, extended attributes included.
        case whole
        /// The bytes of a file.
        case bytes
        /// The digest of a file's bytes.
        case digest
    }

    /// What is to be shown.
    public var kind: Kind
    /// The folder or file, from the tree's root on.
    var inner: [UInt8]
    /// Whether each file comes with the digest of its bytes.
    public var withDigests = false
    /// What comes before this path is not wanted; nil for nothing.
    ///
    /// A site of an earlier version sends it all the same.
    var lower: [UInt8]?

    /// A question after what the tree has at `path`.
    public init(_ kind: Kind, at path: TreePath = .root) {
        self.kind = kind
        inner = path.bytes
    }

    /// What comes before this path is not wanted.
    public mutating func begin(after path: TreePath?) { lower = path?.bytes }

    /// The path before which nothing is wanted; nil where all is.
    ///
    /// - Throws: where it is no path inside of a tree.
    func after() throws -> TreePath? { try lower.map { try Self.path($0) } }

    /// The folder or file.
    ///
    /// - Throws: where it is no path inside of a tree.
    func path() throws -> TreePath { try Self.path(inner) }

    private static func path(_ bytes: [UInt8]) throws -> TreePath {
        guard let path = TreePath(validating: bytes) else {
            throw PerigeeError(
                .usage, "the path leads out of the tree", at: TreePath.printable(bytes),
                remedy: "name it from the tree's root, without ..")
        }
        return path
    }
}
