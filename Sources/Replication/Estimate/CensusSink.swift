internal import Content
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Names chunks and counts them, and stores none.
///
/// One for each worker.
final class CensusSink: ChunkSink {
    /// What the chunks are to the census.
    enum Role {
        /// The destination is to have them; those that are known there are left out.
        case wanted(isKnown: (ContentID) -> Bool)
        /// The destination holds them.
        case held
    }

    private let key: HashKey?
    private let role: Role
    private let census: ChunkCensus
    private let sampler: ChunkSampler?
    private let tally: Tally
    private let progress: Progress
    private var wants = false
    private var batch = ChunkCensus.Batch()
    private var plains: [UnsafeRawBufferPointer] = []
    private var digests: [Digest] = []

    /// A sink that names chunks under `key` and adds them to `census`; `sampler` compresses some of those wanted.
    init(
        key: HashKey?, role: Role, census: ChunkCensus, sampler: ChunkSampler? = nil, tally: Tally, progress: Progress
    ) {
        self.key = key
        self.role = role
        self.census = census
        self.sampler = sampler
        self.tally = tally
        self.progress = progress
    }

    func beginFile() { sampler?.beginFile() }

    func take(_ bytes: UnsafeRawBufferPointer, lengths: [Int]) throws -> [ChunkReference] {
        identify(bytes, lengths)
        var references: [ChunkReference] = []
        references.reserveCapacity(lengths.count)
        var missing = 0
        for (plain, digest) in zip(plains, digests) {
            let reference = ChunkReference(id: ContentID(digest), length: UInt32(plain.count))
            references.append(reference)
            switch role {
            case .held: batch.hold(reference.id)
            case .wanted(let isKnown):
                guard !isKnown(reference.id) else { continue }
                missing += plain.count
                batch.want(reference.id, length: reference.length, wire: try sampler?.measure(plain, reference.id))
            }
        }
        if missing > 0, !wants {
            wants = true
            census.workerWants()
        }
        try census.add(&batch)
        if case .wanted = role { tally.add(\.chunks, UInt64(lengths.count)) }
        progress.add(missing: missing)
        return references
    }

    func finish() throws {}

    private func identify(_ bytes: UnsafeRawBufferPointer, _ lengths: [Int]) {
        plains.removeAll(keepingCapacity: true)
        var offset = 0
        for length in lengths {
            plains.append(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)]))
            offset += length
        }
        if digests.count < plains.count { digests = [Digest](repeating: .zero, count: plains.count) }
        plains.withUnsafeBufferPointer { plains in
            digests.withUnsafeMutableBufferPointer { Blake3.hashMany(plains, key: key, into: $0) }
        }
    }
}
