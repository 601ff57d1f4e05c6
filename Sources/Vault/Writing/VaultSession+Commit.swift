public import Content
internal import Model
internal import Storage

extension VaultSession {
    /// How often a ref that others keep moving is tried anew.
    public static let commitAttemptsMax = 64

    /// Makes what was written a snapshot of `dataset`.
    ///
    /// All writers are to be finished. When this returns, the snapshot is the dataset's newest, durably; when it
    /// throws, the dataset is as it was. Where somebody else has committed meanwhile, the snapshot is placed after
    /// theirs.
    ///
    /// - Parameter parent: the snapshot that the caller compared with; only a hint, since others may have gone on.
    /// - Throws: `refused` where a writer holds chunks that are in no pack yet; `conflict` where the ref moves faster
    ///   than this can follow.
    public func commit(_ draft: SnapshotDraft, dataset: String, expecting parent: ContentID?) throws -> Snapshot {
        guard !dataset.isEmpty, dataset.utf8.count <= PageLimits.datasetName else {
            throw PerigeeError(.limit, "a dataset's name has 1 to \(PageLimits.datasetName) bytes", at: dataset)
        }
        guard isFlushed else {
            throw PerigeeError(
                .refused, "a writer was not finished, or has failed: what it claimed is in no pack", at: dataset)
        }
        try listEverything()
        for _ in 0..<Self.commitAttemptsMax {
            do {
                return try place(draft, dataset: dataset)
            } catch let error as PerigeeError where error.code == .conflict {
                // Somebody moved the ref in between: place the snapshot after theirs.
            }
        }
        throw PerigeeError(
            .conflict, "others commit to the dataset faster than this can", at: dataset,
            remedy: "run the same command again", canRetry: true)
    }

    /// One try: the snapshot after the one that the ref names now.
    private func place(_ draft: SnapshotDraft, dataset: String) throws -> Snapshot {
        let current = try vault.refs.read(dataset)
        let sequence = current.map { $0.ref.sequence + 1 } ?? 0
        let page = try Snapshot.page(
            of: draft, dataset: dataset, parent: current?.ref.snapshot, sequence: sequence)
        let id = try vault.snapshots.write(page, dataset: dataset, to: store)
        let ref = Ref(dataset: dataset, snapshot: id, sequence: sequence)
        try vault.refs.write(ref, to: store, if: current.map { .matches($0.version) } ?? .absent)
        return try Snapshot(page: page, id: id)
    }
}
