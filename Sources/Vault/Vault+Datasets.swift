internal import Content
internal import Model
internal import Storage

extension Vault {
    /// The names of all datasets that have snapshots, sorted.
    public func datasets() throws -> [String] {
        var names: [String] = []
        try refs.forEachKey { key in
            if let ref = try refs.read(key), ref.newest != nil { names.append(ref.dataset) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The newest snapshot of `dataset`; nil where it has none.
    public func latest(_ dataset: String) throws -> Snapshot? {
        guard let id = try ref(of: dataset)?.newest else { return nil }
        if let known = look?.snapshot(id) { return known }
        let snapshot = try snapshots.read(dataset, id)
        look?.keep(snapshot)
        return snapshot
    }

    private func ref(of dataset: String) throws -> Ref? {
        if let reply = look?.ref(of: dataset) { return try refs.found(reply, of: dataset)?.ref }
        return try refs.read(dataset)?.ref
    }

    /// The snapshots of `dataset`, the newest first; none where it has none.
    public func history(_ dataset: String) throws -> History {
        // In this order: gaps hold for every ref that is newer than they are, and not for one that is older.
        if let gaps = look?.gaps(of: dataset), let ref = look?.ref(of: dataset) {
            let newest = try refs.found(ref, of: dataset)?.ref.newest
            return History(snapshots, dataset: dataset, from: newest, gaps: try self.gaps.found(gaps, dataset).gaps)
        }
        let gaps = try self.gaps.read(dataset).gaps
        return History(snapshots, dataset: dataset, from: try refs.read(dataset)?.ref.newest, gaps: gaps)
    }

    /// The snapshot of `dataset` that `selector` means.
    ///
    /// - Parameter orForgotten: whether digits may also name one that was forgotten and is still there.
    /// - Throws: `notFound` where there is none such; `usage` where several IDs begin with the given digits.
    public func resolve(
        _ dataset: String, _ selector: SnapshotSelector, orForgotten: Bool = false
    ) throws -> Snapshot {
        var history = try history(dataset)
        var found: Snapshot?
        var passed: UInt64 = 0
        while let snapshot = try history.next() {
            defer { passed += 1 }
            switch selector {
            case .latest(let wanted):
                if passed == wanted { return snapshot }
            case .instant(let instant):
                if snapshot.created <= instant { return snapshot }
            case .prefix:
                guard selector.names(snapshot.id) else { continue }
                guard found == nil else { throw ambiguous(dataset, selector) }
                found = snapshot
            }
        }
        if let found = try found ?? (orForgotten ? forgotten(dataset, selector) : nil) { return found }
        guard passed > 0 else {
            throw PerigeeError(
                .notFound, "there is no snapshot of a dataset \(dataset)", at: store.name,
                remedy: "perigee log \(store.vaultName) lists the datasets")
        }
        throw PerigeeError(
            .notFound, "\(dataset) has no snapshot \(selector)", at: store.name,
            remedy: "it has \(passed == 1 ? "one" : "\(passed)"): perigee log \(store.vaultName)#\(dataset)")
    }
}
