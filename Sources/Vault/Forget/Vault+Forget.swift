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

    /// Tries once: whoever is stopped after any step leaves a history that can be read, with or without what was to go.
    private func forgetOnce(_ ids: Set<ContentID>, _ dataset: String, _ allowsEmpty: Bool) throws -> Int {
        // The gaps first: they hold for every ref that is newer than they are.
        let (gaps, condition) = try self.gaps.read(dataset)
        guard let current = try refs.read(dataset), let newest = current.ref.newest else {
            throw PerigeeError(
                .notFound, "there is no such dataset", at: dataset,
                remedy: "perigee log on the vault lists what there is")
        }
        var history = History(snapshots, dataset: dataset, from: newest, gaps: gaps)
        var all: [Snapshot] = []
        while let snapshot = try history.next() { all.append(snapshot) }
        let forgotten = ids.intersection(all.map(\.id))
        let kept = all.filter { !forgotten.contains($0.id) }
        guard !forgotten.isEmpty else { return 0 }
        guard allowsEmpty || !kept.isEmpty else {
            throw PerigeeError(
                .refused, "no snapshot of \(dataset) would be left", at: dataset,
                remedy: "keep one; or, if the dataset is to go, allow that with --allow-empty")
        }
        let wide = gaps.leaving(forgotten, outOf: all.map { ($0.id, $0.parent) })
        let standing = wide == gaps ? condition : try self.gaps.write(wide, of: dataset, if: condition)
        let ref =
            kept.first.map { Ref(dataset: dataset, snapshot: $0.id, sequence: $0.sequence) }
            ?? Ref(empty: dataset, nextSequence: current.ref.nextSequence)
        // Also where it stays at its snapshot: so that who looked at the same history and moves the ref looks again.
        try refs.write(ref, to: store, if: .matches(current.version))
        try tidy(HistoryGaps(between: kept.map { ($0.id, $0.parent) }), wide, dataset, if: standing)
        return forgotten.count
    }

    /// Takes back what was said for the ref of before, which nobody can put back any more.
    private func tidy(
        _ gaps: HistoryGaps, _ wide: HistoryGaps, _ dataset: String, if condition: PutCondition
    ) throws {
        guard gaps != wide else { return }
        do {
            try self.gaps.write(gaps, of: dataset, if: condition)
        } catch let error as PerigeeError where error.code == .conflict {
            // Whoever forgets something else says it anew.
        }
    }
}
