internal import Content
internal import Files
internal import Hashing
internal import Workers

/// The parts of the way from a tree into a vault, each done by itself with warm buffers: what no order of the work could
/// be faster than, unless it left one of them away.
///
/// Read, cut, name (keyed BLAKE3), probe (seen to be random), seal, hash of the pack, write. Their times add up to the
/// harmonic limit.
final class PipelineParts {
    /// What a worker takes at a time.
    private static let stretch = 1 << 20
    /// The mean length of a chunk.
    private static let chunk = 64 << 10
    /// What all parts but reading work on.
    private static let sample = SampleBytes.random(stretch)

    private let tree: SampleTree
    private let workers: Int
    private let output: String

    init(_ tree: SampleTree, workers: Int) throws {
        (self.tree, self.workers) = (tree, workers)
        output = tree.scratch.fresh("written")
    }

    /// Removes what was written.
    func reset() throws { for worker in 0..<workers { try tree.scratch.remove("\(output).\(worker)") } }

    /// The parts in order.
    var steps: [Race.Step] {
        [
            Race.Step("read") { try self.onEachWorker(Self.read) },
            Race.Step("cut") { try self.onEachWorker { _, share in Self.cut(share) } },
            Race.Step("name") { try self.onEachWorker { _, share in Self.name(share) } },
            Race.Step("probe") { try self.onEachWorker { _, share in try Self.probe(share) } },
            Race.Step("seal") { try self.onEachWorker { _, share in try Self.seal(share) } },
            Race.Step("pack hash") { try self.onEachWorker { _, share in Self.hashPack(share) } },
            Race.Step("write") { try self.onEachWorker(Self.write) },
        ]
    }

    /// A worker's share: every so-maniest file.
    private struct Share: Sendable {
        let files: [String]
        let fileBytes: Int
        let output: String
        var stretches: Int { files.count * fileBytes / PipelineParts.stretch }
    }

    private func onEachWorker(_ body: @Sendable (Int, Share) throws -> Void) throws {
        let (files, workers, fileBytes, output) = (tree.files, workers, tree.fileBytes, output)
        try Crew.run(workers) { worker in
            let mine = stride(from: worker, to: files.count, by: workers).map { files[$0] }
            try body(worker, Share(files: mine, fileBytes: fileBytes, output: "\(output).\(worker)"))
        }
    }

    private static func read(_ worker: Int, _ share: Share) throws {
        let buffer = IOBuffer(count: stretch)
        for path in share.files {
            let file = try OpenFile(reading: path)
            for offset in stride(from: 0, to: share.fileBytes, by: stretch) {
                _ = try file.read(into: buffer.bytes, at: UInt64(offset))
            }
        }
    }

    private static func cut(_ share: Share) {
        let chunker = Chunker(.standard)
        let sink = Sink()
        for _ in 0..<share.stretches { sink.take(ChunkYardsticks.count(sample.bytes, chunker)) }
    }

    private static func name(_ share: Share) {
        let pieces = sample.pieces(of: chunk)
        let key = HashKey(Blake3.hash(pieces[0]))
        var digests = [Digest](repeating: .zero, count: pieces.count)
        for _ in 0..<share.stretches {
            pieces.withUnsafeBufferPointer { pieces in
                digests.withUnsafeMutableBufferPointer { Blake3.hashMany(pieces, key: key, into: $0) }
            }
        }
    }

    private static func probe(_ share: Share) throws {
        let bodies = try Bodies(sample, .auto)
        for _ in 0..<share.stretches { try bodies.compress() }
    }

    private static func seal(_ share: Share) throws {
        let bare = try BareCipher()
        let out = IOBuffer(count: chunk + BareCipher.tagCount)
        let pieces = sample.pieces(of: chunk)
        for _ in 0..<share.stretches {
            for piece in pieces { try bare.seal(piece, into: out.bytes) }
        }
    }

    private static func hashPack(_ share: Share) {
        var hasher = Blake3Hasher()
        for _ in 0..<share.stretches { hasher.update(sample.bytes) }
        Sink().take(hasher.finalize().prefix)
    }

    private static func write(_ worker: Int, _ share: Share) throws {
        let file = try OpenFile(writing: share.output)
        for index in 0..<share.stretches { try file.write(sample.bytes, at: UInt64(index * stretch)) }
        try file.sync()
    }
}
