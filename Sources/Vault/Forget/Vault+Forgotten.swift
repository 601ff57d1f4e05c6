internal import Content
internal import Model
internal import Storage

extension Vault {
    /// The snapshots of `dataset` that are still there, but in its history no more, the newest first.
    ///
    /// They were forgotten, or come from runs that did not finish. Until a gc deletes what only they need, they can be read
    /// like others; after that anything may be missing.
    public func forgotten(_ dataset: String) throws -> [Snapshot] {
        var there = try Set(listed(dataset))
        guard !there.isEmpty else { return [] }
        // After the listing: what is committed meanwhile is not forgotten.
        var history = try history(dataset)
        while let snapshot = try history.next() { there.remove(snapshot.id) }
        return try there.compactMap { id in
            do {
                return try snapshots.read(dataset, id)
            } catch let error as PerigeeError where error.code == .notFound {
                // A gc has just deleted it.
                return nil
            }
        }
        .sorted { ($0.sequence, $0.created, $0.id) > ($1.sequence, $1.created, $1.id) }
    }

    /// The one that `selector` means, which has digits of its ID and means none of the history; nil where there is none.
    ///
    /// - Throws: `usage` where several begin with them.
    func forgotten(_ dataset: String, _ selector: SnapshotSelector) throws -> Snapshot? {
        guard case .prefix = selector else { return nil }
        let found = try listed(dataset).filter(selector.names)
        guard found.count <= 1 else { throw ambiguous(dataset, selector) }
        return try found.first.map { try snapshots.read(dataset, $0) }
    }

    /// The snapshots of `dataset` whose blobs are there, in its history or not.
    private func listed(_ dataset: String) throws -> [ContentID] {
        var ids: [ContentID] = []
        try store.listAll(VaultLayout.snapshots(keys.tag(of: dataset))).forEach { info in
            if let id = VaultLayout.snapshotName(of: info.key)?.id { ids.append(id) }
        }
        return ids
    }

    /// Several snapshots begin with the digits of `selector`.
    func ambiguous(_ dataset: String, _ selector: SnapshotSelector) -> PerigeeError {
        PerigeeError(
            .usage, "several snapshots of \(dataset) begin with \(selector)", at: store.name,
            remedy: "give more digits")
    }
}
