public import Model

/// What runs between two ends came to, beside what was expected of them: how right the estimates were.
///
/// Two files of lines in the state folder: the last runs, and the last estimate. Only a memory: lines that are damaged are
/// passed over, and where there is no folder nothing is kept. Of two runs that end at the same instant one may be lost.
public struct Ledger: Sendable {
    /// How many runs are kept.
    public static let runsMax = 200
    /// From so many of the last runs the next one is foreseen.
    public static let runsForeseen = 20
    private static let head = "perigee ledger 1"
    /// Longer files are none of ours.
    private static let sizeMax = 1 << 20

    private let runsPath: String?
    private let estimatePath: String?

    /// The ledger of `pair` in `state`.
    public init(state: StateFolder?, pair: EndpointPair) {
        runsPath = state?.file("ledger", for: pair)
        estimatePath = state?.file("estimates", for: pair)
    }

    /// The last runs, the oldest first.
    public var runs: [Run] { Self.lines(runsPath).compactMap(Run.init).suffix(Self.runsMax) }

    /// Keeps what `report` says of a run that ended at `at`, with the estimate that it holds; dry runs are not kept.
    public func record(report: RunReport, at: Timestamp) throws {
        guard let runsPath, !report.dryRun else { return }
        let all = runs + [Run(report, at: at)]
        try Self.write(all.suffix(Self.runsMax).map(\.line), to: runsPath)
    }

    /// Keeps `estimate`, which was made at `at` of `basis`, for the next run.
    public func save(
        _ estimate: RunReport.Estimate, of basis: RunBasis, seen: Seen? = nil, at: Timestamp
    ) throws {
        guard let estimatePath else { return }
        var line = LedgerLine(at: at)
        estimate.write(to: &line)
        basis.write(to: &line)
        seen?.write(to: &line)
        try Self.write([line], to: estimatePath)
    }

    /// What was to be expected of a run of `basis` that is not recorded yet: the estimate that was made since the run
    /// before it, where that was of the same; else what the last runs came to, of which the one that filled the destination
    /// says nothing; nil where nothing is known.
    public func estimate(for basis: RunBasis) -> RunReport.Estimate? { expectation(for: basis)?.estimate }

    /// The same, and whether it was asked for: made by looking at both ends, and not from what earlier runs came to.
    public func expectation(for basis: RunBasis) -> (estimate: RunReport.Estimate, isAsked: Bool)? {
        let runs = runs
        if let line = Self.lines(estimatePath).last, let saved = RunReport.Estimate(line),
            runs.last.map({ $0.at < line.at }) ?? true, RunBasis(line)?.fits(basis) == true
        {
            return (saved, true)
        }
        let last = Self.telling(runs).suffix(Self.runsForeseen)
        guard !last.isEmpty else { return nil }
        let wire = UsualRun.spread(last.map { Double($0.wire) }, deviation: UsualRun.wireDeviation)
        let estimate = RunReport.Estimate(
            bytes: wire.map { UInt64(exactly: $0.rounded()) ?? .max },
            seconds: UsualRun.spread(last.map(\.seconds), deviation: UsualRun.timeDeviation))
        return (estimate, false)
    }

    /// What the destination was last known to lack: by the last run, after which it lacks nothing of what was there then, or
    /// by an estimate since; nil where neither is known.
    public var known: Known? {
        let line = Self.lines(estimatePath).last
        let run = runs.last { $0.logical != nil }
        if let run, let logical = run.logical, line.map({ $0.at <= run.at }) ?? true {
            return Known(
                at: run.at, logical: logical, missing: 0, wire: nil, isRun: true, root: run.snapshot)
        }
        guard let line, let seen = Seen(line), let estimate = RunReport.Estimate(line) else { return nil }
        return Known(
            at: line.at, logical: seen.logical, missing: seen.missing, wire: estimate.bytes, isRun: false,
            root: seen.root)
    }

    /// How much work the last runs did in a second, those that took long enough to tell.
    var rates: [Double] { runs.suffix(Self.runsForeseen).compactMap(\.rate) }

    /// Those of all `runs` that tell what the next one comes to: not the very first where it found most to be missing, since
    /// it filled the destination.
    private static func telling(_ runs: [Run]) -> ArraySlice<Run> {
        guard runs.count < runsMax, let first = runs.first, let logical = first.logical, logical > 0,
            first.missing >= logical / 2
        else { return runs[...] }
        return runs.dropFirst()
    }

    private static func lines(_ path: String?) -> [LedgerLine] {
        guard let path, let bytes = StateFile.read(path, limit: sizeMax) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        guard lines.first == head[...] else { return [] }
        return lines.dropFirst().compactMap { LedgerLine(parsing: $0) }
    }

    private static func write(_ lines: [LedgerLine], to path: String) throws {
        let file = try StateFile(replacing: path)
        try file.write(Array(([head] + lines.map(\.text)).map { $0 + "\n" }.joined().utf8))
        try file.finish()
    }
}
