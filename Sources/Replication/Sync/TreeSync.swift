internal import Files
public import Model
internal import Workers

/// Makes a tree like another on the same host: what is equal is not touched, what was renamed is renamed, what is new or
/// changed is written aside and put in place.
public struct TreeSync: Sendable {
    private let source: String
    private let destination: String
    private let pair: EndpointPair
    private let options: SyncOptions
    private let context: RunContext

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
        try refuseNested(source: source, destination: destination)
        let tree = try SourceTree(root: source, options: options.scan)
        let target = try TargetTree(path: destination, isDryRun: options.isDryRun)
        try run(&report, tree: tree, target: target, base: nil, record: target.isFresh ? nil : recordPath)
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
        let planWriter = options.isDryRun ? nil : target.root.map { TreeWriter(root: $0, log: log) }
        let planner = SyncPlanner(
            site: .init(source: tree, writer: planWriter, options: options, tally: tally, collector: collector),
            target: try target.root.map { try Scanner(root: $0, options: options.scan) },
            record: record.flatMap { RecordReader(path: $0) },
            renames: RenameFinder(recordPath: base == nil ? record : nil))
        if let root = target.root, !options.isDryRun {
            let shared = SyncWorker.Shared(
                source: tree, options: options, tally: tally, collector: collector, progress: context.progress,
                cannotClone: OneWayFlag(), base: base, now: context.now)
            try ActionPipeline<SyncAction>(workers: context.threads, stop: context.stop).run(
                plan: { try planner.forEach($0) }
            ) {
                let worker = SyncWorker(shared, writer: TreeWriter(root: root, log: log))
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
            refusal = try finish(planner, planWriter, tree, tally, collector)
            try keep(planner, collector, over: record.flatMap { RecordReader(path: $0) })
            if planner.isChanged { try target.root?.syncFileSystem() }
        } else {
            tally.add(\.deleted, planner.removals.count - min(planner.removals.count, planner.renamedCount))
        }
        clock.lap(\.publish)
        fill(&report, tally, log)
        clock.fill(&report)
        if let refusal { throw refusal }
    }

    private func finish(
        _ planner: SyncPlanner, _ writer: TreeWriter, _ tree: SourceTree, _ tally: Tally, _ collector: RecordCollector
    ) throws -> PerigeeError? {
        let plan = TreeFinish.Plan(
            leftovers: planner.leftovers, laterNames: planner.laterNames, removals: planner.removals,
            folders: planner.folders, renamed: planner.renamedCount, targetCount: planner.targetCount,
            keepsAll: tree.failures.isEmpty ? nil : "parts of the source could not be read")
        return try TreeFinish(
            plan: plan, writer: writer, options: options, tally: tally, stop: context.stop,
            complete: { try tree.complete($0) },
            remember: { entry, note, state in
                let readAt = context.now()
                // A further name moves the first name's ctime, so that one's state is taken anew.
                for path in note.path.isRoot ? [entry.path] : [note.path, entry.path] {
                    let source = note.path.isRoot ? FileState(entry) : FileState(try tree.scan(path))
                    guard !source.isTooFresh(readAt: readAt) else { continue }
                    try collector.add(RecordEntry(path: path, source: source, destination: state))
                }
            }
        ).run()
    }

    /// Keeps what is known now, unless nothing is new.
    private func keep(_ planner: SyncPlanner, _ collector: RecordCollector, over old: RecordReader?) throws {
        guard let path = recordPath, planner.isChanged else { return }
        let writer = try RecordWriter(path: path)
        try collector.write(to: writer, over: old)
        try writer.finish(binding: "")
    }

    /// What a dry run says of an action.
    private static func count(_ action: SyncAction, _ tally: Tally) {
        switch action {
        case .rename: tally.add(\.renamed)
        case .write(let scanned, let existing, _, _):
            tally.add(existing == nil ? \.new : \.changed)
            tally.add(\.missingBytes, scanned.attributes.size)
        case .special(_, let existing): tally.add(existing == nil ? \.new : \.changed)
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
