internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// The destination's end of an estimate of a sync between two sites: rehearses it, and moves nothing.
///
/// It plans, asks and answers as ``ExchangeDestination`` does, and the source does all that it would do for that, but counts
/// data in the place of sending it: so what is counted is what would cross, message by message; see ``Rehearsal``.
public struct ExchangeEstimate: Sendable {
    /// What asking for a file, and its record, cost a run beside its data, about: seen to be 30 to 60 bytes.
    static let fileOverhead: UInt64 = 48

    /// What of the source's listing has come before it was asked for; nil for nothing.
    public var ahead: ListingAhead?
    private let destination: String
    private let pair: EndpointPair
    private let options: EstimateOptions
    private let context: RunContext

    /// An estimate of a sync to the folder `destination`; `pair` names both ends for what is remembered.
    public init(destination: String, pair: EndpointPair, options: EstimateOptions, context: RunContext) {
        self.destination = destination
        self.pair = pair
        self.options = options
        self.context = context
    }

    /// Looks, with the source at the other ends of `listing` and `files`.
    ///
    /// - Throws: where one of the ends cannot be read, the channels failed, or the run was stopped; both then fail.
    public func run(listing: any MessageChannel, files: any MessageChannel) throws -> ForeseenRun {
        try listing.failing(with: files) { try look(CountingChannel(listing), CountingChannel(files)) }
    }

    private func look(_ listing: CountingChannel, _ files: CountingChannel) throws -> ForeseenRun {
        let start = SystemClock.monotonic()
        context.progress.enter(.scanning)
        let target = try TargetTree(path: destination, isDryRun: true)
        let record = target.root == nil ? nil : context.state?.file("records", for: pair)
        let compares = ListingPlan.compares(record, target.root, options.run)
        let begin = begin(ListingAhead.way(comparing: compares, ahead))
        try listing.send(begin.encoded())
        let tally = Tally()
        let shared = ReceiveWorker.Shared(
            receiver: try FileReceiver(files, limit: nil, progress: context.progress), begin: begin,
            options: options.run,
            making: MakingShared(
                tally: tally, collector: RecordCollector(), firstNames: FirstNames(), context: context),
            base: nil)
        let stop = context.stop
        var plan = ListingPlan(
            begin: begin, channel: listing.begun(begin, ahead), root: target.root, record: record, renames: record,
            options: options.run, stop: { try stop.check() }, beforeWaiting: { try shared.receiver.flush() })
        plan.surveyIfUnknown(target, shared)
        let planner = try plan.planner(writer: nil, tally: tally, collector: RecordCollector())
        let totals = RehearsedTotals()
        try rehearse(planner, shared, totals, target.root, listing)
        let counts = (listing.counts, files.counts)
        return ForeseenRun(findings(totals, tally, counts, elapsed: SystemClock.monotonic() - start), tally)
    }

    private func begin(_ way: ListingBegin.Way) -> ListingBegin {
        var generator = SystemRandomNumberGenerator()
        return ListingBegin(
            way: way, scan: options.run.scan, key: HashKey(using: &generator), chunker: .standard,
            compression: options.compression,
            rehearsal: Rehearsal.Wish(
                measuresAll: options.isExact,
                bytesPerSecond: options.link.map { UInt64(min($0.bandwidth.bytesPerSecond, 1e15)) } ?? 0))
    }

    /// Asks for all that a run would ask for, and counts it as it is told.
    private func rehearse(
        _ planner: SyncPlanner, _ shared: ReceiveWorker.Shared, _ totals: RehearsedTotals, _ root: FolderHandle?,
        _ listing: CountingChannel
    ) throws {
        context.progress.enter(.comparing)
        // Used by the caller's own thread alone.
        let own = Monitor(planner)
        try shared.receiver.foresee(listing, threads: context.threads) {
            try own.read { try ask($0, shared, root) }
        } work: {
            try RehearsalWorker(shared, totals, root: root).run()
        }
    }

    private func ask(_ planner: SyncPlanner, _ shared: ReceiveWorker.Shared, _ root: FolderHandle?) throws {
        let looker = root.map { TreeWriter(root: $0, log: FidelityLog(), lifted: nil) }
        let plan = FetchPlan(shared: shared, writer: looker)
        try planner.forEach { try look($0, plan, shared) }
        try shared.receiver.waitUntilIdle()
        let tally = shared.making.tally
        try planner.walk.foreseeEnd(beneath: root, renamed: planner.renamedCount, options.run, tally)
    }

    private func look(_ action: SyncAction, _ plan: FetchPlan, _ shared: ReceiveWorker.Shared) throws {
        try context.stop.check()
        let tally = shared.making.tally
        switch action {
        case .special(let scanned, let existing, _):
            guard let existing else { return tally.add(\.new) }
            tally.add(Self.agree(scanned, existing) ? \.unchanged : \.changed)
        case .rename(let scanned, let old, _):
            var fetch = FetchAction(scanned: scanned, former: old)
            fetch.isNamed = true
            try shared.receiver.fetch(fetch)
        case .write(let scanned, let existing, let group, let known):
            var fetch = plan.writing(scanned, existing, group, known)
            fetch.isNamed =
                fetch.existing?.attributes.kind == .file && existing?.attributes.size == scanned.attributes.size
            try shared.receiver.fetch(fetch)
        }
    }

    /// Whether both have the same attributes, as far as a scan sees them.
    private static func agree(_ a: ScannedEntry, _ b: ScannedEntry) -> Bool {
        var (a, b) = (a.attributes, b.attributes)
        (a.extended, b.extended) = ([], [])
        if a.kind == .symlink { b.mode = a.mode }
        return a == b
    }

    private func findings(
        _ totals: RehearsedTotals, _ tally: Tally, _ counts: (CountingChannel.Counts, CountingChannel.Counts),
        elapsed: Double
    ) -> EstimateFindings {
        var findings = EstimateFindings()
        let (done, data) = (tally.counts, totals.withheld(options.compression))
        findings.missing = .init(chunks: done.missingChunks, bytes: done.missingBytes)
        findings.withheld = data.bytes
        findings.wire = data.bytes.map { $0 + counts.0.receivedBytes + counts.1.receivedBytes }
        findings.wireBack = counts.0.sentBytes + counts.1.sentBytes
        findings.stored = Spread(exactly: done.writtenBytes)
        findings.requests.list = Spread(exactly: counts.0.sentMessages)
        findings.requests.get = Spread(exactly: counts.1.sentMessages)
        findings.method = data.isExact ? .exact : .sampled
        findings.sample.chunks = data.measured
        findings.sample.bytes = data.plain
        findings.localSeconds = elapsed
        // Files are made while others come: what takes longer counts.
        let making = TimeModel.making(done.new + done.changed, in: destination, threads: context.threads)
        findings.lateSeconds = max(totals.late, making)
        guard data.messages > 0 else { return findings }
        findings.assumptions.append(
            "the exchange was rehearsed; of the data of \(Quantity.grouped(data.messages)) messages that of "
                + "\(Quantity.grouped(data.measured)) was compressed, and none sent")
        if options.compression == .auto {
            findings.assumptions.append(
                options.link == nil
                    ? "how hard a run compresses depends on its link, of which nothing is known"
                    : Rehearsal.adaptedAssumption)
        }
        return findings
    }
}
