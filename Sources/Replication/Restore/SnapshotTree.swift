internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// A snapshot of a vault, read as a tree is: what another site is made like.
///
/// The state of an entry is made of its fingerprint, so that whoever remembers states knows what has not changed from one
/// snapshot to the next. The vault stays here with its keys: whoever asks gets plain files.
final class SnapshotTree: ReadableTree {
    private let vault: Vault
    private let snapshot: Snapshot
    private let only: PathSelection?
    private let filter: PathFilter
    private let lookUps = Monitor<[EntryLookUp]>([])
    private let readers = Monitor<[StoredReader]>([])

    /// What `snapshot` of `vault` holds of what `only` selects and `filter` admits.
    init(_ vault: Vault, _ snapshot: Snapshot, only: PathSelection?, filter: PathFilter) throws {
        self.vault = vault
        self.snapshot = snapshot
        self.only = only
        self.filter = filter
        try vault.index.refresh()
    }

    var failures: [ScanFailure] { [] }
    var failureCount: Int { 0 }

    func feed() throws -> any EntryFeed {
        SnapshotFeed(
            SelectedEntries(EntryCursor(snapshot.tree, source: try vault.pages()), only: only, filter: filter))
    }

    func scan(_ path: TreePath) throws -> ScannedEntry { ScannedEntry(try entry(at: path)) }

    func complete(_ scanned: ScannedEntry) throws -> Attributes { scanned.attributes }

    func file(of scanned: ScannedEntry) throws -> any ReadableFile {
        StoredFile(try entry(at: scanned.path)) { try self.reading($0) }
    }

    func file(at path: TreePath) throws -> (scanned: ScannedEntry, file: any ReadableFile) {
        let entry = try entry(at: path)
        guard entry.attributes.kind == .file else { throw PerigeeError.changed(path) }
        return (ScannedEntry(entry), StoredFile(entry) { try self.reading($0) })
    }

    func isGone(_ path: TreePath) -> Bool {
        do {
            _ = try entry(at: path)
            return false
        } catch let error as PerigeeError {
            return error.code == .notFound
        } catch {
            return false
        }
    }

    /// The entry at `path`, by whichever cursor stands nearest before it.
    private func entry(at path: TreePath) throws -> Entry {
        let free = lookUps.change { lookUps -> EntryLookUp? in
            let best = lookUps.indices.max { lookUps[$0].nearness(to: path) < lookUps[$1].nearness(to: path) }
            return best.map { lookUps.remove(at: $0) }
        }
        let lookUp = try free ?? EntryLookUp(EntryCursor(snapshot.tree, source: vault.pages()))
        let found = try lookUp.entry(at: path)
        lookUps.change { $0.append(lookUp) }
        guard let found else {
            throw PerigeeError(.notFound, "the snapshot has nothing of that name", at: path.description)
        }
        return found
    }

    /// Runs `body` with a reader that nobody else uses meanwhile.
    private func reading(_ body: (StoredReader) throws -> Int) throws -> Int {
        let reader = try readers.change { $0.popLast() } ?? StoredReader(vault)
        let count = try body(reader)
        readers.change { $0.append(reader) }
        return count
    }
}

/// The entries of a snapshot as a scan gives those of a folder.
private final class SnapshotFeed: EntryFeed {
    private var entries: SelectedEntries

    init(_ entries: SelectedEntries) { self.entries = entries }

    func next() throws -> ScannedEntry? { try entries.next().map { ScannedEntry($0) } }
}

/// A cursor that goes on from where it stands: requests mostly come in path order.
private final class EntryLookUp {
    /// So many entries are passed one by one before a page is looked up instead.
    private static let stepsMax = 64

    private var cursor: EntryCursor
    private var last: Entry?

    init(_ cursor: EntryCursor) { self.cursor = cursor }

    /// How well this one is placed for `path`: 0 where it stands behind it or nowhere, else the more the fewer bytes differ.
    func nearness(to path: TreePath) -> Int {
        guard let last, last.path <= path else { return 0 }
        return 1 + zip(last.path.bytes, path.bytes).prefix { $0 == $1 }.count
    }

    func entry(at path: TreePath) throws -> Entry? {
        if let last, last.path == path { return last }
        if let before = last, before.path < path {
            for _ in 0..<Self.stepsMax {
                guard let next = try cursor.next() else { break }
                last = next
                if next.path == path { return next }
                if path < next.path { return nil }
            }
        }
        last = try cursor.entry(at: path)
        return last
    }
}

extension ScannedEntry {
    /// An entry of a snapshot: its state is its fingerprint, and how many names it has is not known.
    fileprivate init(_ entry: Entry) {
        var attributes = entry.attributes
        let isLinked = attributes.linkGroup != nil
        (attributes.linkGroup, attributes.holes) = (nil, [])
        if attributes.kind == .file { attributes.extended = [] }
        let identity = EntryFingerprint.of(entry).withUnsafeBytes { bytes in
            Guard(
                device: bytes.loadUnaligned(as: UInt64.self).littleEndian,
                inode: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian,
                changed: Timestamp(seconds: 1))
        }
        self.init(
            path: entry.path, attributes: attributes, identity: identity, links: isLinked ? .max : 1,
            mayBeSparse: false)
    }
}
