internal import Files
internal import Model
internal import Workers

/// Decides how files are asked for, by what the destination has.
struct FetchPlan {
    let shared: ReceiveWorker.Shared
    /// By which the destination is looked at; nil where there is none yet.
    let writer: TreeWriter?

    /// How the file `scanned` is asked for, in the place of `existing`.
    func writing(
        _ scanned: ScannedEntry, _ existing: ScannedEntry?, _ group: UInt64?, _ known: RecordEntry?
    ) -> FetchAction {
        var fetch = FetchAction(
            scanned: scanned, existing: existing, group: group, isKnown: known != nil, hasPart: hasPart(scanned))
        if existing?.attributes.kind == .directory { fetch.existing = nil }
        if let index = shared.elsewhere.read({ $0 }) { index.help(with: &fetch) }
        if fetch.existing?.attributes.kind != .file, !fetch.looksElsewhere { fetch.kin = kin(scanned) }
        return fetch
    }

    /// A file beside a new one that may hold much of it.
    private func kin(_ scanned: ScannedEntry) -> TreePath? {
        guard scanned.attributes.size >= KinFinder.sizeMin, let folder = folder(of: scanned) else { return nil }
        return try? shared.kin.kin(of: scanned, in: folder)
    }

    /// Whether a run before has left a part of a large file.
    private func hasPart(_ scanned: ScannedEntry) -> Bool {
        guard scanned.attributes.size >= ExchangeLimits.keptFile, let folder = folder(of: scanned) else { return false }
        return [false, true].contains { isSecond in
            let name = AsideName.kept(for: scanned.path.name, second: isSecond)
            return (try? folder.status(name)).flatMap { $0 } != nil
        }
    }

    private func folder(of scanned: ScannedEntry) -> FolderHandle? { try? writer?.folder(scanned.path.parent) }
}

extension ListingPlan {
    /// Has files be looked for under other names, where nothing is remembered of a tree that is there.
    mutating func surveyIfUnknown(_ target: TargetTree, _ shared: ReceiveWorker.Shared) {
        guard !target.isFresh, record.flatMap({ RecordReader(path: $0)?.next() }) == nil else { return }
        survey = { source, target, root in
            let survey = try ElsewhereSurvey.make(
                source, target, root: root, shared.begin.chunker, shared.begin.key, shared.making.context)
            shared.elsewhere.change { $0 = survey.index }
            return (survey.source, survey.target)
        }
    }
}
