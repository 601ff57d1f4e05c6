internal import Model
internal import Workers

/// The large files in the making that stay where the run breaks off, so that the next one finds what has come.
final class KeptParts: Sendable {
    private let paths = Monitor<Set<TreePath>>([])

    /// What is at `path` is one of them from now on.
    func begin(_ path: TreePath) { paths.change { _ = $0.insert(path) } }

    /// It has its place, or is of no use to anybody.
    func end(_ path: TreePath) { paths.change { _ = $0.remove(path) } }

    /// Whether what is at `path` was begun by this run, and stays.
    func isBegun(_ path: TreePath) -> Bool { paths.read { $0.contains(path) } }
}
