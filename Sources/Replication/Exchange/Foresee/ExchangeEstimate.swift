internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// The destination's end of an estimate of a sync between two sites: finds what a sync would move, and moves nothing.
///
/// It plans as ``ExchangeDestination`` does. Of files that a sync would ask for, the source tells the chunks, some 35 bytes
/// for each; those less what the destination holds in any of its files are what it lacks. What they compress to comes from
/// a sample that the source takes.
public struct ExchangeEstimate: Sendable {
    /// What asking for a file, and its record, cost a run beside its data, about: seen to be 30 to 60 bytes.
    static let fileOverhead: UInt64 = 48

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
        try listing.failing(with: files) { try look(CountingChannel(listing), files) }
    }

    private func look(_ listing: CountingChannel, _ files: any MessageChannel) throws -> ForeseenRun {
        let start = SystemClock.monotonic()
        context.progress.enter(.scanning)
        let target = try TargetTree(path: destination, isDryRun: true)
        let record = target.root == nil ? nil : context.state?.file("records", for: pair)
        let begin = ListingBegin(
            compares: ListingPlan.compares(record, target.root, options.run), scan: options.run.scan,
            key: HeldChunks.key, chunker: .standard, compression: options.compression)
        try listing.send(begin.encoded())
        let tally = Tally()
        let shared = ToldWorker.Shared(
            receiver: try FileReceiver(files, limit: nil, progress: context.progress), begin: begin,
            census: ChunkCensus(), tally: tally, context: context, root: target.root)
        let stop = context.stop
        let planner = try ListingPlan(
            begin: begin, channel: listing, root: target.root, record: record, renames: record,
            options: options.run, stop: { try stop.check() }
        ).planner(writer: nil, tally: tally, collector: RecordCollector())
        try ask(planner, shared, listing)
        let findings = try findings(shared, listing.counts, elapsed: SystemClock.monotonic() - start)
        return ForeseenRun(findings, tally)
    }

    /// Asks for the chunks of all files that would be written, and counts them as they are told.
    private func ask(_ planner: SyncPlanner, _ shared: ToldWorker.Shared, _ listing: CountingChannel) throws {
        context.progress.enter(.comparing)
        // Used by the caller's own thread alone.
        let own = Monitor(planner)
        try shared.run(listing) {
            try own.read { planner in
                try planner.forEach { try look($0, shared) }
                try shared.receiver.waitUntilIdle()
                try planner.walk.laterNames.forEach { _, note in shared.tally.add(note.flag ? \.changed : \.new) }
                let removed = try planner.walk.removals.drainCountingFiles()
                shared.tally.add(\.deleted, removed - min(removed, planner.renamedCount))
            }
        }
    }

    private func look(_ action: SyncAction, _ shared: ToldWorker.Shared) throws {
        try context.stop.check()
        var fetch = FetchAction(scanned: action.scanned)
        (fetch.isTold, fetch.measuresAll) = (true, options.isExact)
        switch action {
        case .special(let scanned, let existing, _):
            guard let existing else { return shared.tally.add(\.new) }
            return shared.tally.add(Self.agree(scanned, existing) ? \.unchanged : \.changed)
        case .rename(let scanned, let old, let isCertain):
            guard !isCertain else {
                shared.tally.add(\.reusedBytes, scanned.attributes.size)
                return shared.tally.add(\.renamed)
            }
            fetch.former = old
        case .write(_, let existing, _, _):
            fetch.existing = existing
        }
        try shared.receiver.fetch(fetch)
    }

    /// Whether both have the same attributes, as far as a scan sees them.
    private static func agree(_ a: ScannedEntry, _ b: ScannedEntry) -> Bool {
        var (a, b) = (a.attributes, b.attributes)
        (a.extended, b.extended) = ([], [])
        if a.kind == .symlink { b.mode = a.mode }
        return a == b
    }

    private func findings(
        _ shared: ToldWorker.Shared, _ listed: CountingChannel.Counts, elapsed: Double
    ) throws -> EstimateFindings {
        var findings = EstimateFindings()
        let written = shared.written.read { $0 }
        if written.files > 0, shared.root != nil {
            let read = try HeldChunks(root: destination, scan: options.run.scan, context: context).add(
                to: shared.census)
            findings.assumptions.append(
                "the destination's files hold their chunks; \(ByteCount(read)) of them were read to know these")
        }
        let totals = try shared.census.totals(sampledUpTo: options.isExact ? .max : shared.bound.read { $0 })
        findings.missing = .init(chunks: totals.chunks, bytes: totals.bytes)
        let overhead = listed.receivedBytes + listed.sentBytes + written.files * Self.fileOverhead
        findings.wire = totals.sample.spread(chunks: totals.chunks, bytes: totals.bytes).map { $0 + overhead }
        findings.stored = Spread(exactly: written.bytes)
        findings.method = totals.sample.count == totals.chunks ? .exact : .sampled
        findings.sample.chunks = totals.sample.count
        findings.sample.bytes = totals.sample.plain
        findings.localSeconds = elapsed + TimeModel.making(written.files, threads: context.threads)
        guard totals.chunks > 0 else { return findings }
        findings.assumptions.append(
            "\(Quantity.grouped(totals.sample.count)) of \(Quantity.grouped(totals.chunks)) missing chunks were "
                + "compressed at the source; edits inside of chunks cross as less than the whole of these")
        return findings
    }
}
