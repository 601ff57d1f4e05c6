internal import Content
internal import Files
internal import Hashing
internal import Model
public import Vault
internal import Workers

/// Finds what a snapshot of a tree at another site would add to a vault that is reached from here, and moves nothing.
///
/// The other site tells the chunks of what is not as it was at the last snapshot, by names of this run: no key of the vault
/// goes there. So what the vault has from other files is not known, and counts as missing; of files that have a last
/// version in a vault in a folder of this host, that is read and does not.
public struct DistantEstimate: Sendable {
    let vault: Vault
    let dataset: String
    let pair: EndpointPair
    let options: EstimateOptions
    let context: RunContext

    /// An estimate of a snapshot into `dataset` of `vault`; `pair` names both ends for what is remembered.
    public init(
        vault: Vault, dataset: String, pair: EndpointPair, options: EstimateOptions, context: RunContext
    ) {
        self.vault = vault
        self.dataset = dataset
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
        let before = vault.beginAccount()
        context.progress.enter(.comparing)
        let tally = Tally()
        let begin = DistantTree.begin(for: vault, scan: options.run.scan, compression: options.compression)
        try listing.send(begin.encoded())
        let shared = ToldWorker.Shared(
            receiver: try FileReceiver(files, limit: nil, progress: context.progress), begin: begin,
            census: ChunkCensus(), tally: tally, context: context, root: nil)
        let base = try SnapshotMemory(vault: vault, dataset: dataset, pair: pair, state: context.state)
        // Kept and read by the planner's thread alone.
        let unread = Monitor<[ScanFailure]>([])
        let planner = ArchivePlanner(
            feed: try ListingFeed(listing) { failure in
                tally.fail(failure.path, failure.error)
                unread.read { $0.append(failure) }
            }, failures: { unread.read { $0 } }, record: options.run.comparesContent ? nil : base.record,
            leaves: try base.leaves(), pages: try vault.pages(copies: true), tally: tally)
        try ask(planner, shared, listing)
        let elapsed = SystemClock.monotonic() - start
        let newest = try vault.latest(dataset)
        var (found, gets) = try findings(shared, listing.counts, isFirst: newest == nil, elapsed: elapsed)
        found.countAsked(of: vault, since: before, andReads: gets)
        found.base = newest?.id.hex
        return ForeseenRun(found, tally)
    }

    /// Asks for the chunks of all files that would be read, and counts them as they are told.
    private func ask(_ planner: ArchivePlanner, _ shared: ToldWorker.Shared, _ listing: CountingChannel) throws {
        // Used by the caller's own thread alone.
        let own = Monitor(planner)
        try shared.run(listing) {
            try own.read { planner in try planner.forEach { try look($0, shared) } }
            try shared.receiver.waitUntilIdle()
        }
    }

    private func look(_ item: ArchiveItem, _ shared: ToldWorker.Shared) throws {
        try context.stop.check()
        switch item {
        case .leaf(let known): shared.tally.add(known.counts)
        case .known(let entry, _, _), .kept(let entry):
            if count(entry.attributes, shared.tally) { shared.tally.add(\.unchanged) }
        case .link(let scanned, _, let previous):
            if count(scanned.attributes, shared.tally) { shared.tally.add(previous == nil ? \.new : \.unchanged) }
        case .look(let scanned, _, let previous):
            guard count(scanned.attributes, shared.tally) else { return }
            guard scanned.attributes.kind == .file, scanned.attributes.size > 0 else {
                return shared.tally.add(previous == nil ? \.new : \.changed)
            }
            if let previous { try hold(previous, shared) }
            var fetch = FetchAction(scanned: scanned)
            fetch.existing = previous.map { old in
                ScannedEntry(
                    path: old.path, attributes: old.attributes, identity: scanned.identity, links: 1,
                    mayBeSparse: false)
            }
            (fetch.isTold, fetch.measuresAll) = (true, options.isExact)
            try shared.receiver.fetch(fetch)
        }
    }

    /// Counts what is no folder.
    private func count(_ attributes: Attributes, _ tally: Tally) -> Bool {
        guard attributes.kind != .directory else { return false }
        tally.add(\.scanned)
        tally.add(\.logicalBytes, attributes.size)
        return true
    }

    /// The chunks of a file's last version are there.
    private func hold(_ previous: Entry, _ shared: ToldWorker.Shared) throws {
        guard vault.folder != nil, shared.begin.chunker == vault.descriptor.chunker,
            previous.attributes.kind == .file, previous.attributes.dataSize <= ExchangeLimits.comparedFile
        else { return }
        let names = try StoredChunks(previous, vault, shared.begin.key).names { try context.stop.check() }
        var batch = ChunkCensus.Batch()
        for name in names.keys { batch.hold(ContentID(name)) }
        try shared.census.add(&batch)
    }

    private func findings(
        _ shared: ToldWorker.Shared, _ listed: CountingChannel.Counts, isFirst: Bool, elapsed: Double
    ) throws -> (EstimateFindings, gets: UInt64) {
        var findings = EstimateFindings()
        let totals = try shared.census.totals(sampledUpTo: options.isExact ? .max : shared.bound.read { $0 })
        findings.missing = .init(chunks: totals.chunks, bytes: totals.bytes)
        let chunkBytes = totals.sample.spread(chunks: totals.chunks, bytes: totals.bytes)
        let files = shared.written.read { $0.files }
        let overhead = listed.receivedBytes + listed.sentBytes + files * ExchangeEstimate.fileOverhead
        findings.wire = chunkBytes.map { $0 + overhead }
        // Pages hold what a listing tells, and the IDs of chunks, which do not compress.
        let pageBytes = listed.receivedBytes + totals.chunks * 36
        let plain = VaultGrowth(
            chunks: totals.chunks, pages: files > 0 ? 1 + pageBytes / UInt64(PageLimits.page / 2) : 0,
            pageBytes: files > 0 ? pageBytes : 0, writers: context.threads,
            commit: VaultGrowth.commitBytes(of: pair.source, in: dataset), isFirst: isFirst, in: vault.index)
        findings.stored = chunkBytes.map { plain.storing($0).bytes }
        findings.requests.put = chunkBytes.map { plain.storing($0).puts }
        findings.method = totals.sample.count == totals.chunks ? .exact : .sampled
        findings.sample.chunks = totals.sample.count
        findings.sample.bytes = totals.sample.plain
        findings.localSeconds = elapsed
        findings.assumptions = [
            "the other host is told no key of the vault: what the vault has from other files counts as missing",
            "pages of the snapshot are counted by what its listing takes",
        ]
        return (findings, plain.gets)
    }
}
