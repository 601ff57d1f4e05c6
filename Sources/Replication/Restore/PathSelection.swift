internal import Model

/// Which paths of a snapshot are wanted: those that a glob matches, all that lies below them, and the folders above.
public struct PathSelection: Sendable {
    /// The patterns as they were given.
    public let patterns: [String]
    private let globs: [Glob]

    /// The paths that one of `patterns` matches, in the words of ``PathFilter``.
    ///
    /// - Throws: `usage` with the pattern as its place, where one cannot be understood.
    public init(_ patterns: [String]) throws {
        self.patterns = patterns
        globs = try patterns.map { try Glob($0) }
    }

    /// Whether `path` is wanted itself, or lies below a folder that is.
    func includes(_ path: TreePath, isFolder: Bool) -> Bool {
        if globs.contains(where: { $0.matches(path.bytes, isFolder: isFolder) }) { return true }
        for (index, byte) in path.bytes.enumerated() where byte == UInt8(ascii: "/") {
            let folder = Array(path.bytes[..<index])
            if globs.contains(where: { $0.matches(folder, isFolder: true) }) { return true }
        }
        return false
    }
}
