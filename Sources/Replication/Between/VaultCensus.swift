internal import Content
internal import Model
internal import Storage
internal import Synchronization
internal import Vault

/// Counts what a sync between two vaults would move.
///
/// Chunks that several files share count once, as they would be moved once.
final class VaultCensus: Sendable {
    /// Chunks that the destination lacks.
    let chunks = ChunkCensus()
    /// Pages that it lacks.
    let pages = ChunkCensus()
    /// Chooses the chunks that are compressed, where they would be sealed anew.
    let sample: ChunkSample
    /// How the source's records would be read where it is on another machine, and records move as they are sealed.
    let rehearsal: ReadRehearsal?
    private let step: Step
    // Records that would have been claimed, where moves are rehearsed.
    private let met = Mutex<Set<ContentID>>([])
    private static let metMax = 1 << 18
    // Where the meters of both vaults' stores stood before.
    private let accounts: (source: StoreMeter?, destination: StoreMeter?)

    /// What is counted for.
    struct Step: Sendable {
        let source: Vault
        let destination: Vault
        let compression: Compression
        let threads: Int
        /// What a snapshot and its ref take, in bytes.
        let commit: UInt64
        /// Whether the dataset has no snapshot yet.
        let isFirst: Bool
        /// What has crossed to the destination's host so far; nil where it is on none, or that is not known.
        let traffic: (@Sendable () -> HostTraffic)?

        /// Whether records would move as they are sealed.
        var movesRecords: Bool { source.sharesDomain(with: destination) }
    }

    /// How long a byte of a record takes to be opened, hashed and handed on, in seconds: some 500 MB a second.
    private static let moveSeconds = 2e-9
    /// The seal's length beside the bytes that it seals.
    private static let tagLength: UInt32 = 16
    /// A further snapshot in one run is of a session of its own, which puts a pack of chunks, one of pages, a segment, the
    /// snapshot and the ref, and asks how things stand: in reads and in listings.
    private static let further: (puts: UInt64, gets: UInt64, lists: UInt64) = (5, 3, 2)

    init(_ step: Step, isExact: Bool) {
        self.step = step
        rehearsal = step.movesRecords ? ReadRehearsal(step.source) : nil
        accounts = (step.source.beginAccount(), step.destination.beginAccount())
        sample = ChunkSample(isComplete: isExact || step.compression == .stored)
    }

    /// Adds to `batch` that the destination would need the record of `id`, unless it has it.
    func want(_ id: ContentID, length: UInt32?, in batch: inout ChunkCensus.Batch) -> Bool {
        guard !step.destination.index.contains(id) else { return false }
        let location = step.source.index.lookup(id)
        let plain = length ?? location?.plainLength ?? 0
        batch.want(
            id, length: plain, wire: location.map { $0.sealedLength - min($0.sealedLength, Self.tagLength) } ?? plain)
        return true
    }

    /// Whether the record of `id`, which the destination needs, is to be rehearsed: where it was not met before, as far as that
    /// is remembered.
    func isRehearsed(_ id: ContentID) -> Bool {
        guard rehearsal != nil else { return false }
        return met.withLock { met in
            if met.count >= Self.metMax { met.removeAll(keepingCapacity: true) }
            return met.insert(id).inserted
        }
    }

    /// What was found in `elapsed` seconds, for `snapshots` new snapshots.
    func findings(_ snapshots: Int, elapsed: Double) throws -> EstimateFindings {
        var findings = EstimateFindings()
        guard snapshots > 0 else {
            countAsked(0, lists: 0, &findings)
            return findings
        }
        let totals = try chunks.totals(sampledUpTo: step.movesRecords ? .max : sample.bound)
        let lacked = try pages.totals()
        findings.missing = .init(chunks: totals.chunks, bytes: totals.bytes)
        let chunkBytes = totals.sample.spread(chunks: totals.chunks, bytes: totals.bytes)
        let growth = VaultGrowth(
            totals, lacked, writers: writers(totals), commit: step.commit, isFirst: step.isFirst,
            in: step.destination.index)
        let further = UInt64(snapshots - 1)
        findings.wire = chunkBytes.map { growth.storing($0).bytes + further * step.commit }
        findings.stored = findings.wire
        findings.requests.put = chunkBytes.map { growth.storing($0).puts + Self.further.puts * further }
        countAsked(growth.gets + Self.further.gets * further, lists: Self.further.lists * further, &findings)
        if let traffic = step.traffic { traffic().account(&findings, growth, in: step.destination.index) }
        findings.method = totals.sample.count == totals.chunks ? .exact : .sampled
        findings.sample.chunks = step.movesRecords ? 0 : totals.sample.count
        findings.sample.bytes = step.movesRecords ? 0 : totals.sample.plain
        findings.localSeconds = seconds(totals, elapsed)
        findings.assumptions = [assumption(totals)]
        return findings
    }

    /// How many threads fill packs of their own: where records move, each that gets a batch of them.
    private func writers(_ totals: ChunkCensus.Totals) -> Int {
        guard step.movesRecords else { return chunks.writers }
        let batches = (totals.chunks + UInt64(RecordTransfer.batchCount) - 1) / UInt64(RecordTransfer.batchCount)
        return max(1, min(step.threads, Int(clamping: batches)))
    }

    /// Counts what was asked of both vaults, which a run asks too, what moving records would ask of the source, and `gets` and
    /// `lists` more.
    private func countAsked(_ gets: UInt64, lists: UInt64, _ findings: inout EstimateFindings) {
        let moved = rehearsal?.counts ?? (reads: 0, bytes: 0)
        var asked = StoreUse(of: step.source, since: accounts.source ?? StoreMeter())
        let came = asked.received(but: step.source.index)
        let there = StoreUse(of: step.destination, since: accounts.destination ?? StoreMeter())
        asked.add(readsOf: there)
        findings.requests.get = Spread(exactly: asked.requests.get + moved.reads + gets)
        findings.requests.list = Spread(exactly: asked.requests.list + lists)
        findings.wireBack = there.received(but: step.destination.index)
        // Between two domains all of it has come just now.
        if step.source.crossesWhenRead(to: step.destination) { findings.wire = Spread(exactly: came + moved.bytes) }
    }

    private func seconds(_ totals: ChunkCensus.Totals, _ elapsed: Double) -> Double {
        let perThread = Double(max(1, step.threads))
        guard !step.movesRecords else { return elapsed + Double(totals.sample.wire) * Self.moveSeconds / perThread }
        // A run compresses all that is missing; what was spent here on the sample alone is left out.
        return max(0, elapsed - sample.secondsSpent / perThread)
            + sample.secondsPerByte * Double(totals.bytes) / perThread
    }

    private func assumption(_ totals: ChunkCensus.Totals) -> String {
        if step.movesRecords { return "records move as they are sealed; the source's index says how long each is" }
        let chunks = "\(Quantity.grouped(totals.sample.count)) of \(Quantity.grouped(totals.chunks))"
        return "the vaults are of two dedup domains: \(chunks) missing chunks were compressed with \(step.compression)"
    }
}
