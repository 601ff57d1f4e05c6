internal import Content
internal import Files
internal import Model
internal import Synchronization
internal import Vault
internal import Workers

/// Finds what a restore of a snapshot would move: plans and compares as the restore does, and writes nothing.
///
/// What would cross is known exactly: the index says how long each sealed chunk is.
struct OutOfVaultEstimate {
    /// The vault to read from.
    let vault: Vault
    /// What would be restored.
    let snapshot: Snapshot
    /// The destination's root, which need not exist.
    let destination: String
    /// Both ends by name.
    let pair: EndpointPair
    /// What was asked.
    let options: EstimateOptions
    /// What a run needs.
    let context: RunContext

    /// Looks, and counts files and bytes into `tally`.
    func run(_ tally: Tally) throws -> EstimateFindings {
        let start = SystemClock.monotonic()
        try vault.index.refresh()
        let target = try TargetTree(path: destination, isDryRun: true)
        let recordPath = target.root == nil ? nil : context.state?.file("records", for: pair)
        context.progress.expect(logical: snapshot.tree.bytes)
        context.progress.enter(.comparing)
        let planner = RestorePlanner(
            site: .init(
                writer: nil, options: options.run, only: nil, workers: context.threads, tally: tally,
                collector: RecordCollector(), lookUp: EntryCursor(snapshot.tree, source: try vault.pages())),
            entries: EntryCursor(snapshot.tree, source: try vault.pages()),
            target: try target.root.map { try Scanner(root: $0, options: options.run.scan) },
            record: recordPath.flatMap { RecordReader(path: $0) },
            renames: RenameFinder(recordPath: recordPath, by: .fingerprint))
        let counter = SealedCounter()
        try ActionPipeline<RestoreAction>(workers: context.threads, stop: context.stop).run(
            plan: { try planner.forEach($0) }
        ) {
            let looker = try RestoreLooker(vault, target.root, counter, tally, context)
            return { action in
                switch action {
                case .make(let entry, let existing, _): try looker.look(entry, existing)
                case .rename(let entry, _, _):
                    tally.add(\.renamed)
                    tally.add(\.reusedBytes, entry.attributes.size)
                case .help: break
                }
            }
        }
        try planner.walk.laterNames.forEach { _, note in tally.add(note.flag ? \.changed : \.new) }
        let removed = try planner.walk.removals.drainCountingFiles()
        tally.add(\.deleted, removed - min(removed, planner.renamedCount))
        return findings(counter.counts, elapsed: SystemClock.monotonic() - start)
    }

    private func findings(_ counts: SealedCounter.Counts, elapsed: Double) -> EstimateFindings {
        var findings = EstimateFindings()
        findings.snapshot = snapshot.id.hex
        findings.missing = .init(chunks: counts.chunks, bytes: counts.plain)
        findings.wire = Spread(exactly: counts.sealed)
        findings.stored = Spread(exactly: counts.plain)
        findings.requests.get = Spread(exactly: counts.reads)
        let perThread = Double(context.threads)
        let perByte = counts.sampled > 0 ? counts.sampleSeconds / Double(counts.sampled) : 0
        findings.localSeconds =
            max(0, elapsed - counts.sampleSeconds / perThread)
            + perByte * Double(counts.plain) / perThread
            + TimeModel.making(counts.files, in: destination, threads: context.threads)
        findings.assumptions = [
            "files that differ are read from the vault whole; the index says how long each chunk is"
        ]
        return findings
    }
}

/// Counts what a restore would read, from several threads.
final class SealedCounter: Sendable {
    /// The figures.
    struct Counts: Sendable {
        var files: UInt64 = 0
        var chunks: UInt64 = 0
        var plain: UInt64 = 0
        var sealed: UInt64 = 0
        var reads: UInt64 = 0
        /// Bytes that were really read, to see how long it takes, and the threads' time for it.
        var sampled: UInt64 = 0
        var sampleSeconds = 0.0
    }

    /// So many bytes are really read.
    static let sampleMax: UInt64 = 32 << 20

    private let state = Mutex(Counts())

    /// What was counted.
    var counts: Counts { state.withLock { $0 } }

    /// Whether more is to be read for the sample.
    var wantsSample: Bool { state.withLock { $0.sampled < Self.sampleMax } }

    /// Adds a file's figures.
    func add(_ more: Counts) {
        state.withLock { counts in
            counts.files += more.files
            counts.chunks += more.chunks
            counts.plain += more.plain
            counts.sealed += more.sealed
            counts.reads += more.reads
            counts.sampled += more.sampled
            counts.sampleSeconds += more.sampleSeconds
        }
    }
}
