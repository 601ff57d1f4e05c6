public import Content
internal import Model
internal import Storage

extension Vault {
    /// How often a history that others keep changing is looked at anew.
    private static let forgetAttemptsMax = 64

    /// Takes the snapshots `ids` of `dataset` out of its history; the others stay, and stay readable.
    ///
    /// What was forgotten is deleted by a gc, if no snapshot that is kept needs it. IDs that the history does not have
    /// are passed over.
    ///
    /// - Parameter allowsEmpty: whether all snapshots may be forgotten.
    /// - Returns: how many were forgotten.
    /// - Throws: `notFound` where the dataset has no snapshots; `refused` where none would be left.
    @discardableResult
    public func forget(_ ids: Set<ContentID>, of dataset: String, allowsEmpty: Bool = false) throws -> Int {
        for _ in 0..<Self.forgetAttemptsMax {
            do {
                return try forgetOnce(ids, dataset, allowsEmpty)
            } catch let error as PerigeeError where error.code == .conflict {
                // Somebody has committed or forgotten in between: decide anew.
            }
        }
        throw PerigeeError(
            .conflict, "others change the dataset's history faster than this can", at: dataset,
            remedy: "run the same command again", canRetry: true)
    }

    private func forgetOnce(_ ids: Set<ContentID>, _ dataset: String, _ allowsEmpty: Bool) throws -> Int {
        // The ref first: a gc that seals it anew, or a commit, makes what follows fail.
        guard let current = try refs.read(dataset), let newest = current.ref.newest else {
            throw PerigeeError(
                .notFound, "there is no such dataset", at: dataset,
                remedy: "perigee log on the vault lists what there is")
        }
        let (gaps, condition) = try self.gaps.read(dataset)
        var history = History(snapshots, dataset: dataset, from: newest, gaps: gaps)
        var kept: [Snapshot] = []
        var forgotten = 0
        while let snapshot = try history.next() {
            if ids.contains(snapshot.id) { forgotten += 1 } else { kept.append(snapshot) }
        }
        guard forgotten > 0 else { return 0 }
        guard allowsEmpty || !kept.isEmpty else {
            throw PerigeeError(
                .refused, "no snapshot of \(dataset) would be left", at: dataset,
                remedy: "keep one; or, if the dataset is to go, allow that with --allow-empty")
        }
        let fresh = HistoryGaps(between: kept.map { ($0.id, $0.parent) })
        if fresh != gaps { try self.gaps.write(fresh, of: dataset, if: condition) }
        if kept.first?.id != newest {
            let ref =
                kept.first.map { Ref(dataset: dataset, snapshot: $0.id, sequence: $0.sequence) }
                ?? Ref(empty: dataset, nextSequence: current.ref.nextSequence)
            try refs.write(ref, to: store, if: .matches(current.version))
        }
        return forgotten
    }
}
