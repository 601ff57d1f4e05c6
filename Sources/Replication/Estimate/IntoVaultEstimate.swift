internal import Content
internal import Hashing
internal import Model
internal import Storage
internal import Vault
internal import Workers

/// Finds what a snapshot of a tree would add to a vault: plans, reads and cuts as the archiver does, and stores nothing.
///
/// No session is begun, since that takes over packs of killed runs; what lies in such packs counts as missing.
struct IntoVaultEstimate {
    /// The tree's root.
    let root: String
    /// Where the snapshot would go.
    let vault: Vault
    /// The dataset that it would be of.
    let dataset: String
    /// Both ends by name.
    let pair: EndpointPair
    /// What was asked.
    let options: EstimateOptions
    /// What a run needs.
    let context: RunContext

    /// Looks, and counts files and bytes into `tally`.
    func run(_ tally: Tally) throws -> EstimateFindings {
        let start = SystemClock.monotonic()
        try vault.refreshIndex()
        let tree = try SourceTree(root: root, options: options.run.scan)
        let base = try SnapshotMemory(vault: vault, dataset: dataset, pair: pair, state: context.state)
        let newest = try vault.latest(dataset)
        // What was asked until here, a run has asked before it begins.
        let before = self.vault.beginAccount()
        let pages = try PageCensus(vault, options.compression)
        let census = ChunkCensus()
        let sample = ChunkSample(isComplete: options.isExact || options.compression == .stored)
        let board = ArchiveBoard()
        let assembler = ArchiveAssembler(
            tree: tree, board: board, sink: pages, pages: try vault.pages(copies: true), record: nil, tally: tally,
            progress: context.progress, now: context.now)
        let planner = try ArchivePlanner(
            tree: tree, record: options.run.comparesContent ? nil : base.record,
            leaves: try base.leaves(), pages: try vault.pages(copies: true), tally: tally)
        let pipeline = ArchivePipeline(
            tree: tree, workers: context.threads, stop: context.stop, tally: tally, progress: context.progress,
            now: context.now)
        context.progress.enter(.comparing)
        let (vault, wish, progress) = (vault, options.compression, context.progress)
        let link = pacedLink
        try pipeline.run(
            planner: planner, chunker: Chunker(vault.descriptor.chunker), board: board, assembler: assembler
        ) {
            CensusSink(
                key: vault.ring.idKey, role: .wanted { vault.index.contains($0) }, census: census,
                sampler: try ChunkSampler(sample, wish, packs: link.map { RehearsedPacks($0) }), tally: tally,
                progress: progress)
        }
        for failure in tree.failures { tally.fail(failure.path, failure.error) }
        _ = try assembler.finish()
        let totals = try census.totals(sampledUpTo: sample.bound)
        let stored = try pages.totals()
        let growth = VaultGrowth(
            totals, stored, writers: census.writers,
            commit: VaultGrowth.commitBytes(of: pair.source, in: dataset), isFirst: newest == nil, in: vault.index)
        var found = findings(totals, growth, sample, elapsed: SystemClock.monotonic() - start)
        found.base = newest?.id.hex
        found.wireBack = found.countAsked(of: self.vault, since: before, andReads: growth.gets)
        if let traffic = options.traffic { traffic().account(&found, growth, in: vault.index) }
        return found
    }

    /// What the vault is reached by, as fast as it is, where a run compresses as hard as that leaves time for; nil where it does
    /// not, or nothing is known of the link.
    private var pacedLink: RehearsedLink? {
        guard vault.folder == nil, options.compression == .auto else { return nil }
        return options.link.map { RehearsedLink(rate: $0.bandwidth.bytesPerSecond) }
    }

    private func findings(
        _ totals: ChunkCensus.Totals, _ plain: VaultGrowth, _ sample: ChunkSample, elapsed: Double
    ) -> EstimateFindings {
        var findings = EstimateFindings()
        findings.missing = .init(chunks: totals.chunks, bytes: totals.bytes)
        var chunkBytes = totals.sample.spread(chunks: totals.chunks, bytes: totals.bytes)
        if pacedLink != nil { chunkBytes = chunkBytes.adapted(of: totals.bytes) }
        findings.wire = chunkBytes.map { plain.storing($0).bytes }
        findings.stored = findings.wire
        findings.requests.put = chunkBytes.map { plain.storing($0).puts }
        findings.method = totals.sample.count == totals.chunks ? .exact : .sampled
        findings.sample.chunks = totals.sample.count
        findings.sample.bytes = totals.sample.plain
        // A run compresses all that is missing; what was spent here on the sample alone is left out.
        let perThread = Double(context.threads)
        findings.localSeconds =
            max(0, elapsed - sample.secondsSpent / perThread)
            + sample.secondsPerByte * Double(totals.bytes) / perThread
        let chunks = "\(Quantity.grouped(totals.sample.count)) of \(Quantity.grouped(totals.chunks))"
        guard totals.chunks > 0 else { return findings }
        findings.assumptions = [
            findings.method == .exact
                ? "all missing chunks were compressed with \(options.compression)"
                : "\(chunks) missing chunks were compressed with \(options.compression)"
        ]
        if pacedLink != nil { findings.assumptions.append(Rehearsal.adaptedAssumption) }
        return findings
    }
}
