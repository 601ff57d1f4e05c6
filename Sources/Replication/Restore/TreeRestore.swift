internal import Content
internal import Files
internal import Hashing
public import Model
public import Vault
internal import Workers

/// Makes a tree as a snapshot has it: what is equal is not touched, the rest is written aside and put in place.
public struct TreeRestore: Sendable {
    private let vault: Vault
    private let snapshot: Snapshot
    private let destination: String
    private let pair: EndpointPair
    private let options: SyncOptions
    private let only: PathSelection?
    private let context: RunContext

    /// A restore of `snapshot` to the folder `destination`; `pair` names both for what is remembered.
    ///
    /// - Parameter only: which paths are wanted; nil for all. What is there besides is not touched then.
    public init(
        vault: Vault, snapshot: Snapshot, destination: String, pair: EndpointPair,
        options: SyncOptions = SyncOptions(), only: PathSelection? = nil, context: RunContext
    ) {
        self.vault = vault
        self.snapshot = snapshot
        self.destination = destination
        self.pair = pair
        self.options = options
        self.only = only
        self.context = context
    }

    /// Does it, and fills figures, failures and warnings into `report`.
    ///
    /// - Throws: where the destination cannot be opened, is full or read-only, the run was stopped, or deletions were
    ///   refused. Every file of the destination is then either as it was or as it is to be.
    public func run(_ report: inout RunReport) throws {
        let clock = RunClock()
        let target = try TargetTree(path: destination, isDryRun: options.isDryRun)
        let tally = Tally()
        let log = FidelityLog()
        let collector = RecordCollector()
        let recordPath = only == nil ? context.state?.file("records", for: pair) : nil
        context.progress.expect(logical: snapshot.tree.bytes)
        context.progress.enter(.transferring)

        let planWriter = options.isDryRun ? nil : target.root.map { TreeWriter(root: $0, log: log) }
        let planner = RestorePlanner(
            site: .init(
                writer: planWriter, options: options, only: only, workers: context.threads, tally: tally,
                collector: collector),
            entries: EntryCursor(snapshot.tree, source: try vault.pages()),
            target: try target.root.map { try Scanner(root: $0, options: options.scan) },
            record: target.isFresh ? nil : recordPath.flatMap { RecordReader(path: $0) })
        if let root = target.root, !options.isDryRun {
            try write(planner, root, tally, collector, log)
        } else {
            try planner.forEach { Self.count($0, tally) }
        }
        clock.lap(\.transfer)
        context.progress.enter(.publishing)
        var refusal: PerigeeError?
        if let planWriter {
            refusal = try finish(planner, planWriter, tally, collector)
            try keep(recordPath, planner, collector, isFresh: target.isFresh)
            if planner.isChanged { try target.root?.syncFileSystem() }
        } else {
            tally.add(\.deleted, planner.removals.count)
        }
        clock.lap(\.publish)
        fill(&report, tally, log)
        clock.fill(&report)
        if let refusal { throw refusal }
    }

    private func write(
        _ planner: RestorePlanner, _ root: FolderHandle, _ tally: Tally, _ collector: RecordCollector,
        _ log: FidelityLog
    ) throws {
        let shared = RestoreWorker.Shared(
            vault: vault, tally: tally, collector: collector, progress: context.progress,
            verification: options.verification, stop: context.stop)
        try ActionPipeline<RestoreAction>(workers: context.threads, stop: context.stop).run(
            plan: { try planner.forEach($0) }
        ) {
            let worker = try RestoreWorker(shared, writer: TreeWriter(root: root, log: log))
            return { try worker.perform($0) }
        }
    }

    private func finish(
        _ planner: RestorePlanner, _ writer: TreeWriter, _ tally: Tally, _ collector: RecordCollector
    ) throws -> PerigeeError? {
        let plan = TreeFinish.Plan(
            leftovers: planner.leftovers, laterNames: planner.laterNames, removals: planner.removals,
            folders: planner.folders, renamed: 0, targetCount: planner.targetCount, keepsAll: nil)
        return try TreeFinish(
            plan: plan, writer: writer, options: options, tally: tally, stop: context.stop,
            complete: { $0.attributes },
            remember: { entry, note, state in
                try collector.add(RecordEntry(path: entry.path, destination: state, fingerprint: note.digest))
                guard !note.path.isRoot else { return }
                // A further name moves the first name's ctime; both are the same file, with the same fingerprint.
                try collector.add(RecordEntry(path: note.path, destination: state, fingerprint: note.digest))
            }
        ).run()
    }

    /// Keeps what is known now, unless nothing is new.
    private func keep(
        _ path: String?, _ planner: RestorePlanner, _ collector: RecordCollector, isFresh: Bool
    ) throws {
        guard let path, planner.isChanged else { return }
        let old = isFresh ? nil : RecordReader(path: path)
        let writer = try RecordWriter(path: path)
        try collector.write(to: writer, over: old)
        try writer.finish(binding: snapshot.id.hex)
    }

    /// What a dry run says of an action.
    private static func count(_ action: RestoreAction, _ tally: Tally) {
        guard case .make(let entry, let existing, _) = action else { return }
        tally.add(existing == nil ? \.new : \.changed)
        tally.add(\.missingBytes, entry.attributes.dataSize)
    }

    private func fill(_ report: inout RunReport, _ tally: Tally, _ log: FidelityLog) {
        tally.fill(&report)
        report.snapshot = snapshot.id.hex
        report.dryRun = options.isDryRun
        let counts = tally.counts
        report.bytes.wireSent = counts.writtenBytes
        report.bytes.wireReceived = counts.writtenBytes
        report.bytes.stored = counts.writtenBytes
        report.verified = (options.verification == .none ? .transferred : options.verification).rawValue
        log.fill(&report, requiresFidelity: options.requiresFidelity)
    }
}
