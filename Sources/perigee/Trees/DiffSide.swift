internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Replication
internal import Vault
internal import Workers

/// One side of a comparison: a tree, or a snapshot in a vault, its entries in path order.
protocol DiffSide: AnyObject {
    /// The next entry with its extended attributes; nil at the end.
    func next() throws -> DiffEntry?
    /// The bytes of a file that was given.
    func bytes(of entry: DiffEntry) throws -> any ByteFeed
    /// Whether bytes are far away: then digests are compared.
    var isFar: Bool { get }
    /// The digest of the bytes of a file that was given.
    ///
    /// - Throws: also where `stop` is raised meanwhile.
    func digest(of entry: DiffEntry, _ stop: StopFlag) throws -> Digest
    /// What could not be read.
    var failures: [ScanFailure] { get }
}

/// An entry of one side.
struct DiffEntry {
    let row: EntryRow
    /// What the side needs to read its bytes; nil for a tree.
    let stored: Entry?
    /// The digest of a file's bytes, where the side has given it with the entry.
    var digest: Digest?
}

extension DiffSide {
    var isFar: Bool { false }

    func digest(of entry: DiffEntry, _ stop: StopFlag) throws -> Digest {
        var (feed, hasher) = (try bytes(of: entry), Blake3Hasher())
        while let piece = try feed.next() {
            try stop.check()
            hasher.update(piece)
        }
        return hasher.finalize()
    }
}

/// A snapshot as a side.
final class SnapshotSide: DiffSide {
    let vault: Vault
    let snapshot: Snapshot
    private let after: TreePath?
    private var cursor: EntryCursor
    private var hasBegun = false

    /// A snapshot, from where what comes behind `after` begins.
    init(_ vault: Vault, _ snapshot: Snapshot, after: TreePath? = nil) throws {
        self.vault = vault
        self.snapshot = snapshot
        self.after = after
        cursor = EntryCursor(snapshot.tree, source: try vault.pages())
    }

    var failures: [ScanFailure] { [] }

    func next() throws -> DiffEntry? {
        if !hasBegun {
            hasBegun = true
            if let after { try cursor.seek(to: after) }
        }
        return try cursor.next().map { DiffEntry(row: EntryRow(path: $0.path, attributes: $0.attributes), stored: $0) }
    }

    func bytes(of entry: DiffEntry) throws -> any ByteFeed {
        guard let stored = entry.stored else { preconditionFailure("an entry of a snapshot is stored") }
        return try FileStream(stored, of: vault)
    }
}

/// A tree as a side.
final class TreeSide: DiffSide {
    private let tree: SourceTree
    private let scanner: Scanner
    private let folder: FolderHandle

    /// The tree at `root`, without what comes before `after`.
    init(_ root: String, after: TreePath? = nil) throws {
        tree = try SourceTree(root: root)
        scanner = tree.scanner(after: after)
        folder = try FolderHandle(path: root)
    }

    var failures: [ScanFailure] { tree.failures }

    func next() throws -> DiffEntry? {
        while let entry = try scanner.next() {
            do {
                let attributes = try tree.complete(entry)
                return DiffEntry(row: EntryRow(path: entry.path, attributes: attributes), stored: nil)
            } catch let error as PerigeeError where error.code == .notFound {
                // Gone since it was listed.
                continue
            }
        }
        return nil
    }

    func bytes(of entry: DiffEntry) throws -> any ByteFeed {
        OpenFileFeed(try folder.file(entry.row.path.bytes, .reading))
    }
}
