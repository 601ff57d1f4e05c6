internal import Hashing
internal import Model
internal import Replication
internal import Sites
internal import Workers

/// A tree on another host as a side of a comparison.
final class RemoteSide: DiffSide {
    private let tree: RemoteTree
    private let answer: TreeAnswer

    /// The tree at `end`, without what comes before `after`; `withDigests` has all files read there, and their digests come
    /// with the entries.
    init(_ end: RemoteEnd, withDigests: Bool, after: TreePath?, _ context: Context) throws {
        tree = try end.tree(context)
        var question = TreeQuestion(.whole)
        question.withDigests = withDigests
        question.begin(after: after)
        answer = try tree.look(question)
    }

    var failures: [ScanFailure] { answer.failures }
    var isFar: Bool { true }

    func next() throws -> DiffEntry? {
        try answer.next().map { shown in
            let row = EntryRow(path: shown.entry.path, attributes: shown.entry.attributes)
            return DiffEntry(row: row, stored: nil, digest: shown.digest)
        }
    }

    func bytes(of entry: DiffEntry) throws -> any ByteFeed {
        throw PerigeeError(.unsupported, "digests are compared where a tree is on another host")
    }

    /// Asks for it, unless it came with the entry: a round trip for each file whose time alone differs.
    func digest(of entry: DiffEntry, _ stop: StopFlag) throws -> Digest {
        if let digest = entry.digest { return digest }
        return try tree.look(TreeQuestion(.digest, at: entry.row.path)).digest()
    }
}
