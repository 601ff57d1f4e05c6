public import Content
public import Model
internal import Storage
public import Vault
internal import Workers

/// Brings a snapshot of one vault into a dataset of another.
///
/// Within one dedup domain records move as they are sealed, and what both vaults' trees share is not read; between two
/// domains files are opened, cut and named anew.
public struct VaultSync: Sendable {
    /// What the user asked for.
    public struct Options: Sendable {
        /// Bring all snapshots that the destination lacks, the oldest first, and not the last one alone.
        public var takesHistory = false
        /// How chunks are compressed, where they are named anew.
        public var compression: Compression = .auto

        /// The defaults.
        public init() {}
    }

    private let source: Vault
    private let snapshot: Snapshot
    private let destination: Vault
    private let dataset: String
    private let options: Options
    private let context: RunContext

    /// A sync of `snapshot` of `source` into `dataset` of `destination`.
    public init(
        source: Vault, snapshot: Snapshot, destination: Vault, dataset: String, options: Options = Options(),
        context: RunContext
    ) {
        self.source = source
        self.snapshot = snapshot
        self.destination = destination
        self.dataset = dataset
        self.options = options
        self.context = context
    }

    /// Brings what is missing, and fills figures and warnings into `report`.
    ///
    /// A snapshot that the destination is at already is not made again.
    ///
    /// - Throws: `damaged` where the source lacks what its snapshot names; the destination's dataset is then as it was.
    public func run(_ report: inout RunReport) throws {
        let clock = RunClock()
        let begins = (source.beginAccount(), destination.beginAccount())
        let tally = Tally()
        context.progress.enter(.scanning)
        let wanted = try missing()
        report.snapshot = try destination.latest(dataset)?.id.hex
        for item in wanted {
            try context.stop.check()
            let step = VaultStep(
                source: source, snapshot: item.snapshot, before: item.before, destination: destination,
                dataset: dataset, compression: options.compression, context: context, tally: tally)
            if let made = try step.run(clock) { report.snapshot = made.id.hex }
        }
        tally.fill(&report)
        fill(&report, begins, tally)
        report.verified = Verification.transferred.rawValue
        clock.fill(&report)
    }

    /// Says what ``run(_:)`` would move, and moves nothing.
    ///
    /// Within one dedup domain the two trees are compared and the source's index says how long each record is: the figures
    /// are exact. Between two domains what changed is read, cut and named as the destination would, and a sample compressed.
    ///
    /// - Parameters:
    ///   - isExact: compress all missing chunks, and not only a sample.
    ///   - traffic: what has crossed to the destination's host since it was first asked for this; nil where it is on none.
    public func foresee(
        isExact: Bool = false, traffic: (@Sendable () -> HostTraffic)? = nil
    ) throws -> ForeseenRun {
        let start = SystemClock.monotonic()
        context.progress.enter(.comparing)
        let (tally, clock) = (Tally(), RunClock())
        let census = VaultCensus(
            .init(
                source: source, destination: destination, compression: options.compression,
                threads: context.threads,
                commit: VaultGrowth.commitBytes(
                    of: snapshot.draft.source, by: snapshot.draft.host, in: dataset),
                isFirst: try destination.latest(dataset) == nil, traffic: traffic), isExact: isExact)
        let wanted = try missing()
        for item in wanted {
            try context.stop.check()
            var step = VaultStep(
                source: source, snapshot: item.snapshot, before: item.before, destination: destination,
                dataset: dataset, compression: options.compression, context: context, tally: tally)
            step.census = census
            _ = try step.run(clock)
        }
        var findings = try census.findings(wanted.count, elapsed: SystemClock.monotonic() - start)
        findings.snapshot = snapshot.id.hex
        if source.sharesDomain(with: destination) { tally.add(\.readBytes, findings.missing.bytes) }
        return ForeseenRun(findings, tally)
    }

    private func fill(_ report: inout RunReport, _ begins: (StoreMeter?, StoreMeter?), _ tally: Tally) {
        let counts = tally.counts
        report.bytes.reused = counts.logicalBytes - min(counts.logicalBytes, counts.missingBytes)
        guard let from = begins.0, let to = begins.1 else { return }
        let reads = StoreUse(of: source, since: from)
        var spent = StoreUse(of: destination, since: to)
        spent.add(readsOf: reads)
        spent.fill(&report)
        if source.crossesWhenRead(to: destination) { report.bytes.wireSent = reads.read }
    }

    /// The snapshots to bring, the oldest first, each with the one of the source that the destination has before it.
    private func missing() throws -> [(snapshot: Snapshot, before: Snapshot?)] {
        let latest = try destination.latest(dataset)
        if let latest, latest.draft.isSame(as: snapshot.draft) { return [] }
        guard options.takesHistory || latest != nil else { return [(snapshot, nil)] }
        var history = try source.history(snapshot.dataset)
        var chain: [Snapshot] = []
        var shared: Snapshot?
        while let next = try history.next() {
            if let latest, latest.draft.isSame(as: next.draft) {
                shared = next
                break
            }
            if next.sequence <= snapshot.sequence { chain.append(next) }
        }
        guard options.takesHistory else { return [(snapshot, shared)] }
        chain.reverse()
        return chain.enumerated().map { ($1, $0 > 0 ? chain[$0 - 1] : shared) }
    }
}

extension SnapshotDraft {
    /// Whether both say the same of when, where and by whom a tree was read: of the tree itself, the names differ from
    /// domain to domain.
    func isSame(as other: SnapshotDraft) -> Bool {
        created == other.created && source == other.source && host == other.host
            && tree.entries == other.tree.entries && tree.bytes == other.tree.bytes
    }
}
