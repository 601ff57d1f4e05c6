internal import Files
public import Model
internal import Workers

/// Makes a tree like another on the same host: what is equal is not touched, what was renamed is renamed, what is new or
/// changed is written aside and put in place.
public struct TreeSync: Sendable {
    private let source: String
    let destination: String
    private let pair: EndpointPair
    let options: SyncOptions
    let context: RunContext

    /// A sync of the folder `source` to the folder `destination`; `pair` names both for what is remembered.
    public init(
        source: String, destination: String, pair: EndpointPair, options: SyncOptions = SyncOptions(),
        context: RunContext
    ) {
        self.source = source
        self.destination = destination
        self.pair = pair
        self.options = options
        self.context = context
    }

    /// Does it, and fills figures, failures and warnings into `report`.
    ///
    /// - Throws: where one of the roots cannot be opened, the destination is full or read-only, the run was stopped, or
    ///   deletions were refused. Every file of the destination is then either as it was or as it is to be.
    public func run(_ report: inout RunReport) throws {
        let (tree, target) = try openEnds()
        try run(&report, tree: tree, target: target, base: nil, record: target.isFresh ? nil : recordPath)
    }

    /// Opens the source, and makes and locks the destination.
    func openEnds() throws -> (tree: SourceTree, target: TargetTree) {
        try refuseNested(source: source, destination: destination)
        let tree = try SourceTree(root: source, options: options.scan)
        return (tree, try TargetTree(path: destination, isDryRun: options.isDryRun))
    }

    /// Where what is known of both ends is kept.
    var recordPath: String? { context.state?.file("records", for: pair) }

    /// Makes `target` like `tree`; files that are as `record` says and lie unchanged in `base` get a further name there.
    func run(
        _ report: inout RunReport, tree: SourceTree, target: TargetTree, base: FolderHandle?, record: String?
    ) throws {
        let clock = RunClock()
        let tally = Tally()
        let log = FidelityLog()
        let collector = RecordCollector()
        context.progress.enter(.transferring)
        let shared = SyncWorker.Shared(
            source: tree, options: options, tally: tally, collector: collector, firstNames: FirstNames(),
            progress: context.progress, cannotClone: OneWayFlag(), limit: context.limit, isAlone: context.threads < 2,
            base: base, stop: context.stop, now: context.now)
        let lifted = options.isDryRun ? nil : target.root.map { lifting(beneath: $0, tree) }
        if let mode = target.deniedMode { lifted?.note(.root, mode) }
        defer { lifted?.restore() }
        let planWriter = options.isDryRun ? nil : target.root.map { TreeWriter(root: $0, log: log, lifted: lifted) }
        let planner = SyncPlanner(
            site: .init(
                feed: tree.scanner(), isGone: { tree.isGone($0) }, writer: planWriter, options: options, tally: tally,
                collector: collector,
                lifted: lifted, firstNames: shared.firstNames),
            target: target.root.map { Scanner(target: $0, options: options.scan, lifted: lifted) },
            record: record.flatMap { RecordReader(path: $0) },
            renames: RenameFinder(recordPath: base == nil ? record : nil, by: .inode))
        if let root = target.root, planWriter != nil {
            try ActionPipeline<SyncAction>(workers: context.threads, stop: context.stop).run(
                plan: { try planner.forEach($0) }
            ) {
                let worker = SyncWorker(shared, writer: TreeWriter(root: root, log: log, lifted: lifted))
                return { try worker.perform($0) }
            }
        } else {
            try planner.forEach { Self.count($0, tally) }
        }
        clock.lap(\.transfer)
        context.progress.enter(.publishing)
        for failure in tree.failures { tally.fail(failure.path, failure.error) }
        var refusal: PerigeeError?
        if let planWriter {
            refusal = try finish(planner, shared, planWriter)
            if planner.walk.isChanged { try target.root?.syncFileSystem() }
            keep(planner, shared, over: record)
        } else {
            try planner.walk.foreseeEnd(beneath: target.root, renamed: planner.renamedCount, options, tally)
        }
        clock.lap(\.publish)
        fill(&report, tally, log)
        clock.fill(&report)
        if let refusal { throw refusal }
    }

    /// Folders of the destination that the source has, or that may be to go, can be lifted.
    private func lifting(beneath root: FolderHandle, _ tree: SourceTree) -> LiftedFolders {
        let deletes = options.deletes
        return LiftedFolders(root: root) { path in deletes || (try? tree.scan(path))?.attributes.kind == .directory }
    }

    private func finish(
        _ planner: SyncPlanner, _ shared: SyncWorker.Shared, _ writer: TreeWriter
    ) throws -> PerigeeError? {
        let readAt = context.now()
        return try TreeFinish(
            plan: planner.walk, keepsAll: shared.tally.hasUnread ? "parts of the source could not be read" : nil,
            writer: writer, options: options, tally: shared.tally, stop: context.stop,
            firstNames: shared.firstNames, collector: shared.collector,
            replace: { entry, note in
                let group = note.flag ? HardLinks.group(firstPath: entry.path) : nil
                let isFile = entry.attributes.kind == .file
                try SyncWorker(shared, writer: writer).perform(
                    isFile
                        ? .write(entry, existing: nil, group: group, known: nil)
                        : .special(entry, existing: nil, group: group))
            },
            complete: { try shared.source.complete($0) },
            record: { entry, note, first in
                let source = FileState(entry)
                if note.path.isRoot, source.isTooFresh(readAt: readAt) { return nil }
                // A file that was changed under its first name since that was copied shows it in its other names too.
                if !note.path.isRoot, first?.source != source { return nil }
                return RecordEntry(path: entry.path, source: source)
            }
        ).run()
    }

    /// Keeps what is known now, unless nothing is new.
    ///
    /// Where that fails, the next run reads more, and that is all.
    private func keep(_ planner: SyncPlanner, _ shared: SyncWorker.Shared, over old: String?) {
        guard let path = recordPath, planner.walk.isChanged else { return }
        do {
            let writer = try RecordWriter(path: path)
            try shared.collector.write(to: writer, over: old.flatMap { RecordReader(path: $0) })
            try writer.finish(binding: "")
        } catch {
            shared.tally.warn(StateFolder.warning(error))
        }
    }

    /// What a dry run says of an action.
    static func count(_ action: SyncAction, _ tally: Tally) {
        switch action {
        case .rename: tally.add(\.renamed)
        case .write(let scanned, let existing, _, _):
            tally.add(existing == nil ? \.new : \.changed)
            tally.add(\.missingBytes, scanned.attributes.size)
        case .special(_, let existing, _): tally.add(existing == nil ? \.new : \.changed)
        }
    }

    private func fill(_ report: inout RunReport, _ tally: Tally, _ log: FidelityLog) {
        tally.fill(&report)
        report.dryRun = options.isDryRun
        let counts = tally.counts
        report.bytes.wireSent = counts.writtenBytes
        report.bytes.wireReceived = counts.writtenBytes
        report.bytes.stored = counts.writtenBytes
        report.verified = options.verification.rawValue
        log.fill(&report, requiresFidelity: options.requiresFidelity)
    }
}
