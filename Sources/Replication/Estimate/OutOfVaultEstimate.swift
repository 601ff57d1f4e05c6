internal import Content
internal import Files
internal import Model
internal import Storage
internal import Synchronization
internal import Vault
internal import Workers

/// Finds what a restore of a snapshot would move: plans and compares as the restore does, and writes nothing.
///
/// What would cross is known exactly: the index says how long each sealed chunk is. Where the vault is on another machine,
/// its reads are rehearsed by the code that makes them (``ReadRehearsal``), with all that is read ahead.
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
        let before = vault.beginAccount()
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
        let rehearsal = ReadRehearsal(vault)
        try ActionPipeline<LookAction>(workers: context.threads, stop: context.stop).run(
            plan: { body in try planner.forEach { try LookAction.of($0, workers: context.threads, body) } }
        ) {
            let looker = try RestoreLooker(vault, rehearsal, target.root, counter, tally, context)
            return { try looker.perform($0) }
        }
        try planner.walk.foreseeEnd(beneath: target.root, renamed: planner.renamedCount, options.run, tally)
        var found = findings(counter.counts, elapsed: SystemClock.monotonic() - start)
        let read = found.countAsked(of: vault, since: before, andReads: rehearsal?.counts.reads ?? 0)
        if let rehearsal {
            // What is read along comes too, and is paid for; packs alone are rehearsed.
            found.wire = Spread(exactly: read + rehearsal.counts.bytes)
            found.wireBack = 0
            if let traffic = options.traffic { account(&found, rehearsal, traffic()) }
        }
        return found
    }

    /// Has `found` say what would cross between the hosts: what has crossed so far crosses in a run as well, copies of the
    /// index aside.
    private func account(_ found: inout EstimateFindings, _ rehearsal: ReadRehearsal, _ traffic: HostTraffic) {
        let (reads, bytes) = rehearsal.counts
        found.wire = Spread(
            exactly: traffic.received(but: vault.index) + bytes + HostTraffic.answered(reads: reads, bytes: bytes))
        found.wireBack = traffic.sent + HostTraffic.asked(reads: reads)
        if let link = options.link {
            // What is opened and written meanwhile, the link is waited for.
            found.lateSeconds = max(found.lateSeconds ?? 0, link.bandwidth.seconds(for: ByteCount(bytes)))
        }
    }

    private func findings(_ counts: SealedCounter.Counts, elapsed: Double) -> EstimateFindings {
        var findings = EstimateFindings()
        findings.snapshot = snapshot.id.hex
        findings.missing = .init(chunks: counts.chunks, bytes: counts.plain)
        findings.wire = Spread(exactly: counts.sealed)
        findings.stored = Spread(exactly: counts.plain)
        let perThread = Double(context.threads)
        let perByte = counts.sampled > 0 ? counts.sampleSeconds / Double(counts.sampled) : TimeModel.openingByteSeconds
        let opening =
            perByte * Double(counts.plain) / perThread
            + TimeModel.making(counts.files, in: destination, threads: context.threads)
        let planning = max(0, elapsed - counts.sampleSeconds / perThread)
        if vault.folder == nil {
            (findings.localSeconds, findings.lateSeconds) = (planning, opening)
        } else {
            findings.localSeconds = planning + opening
        }
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
            counts.sampled += more.sampled
            counts.sampleSeconds += more.sampleSeconds
        }
    }
}
