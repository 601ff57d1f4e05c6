internal import Content
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Stores the chunks that a vault lacks.
final class VaultSink: ChunkSink {
    private let writer: ChunkWriter
    private let tally: Tally
    private let progress: Progress
    private var plains: [UnsafeRawBufferPointer] = []
    private var ids: [ContentID] = []

    /// A sink that writes by `writer` and counts into `tally`.
    init(_ writer: ChunkWriter, tally: Tally, progress: Progress) {
        self.writer = writer
        self.tally = tally
        self.progress = progress
    }

    func beginFile() { writer.beginFile() }

    func take(_ bytes: UnsafeRawBufferPointer, lengths: [Int]) throws -> [ChunkReference] {
        plains.removeAll(keepingCapacity: true)
        var offset = 0
        for length in lengths {
            plains.append(UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)]))
            offset += length
        }
        plains.withUnsafeBufferPointer { writer.identify($0, into: &ids) }
        var references: [ChunkReference] = []
        references.reserveCapacity(lengths.count)
        var missing: (chunks: UInt64, bytes: UInt64) = (0, 0)
        for (plain, id) in zip(plains, ids) {
            if try writer.add(plain, id: id) {
                missing.chunks += 1
                missing.bytes += UInt64(plain.count)
            }
            references.append(ChunkReference(id: id, length: UInt32(plain.count)))
        }
        tally.add(\.chunks, UInt64(lengths.count))
        tally.add(\.missingChunks, missing.chunks)
        tally.add(\.missingBytes, missing.bytes)
        progress.add(missing: Int(missing.bytes))
        return references
    }

    /// What was added is there once the session has waited for it.
    func finish() throws { try writer.depart() }
}
