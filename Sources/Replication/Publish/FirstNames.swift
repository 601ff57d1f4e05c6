internal import Model
internal import Synchronization

/// What became of the first names of what has several: files, links, pipes, sockets' names, nodes.
///
/// A further name is made only where the first one is as it is to be; otherwise an old file would get it. Holds an entry
/// for each such file.
final class FirstNames: Sendable {
    private struct State {
        /// What is known of each first name; nil where nothing of it may be remembered.
        var known: [TreePath: RecordEntry?] = [:]
        /// Those whose state at the destination is not what it was.
        var touched: Set<TreePath> = []
    }

    private let state = Mutex(State())

    /// The file at `path` is in place; `known` is what may be remembered of it but for how it looks there.
    func made(_ path: TreePath, _ known: RecordEntry?) {
        state.withLock { state in
            state.known[path] = .some(known)
            state.touched.insert(path)
        }
    }

    /// The file at `path` was in place before, as `known` says.
    func kept(_ path: TreePath, _ known: RecordEntry) { state.withLock { $0.known[path] = .some(known) } }

    /// A further name was given to the file at `path`, which moves its ctime.
    func touch(_ path: TreePath) { _ = state.withLock { $0.touched.insert(path) } }

    /// Whether the file at `path` is in place.
    func isInPlace(_ path: TreePath) -> Bool { state.withLock { $0.known[path] != nil } }

    /// What may be remembered of the file at `path`.
    func known(_ path: TreePath) -> RecordEntry? { state.withLock { $0.known[path] ?? nil } }

    /// What is to be remembered anew.
    var changes: [RecordEntry] {
        state.withLock { state in state.touched.compactMap { state.known[$0] ?? nil } }
    }
}
