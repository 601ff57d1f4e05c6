internal import Content
internal import Model
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
    private let step: Step

    /// What is counted for.
    struct Step: Sendable {
        let source: Vault
        let destination: Vault
        let compression: Compression
        let threads: Int
        /// What a snapshot and its ref take, in bytes.
        let commit: UInt64

        /// Whether records would move as they are sealed.
        var movesRecords: Bool { source.sharesDomain(with: destination) }
    }

    /// How long a byte of a record takes to be opened, hashed and handed on, in seconds: some 500 MB a second.
    private static let moveSeconds = 2e-9
    /// The seal's length beside the bytes that it seals.
    private static let tagLength: UInt32 = 16
    /// So many bytes of neighbouring records are read at once, at most.
    private static let readMax: UInt64 = 4 << 20

    init(_ step: Step, isExact: Bool) {
        self.step = step
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

    /// What was found in `elapsed` seconds, for `snapshots` new snapshots.
    func findings(_ snapshots: Int, elapsed: Double) throws -> EstimateFindings {
        var findings = EstimateFindings()
        guard snapshots > 0 else { return findings }
        let totals = try chunks.totals(sampledUpTo: step.movesRecords ? .max : sample.bound)
        let lacked = try pages.totals()
        findings.missing = .init(chunks: totals.chunks, bytes: totals.bytes)
        let chunkBytes = totals.sample.spread(chunks: totals.chunks, bytes: totals.bytes)
        let growth = VaultGrowth(
            chunks: totals.chunks, pages: lacked.chunks, pageBytes: lacked.sample.wire, writers: step.threads,
            commit: step.commit, in: step.destination.index)
        let further = UInt64(snapshots - 1)
        findings.wire = chunkBytes.map { growth.storing($0).bytes + further * step.commit }
        findings.stored = findings.wire
        findings.requests.put = chunkBytes.map { growth.storing($0).puts + 2 * further }
        let reads = (totals.sample.wire + Self.readMax - 1) / Self.readMax
        if step.movesRecords {
            findings.requests.get = Spread(p10: reads, p50: reads, p90: max(reads, totals.chunks + lacked.chunks))
        }
        findings.method = totals.sample.count == totals.chunks ? .exact : .sampled
        findings.sample.chunks = step.movesRecords ? 0 : totals.sample.count
        findings.sample.bytes = step.movesRecords ? 0 : totals.sample.plain
        findings.localSeconds = seconds(totals, elapsed)
        findings.assumptions = [assumption(totals)]
        return findings
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
