public import Model
public import Vault

/// Says what a run would move and how long it would take, and moves nothing.
///
/// It reads what a run would read to know: what changed is read and cut, what is as it was remembered is not. The missing
/// bytes are exact. What they compress to comes from a sample of them unless all is asked for. Nothing is written but
/// this machine's own memory of the estimate, which the report of the next run shows beside what happened.
///
/// ```swift
/// var report = EstimateReport(source: "/data/a", destination: "vault:/backup#a")
/// try Estimator(root: "/data/a", vault: vault, dataset: "a", pair: pair, context: context).run(&report)
/// print(report.bytes.missing.p50, report.bytes.wireSent)
/// ```
public struct Estimator: Sendable {
    private enum Route: Sendable {
        case intoVault(IntoVaultEstimate)
        case betweenTrees(BetweenTreesEstimate)
        case outOfVault(OutOfVaultEstimate)
        case between(@Sendable () throws -> ForeseenRun, RunWishes)
    }

    private let route: Route
    private let pair: EndpointPair
    private let options: EstimateOptions
    private let context: RunContext

    /// An estimate of a snapshot of the tree at `root` into `dataset` of `vault`.
    public init(
        root: String, vault: Vault, dataset: String, pair: EndpointPair, options: EstimateOptions = EstimateOptions(),
        context: RunContext
    ) {
        route = .intoVault(
            IntoVaultEstimate(
                root: root, vault: vault, dataset: dataset, pair: pair, options: options, context: context))
        (self.pair, self.options, self.context) = (pair, options, context)
    }

    /// An estimate of a sync of the folder `source` to the folder `destination` on this host.
    public init(
        source: String, destination: String, pair: EndpointPair, options: EstimateOptions = EstimateOptions(),
        context: RunContext
    ) {
        route = .betweenTrees(
            BetweenTreesEstimate(
                source: source, destination: destination, pair: pair, options: options, context: context))
        (self.pair, self.options, self.context) = (pair, options, context)
    }

    /// An estimate of a restore of `snapshot` of `vault` to the folder `destination`.
    public init(
        vault: Vault, snapshot: Snapshot, destination: String, pair: EndpointPair,
        options: EstimateOptions = EstimateOptions(), context: RunContext
    ) {
        route = .outOfVault(
            OutOfVaultEstimate(
                vault: vault, snapshot: snapshot, destination: destination, pair: pair, options: options,
                context: context))
        (self.pair, self.options, self.context) = (pair, options, context)
    }

    /// An estimate of a run of `wishes` one end of which is at another site: `look` has the destination's end look.
    public init(
        of wishes: RunWishes, pair: EndpointPair, options: EstimateOptions = EstimateOptions(), context: RunContext,
        look: @escaping @Sendable () throws -> ForeseenRun
    ) {
        route = .between(look, wishes)
        (self.pair, self.options, self.context) = (pair, options, context)
    }

    /// Looks at both ends, and fills `report`.
    ///
    /// - Throws: where one of the ends cannot be read, or the run was stopped.
    public func run(_ report: inout EstimateReport) throws {
        let start = SystemClock.monotonic()
        let wishes = try wishes()
        let tally = Tally()
        let foreseen =
            switch route {
            case .intoVault(let estimate): ForeseenRun(try estimate.run(tally), tally)
            case .betweenTrees(let estimate): ForeseenRun(try estimate.run(tally), tally)
            case .outOfVault(let estimate): ForeseenRun(try estimate.run(tally), tally)
            case .between(let look, _): try look()
            }
        let ledger = Ledger(state: context.state, pair: pair)
        fill(&report, foreseen, ledger)
        report.took = SystemClock.monotonic() - start
        report.peakMemory = SystemClock.peakMemory
        let basis = RunBasis(
            wishes, report.files, logical: report.bytes.logical.p50, missing: report.bytes.missing.p50)
        let seen = Ledger.Seen(
            logical: report.bytes.logical.p50, missing: report.bytes.missing.p50, root: report.snapshot ?? report.base)
        try ledger.save(report.estimate, of: basis, seen: seen, at: context.now())
    }

    /// What would be asked of the run.
    private func wishes() throws -> RunWishes {
        switch route {
        case .intoVault(let estimate):
            .intoVault(
                after: try estimate.vault.latest(estimate.dataset)?.id, compression: options.compression,
                scan: options.run.scan, rereads: options.run.comparesContent)
        case .betweenTrees: .betweenTrees(options.run)
        case .outOfVault(let estimate): .outOfVault(estimate.snapshot.id)
        case .between(_, let wishes): wishes
        }
    }

    private func fill(_ report: inout EstimateReport, _ foreseen: ForeseenRun, _ ledger: Ledger) {
        let (run, findings) = (foreseen.run, foreseen.findings)
        report.files = run.files
        report.failures += run.failures
        report.warnings += run.warnings
        report.snapshot = findings.snapshot
        report.base = findings.base
        report.chunks.total = run.chunks.total
        report.chunks.missing = findings.missing.chunks
        let missing = findings.missing.bytes
        let logical = run.bytes.logical
        report.bytes.logical = Spread(exactly: logical)
        report.bytes.read = Spread(exactly: run.bytes.read)
        report.bytes.missing = Spread(exactly: missing)
        report.bytes.reused = Spread(exactly: logical - min(logical, missing))
        report.bytes.wireSent = findings.wire
        report.bytes.wireReceived = findings.wireBack.map { Spread(exactly: $0) } ?? findings.wire
        report.bytes.stored = findings.stored
        report.requests = findings.requests
        report.method = findings.method
        report.sample = findings.sample
        let work = Ledger.Run.work(scanned: run.files.scanned, read: run.bytes.read, missing: missing)
        let time = TimeModel(link: options.link, rates: ledger.rates)
            .seconds(local: findings.localSeconds, work: work, wire: findings.wire, late: findings.lateSeconds)
        report.seconds.total = time.spread
        report.assumptions = findings.assumptions + [time.assumption]
        report.money = options.money?(report)
    }
}
