internal import Content
internal import Model
internal import Storage

/// The snapshots of a dataset that are kept, the newest first; each is read when it is asked for.
public struct History {
    private let snapshots: SnapshotStore
    private let dataset: String
    private let gaps: HistoryGaps
    private var upcoming: ContentID?
    private var sequence: UInt64?

    init(_ snapshots: SnapshotStore, dataset: String, from id: ContentID?, gaps: HistoryGaps) {
        self.snapshots = snapshots
        self.dataset = dataset
        self.gaps = gaps
        upcoming = id
    }

    /// The next older snapshot; nil after the first.
    ///
    /// - Throws: `notFound` or `damaged` where a snapshot cannot be had; the history then ends.
    public mutating func next() throws -> Snapshot? {
        guard let id = upcoming else { return nil }
        upcoming = nil
        let snapshot = try snapshots.read(dataset, id)
        // Numbers fall, by one where nothing was forgotten, so a history always ends.
        if let sequence, snapshot.sequence >= sequence {
            throw PerigeeError(
                .damaged, "the snapshot has number \(snapshot.sequence), not one below \(sequence)",
                at: snapshots.key(dataset, id).text)
        }
        sequence = snapshot.sequence
        upcoming = gaps.follower(snapshot.parent)
        if snapshot.sequence == 0, snapshot.parent != nil {
            throw PerigeeError(.damaged, "the first snapshot has a parent", at: snapshots.key(dataset, id).text)
        }
        return snapshot
    }
}
