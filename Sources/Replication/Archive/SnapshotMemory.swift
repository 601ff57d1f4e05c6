internal import Content
internal import Hashing
internal import Model
internal import Vault

/// What this machine remembers of the last snapshot that it made of a tree: the snapshot, and how each file looked then.
final class SnapshotMemory {
    /// The snapshot to compare with; nil where there is none.
    let snapshot: Snapshot?
    /// How the files looked when that snapshot was made; nil where that is not known.
    let record: RecordReader?
    private let vault: Vault
    private let path: String?

    /// What `state` remembers of `pair`; with no memory, the newest snapshot of `dataset` and no record.
    init(vault: Vault, dataset: String, pair: EndpointPair, state: StateFolder?) throws {
        self.vault = vault
        path = state?.file("records", for: pair)
        let latest = try vault.latest(dataset)
        let record = path.flatMap { RecordReader(path: $0) }
        // A record whose head is damaged speaks of nothing: a part of an ID could name another snapshot.
        let binding = record.flatMap { $0.binding.utf8.count == 2 * Digest.byteCount ? $0.binding : nil }
        if let record, let latest, binding == latest.id.hex {
            (self.snapshot, self.record) = (latest, record)
        } else if let record, let binding, let known = try? vault.resolve(dataset, .prefix(binding)) {
            // Somebody else has made a newer snapshot; ours is what the record speaks of.
            (self.snapshot, self.record) = (known, record)
        } else {
            (self.snapshot, self.record) = (latest, nil)
        }
    }

    /// The leaves of the snapshot in order.
    func leaves() throws -> LeafCursor? {
        try snapshot.map { LeafCursor($0.tree, source: try vault.pages(copies: true)) }
    }

    /// Begins the record of the next snapshot; nil where it cannot be kept, which is told as a warning.
    ///
    /// - Parameter keepsOld: whether entries of ``record`` are passed on.
    func newRecord(keepsOld: Bool, _ tally: Tally) -> RecordKeeper? {
        do {
            return try path.map { try RecordKeeper(path: $0, old: keepsOld ? record : nil) }
        } catch {
            tally.warn(StateFolder.warning(error))
            return nil
        }
    }

    /// Puts the new record in place, as speaking of `snapshot`; a warning where that fails.
    func keep(_ keeper: RecordKeeper?, for snapshot: Snapshot, _ tally: Tally) {
        do {
            record?.finish()
            // A damaged record is not as long as it was.
            let count = record.map { $0.isDamaged ? -1 : $0.count } ?? 0
            try keeper?.finish(binding: snapshot.id.hex, oldCount: count)
        } catch {
            tally.warn(StateFolder.warning(error))
        }
    }
}
