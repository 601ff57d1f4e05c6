internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// One run of a destination: compares listings, plans, receives, and finishes.
final class Exchange {
    private let settings: ExchangeDestination
    private let listing: any MessageChannel
    private let target: TargetTree
    private let record: String?
    private let tally = Tally()
    private let log = FidelityLog()
    private let shared: ReceiveWorker.Shared
    private let lifted: LiftedFolders?
    private let clock = RunClock()
    private var planner: SyncPlanner?

    private var options: SyncOptions { settings.options }
    private var context: RunContext { settings.context }

    /// A run that has not begun.
    init(
        _ settings: ExchangeDestination, _ listing: any MessageChannel, _ files: any MessageChannel,
        target: TargetTree, base: FolderHandle?, record: String?
    ) throws {
        self.settings = settings
        self.target = target
        self.record = record
        var generator = SystemRandomNumberGenerator()
        let compares = base == nil && ListingPlan.compares(record, target.root, settings.options)
        let begin = ListingBegin(
            way: ListingAhead.way(comparing: compares, settings.ahead), scan: settings.options.scan,
            key: HashKey(using: &generator), chunker: .standard,
            compression: settings.compression)
        self.listing = listing.begun(begin, settings.ahead)
        shared = ReceiveWorker.Shared(
            receiver: try FileReceiver(files, limit: settings.context.limit, progress: settings.context.progress),
            begin: begin, options: settings.options,
            making: MakingShared(
                tally: tally, collector: RecordCollector(), firstNames: FirstNames(), context: settings.context),
            base: base)
        lifted = settings.options.isDryRun ? nil : target.root.map { LiftedFolders(root: $0) { _ in true } }
        if let mode = target.deniedMode { lifted?.note(.root, mode) }
    }

    /// Does it.
    ///
    /// - Returns: the refusal, where deletions were more than the limit allows.
    func run(_ report: inout RunReport) throws -> PerigeeError? {
        defer { lifted?.restore() }
        context.progress.enter(.scanning)
        try listing.send(shared.begin.encoded())
        let planner = try makePlanner()
        self.planner = planner
        clock.lap(\.scan)
        context.progress.enter(.transferring)
        let refusal = Monitor<PerigeeError?>(nil)
        // Used by the first member of the crew alone, which is the caller's own thread.
        let own = Monitor(self)
        let (receiver, listing) = (shared.receiver, listing)
        let (workShared, root, log, lifted) = (shared, target.root, log, lifted)
        let end: @Sendable (any Error) -> Void = { error in
            let error = (error as? TargetFailure)?.error ?? error
            receiver.fail(error)
            listing.fail(error)
        }
        let receiving = Companion { do { try receiver.receive() } catch { end(error) } }
        do {
            try Crew.run(1 + max(1, context.threads), onError: end) { member in
                switch member {
                case 0:
                    let found = try own.read { try $0.planAndFinish() }
                    refusal.change { $0 = found }
                default:
                    guard let root else { return }
                    try ReceiveWorker(workShared, writer: TreeWriter(root: root, log: log, lifted: lifted)).run()
                }
            }
        } catch {
            // Its channel has failed, so it ends; what half files it holds must be gone from the tree before this returns.
            receiving.join()
            throw error
        }
        // Not waited for: that the source has finished too comes a round trip after all is done.
        receiving.leave()
        clock.lap(\.publish)
        fill(&report)
        return refusal.read { $0 }
    }

    private func makePlanner() throws -> SyncPlanner {
        let (stop, receiver) = (context.stop, shared.receiver)
        var plan = ListingPlan(
            begin: shared.begin, channel: listing, root: target.root, record: record,
            renames: shared.base == nil ? record : nil, options: options, stop: { try stop.check() },
            beforeWaiting: { try receiver.flush() })
        if shared.base == nil, !options.isDryRun { plan.surveyIfUnknown(target, shared) }
        return try plan.planner(
            writer: planWriter, tally: tally, collector: shared.making.collector, lifted: lifted,
            firstNames: shared.making.firstNames)
    }

    private lazy var planWriter: TreeWriter? =
        options.isDryRun ? nil : target.root.map { TreeWriter(root: $0, log: log, lifted: lifted) }

    private func planAndFinish() throws -> PerigeeError? {
        guard let planner else { return nil }
        let receiver = shared.receiver
        if planWriter != nil {
            var isFirst = true
            try planner.forEach { action in
                // Until something is to be done nothing moves: the other end may still have to be reached.
                if isFirst { clock.lap(\.scan) }
                isFirst = false
                try give(action, receiver)
            }
            if isFirst { clock.lap(\.scan) }
            try receiver.waitUntilIdle()
        } else {
            try planner.forEach { TreeSync.count($0, tally) }
        }
        try listing.finish()
        clock.lap(\.transfer)
        context.progress.enter(.publishing)
        let refusal = try finish(planner)
        try receiver.finish()
        return refusal
    }

    /// Has an action done by whichever worker comes first, or asks for what it needs.
    private func give(_ action: SyncAction, _ receiver: FileReceiver) throws {
        try context.stop.check()
        switch action {
        case .special(let scanned, let existing, let group):
            let make = FetchAction(scanned: scanned, existing: existing, group: group)
            try receiver.enter(make)
            try receiver.queue.put(.special(make), weight: 1024)
        case .rename(let scanned, let old, _):
            try receiver.fetch(FetchAction(scanned: scanned, former: old))
        case .write(let scanned, let existing, let group, let known):
            let fetch = FetchPlan(shared: shared, writer: planWriter).writing(scanned, existing, group, known)
            guard let known, shared.base != nil else { return try receiver.fetch(fetch) }
            try receiver.enter(fetch)
            try receiver.queue.put(.share(fetch, known), weight: 1024)
        }
    }

    private func finish(_ planner: SyncPlanner) throws -> PerigeeError? {
        guard let writer = planWriter else {
            try planner.walk.foreseeEnd(beneath: target.root, renamed: planner.renamedCount, options, tally)
            return nil
        }
        let receiver = shared.receiver
        let refusal = try TreeFinish(
            plan: planner.walk, keepsAll: tally.hasUnread ? "parts of the source could not be read" : nil,
            writer: writer, options: options, tally: tally, stop: context.stop, firstNames: shared.making.firstNames,
            collector: shared.making.collector,
            replace: { entry, note in
                let group = note.flag ? HardLinks.group(firstPath: entry.path) : nil
                let isFile = entry.attributes.kind == .file
                try self.give(
                    isFile
                        ? .write(entry, existing: nil, group: group, known: nil)
                        : .special(entry, existing: nil, group: group), receiver)
                try receiver.waitUntilIdle()
            },
            complete: { $0.isRemembered ? try writer.attributes(of: $0) : $0.attributes },
            record: { entry, note, first in
                let source = FileState(entry)
                // A file that was changed under its first name since that was copied shows it in its other names too.
                if !note.path.isRoot, first?.source != source { return nil }
                return RecordEntry(
                    path: entry.path, source: source,
                    looks: .init(kind: entry.attributes.kind, links: max(1, entry.links)))
            }
        ).run()
        if planner.walk.isChanged { try target.root?.syncFileSystem() }
        keep(planner)
        return refusal
    }

    /// Keeps what is known now, unless nothing is new.
    private func keep(_ planner: SyncPlanner) {
        guard let path = settings.recordPath, planner.walk.isChanged else { return }
        do {
            let writer = try RecordWriter(path: path)
            try shared.making.collector.write(to: writer, over: record.flatMap { RecordReader(path: $0) })
            try writer.finish(binding: "")
        } catch {
            tally.warn(StateFolder.warning(error))
        }
    }

    private func fill(_ report: inout RunReport) {
        tally.fill(&report)
        report.dryRun = options.isDryRun
        report.bytes.stored = tally.counts.writtenBytes
        report.verified = (options.verification == .none ? .transferred : options.verification).rawValue
        log.fill(&report, requiresFidelity: options.requiresFidelity)
        clock.fill(&report)
    }
}
