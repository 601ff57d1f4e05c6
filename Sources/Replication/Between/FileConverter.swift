internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Vault
internal import Workers

/// Reads files out of one vault and cuts and hands them to another, through one buffer.
///
/// One for each thread.
final class FileConverter {
    /// How many bytes of chunks are read at once; one chunk at least.
    private static let readMax = 2 << 20

    private let pages: PageReader
    private let reader: ChunkReader
    private let chunker: Chunker
    private let sink: any ChunkSink
    private let step: VaultStep
    private let buffer: IOBuffer

    init(_ step: VaultStep, _ sink: any ChunkSink) throws {
        self.step = step
        self.sink = sink
        pages = try step.source.pages()
        reader = try step.source.chunkReader()
        chunker = Chunker(step.destination.descriptor.chunker)
        // What is not cut yet is shorter than two chunks, and a batch is one chunk longer than its limit at most.
        buffer = IOBuffer(count: 2 * chunker.parameters.maximum + Self.readMax + PageLimits.chunk)
    }

    /// The chunks of an item at the destination; none where there is nothing to convert.
    func convert(_ item: TransferItem) throws -> [ChunkReference] {
        guard case .convert(let entry) = item else { return [] }
        var list: [ChunkReference] = []
        try convert(entry) { list.append($0) }
        return list
    }

    /// Calls `emit` with each chunk that the file has at the destination, in order.
    func convert(_ entry: Entry, _ emit: (ChunkReference) throws -> Void) throws {
        sink.beginFile()
        var cursor = ChunkCursor(entry, source: pages)
        var filled = 0
        var isLast = false
        while !isLast {
            try step.context.stop.check()
            let (batch, bytes) = try nextBatch(&cursor)
            isLast = batch.isEmpty
            let room = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[filled..<(filled + bytes)])
            try reader.read(batch, into: room)
            filled += bytes
            step.tally.add(\.readBytes, UInt64(bytes))
            step.context.progress.add(logical: bytes)
            let known = UnsafeRawBufferPointer(rebasing: buffer.bytes[..<filled])
            var lengths: [Int] = []
            let consumed = chunker.cut(known, isLast: isLast, into: &lengths)
            if !lengths.isEmpty {
                let references = try sink.take(UnsafeRawBufferPointer(rebasing: known[..<consumed]), lengths: lengths)
                for reference in references { try emit(reference) }
            }
            buffer.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: known[consumed...]))
            filled -= consumed
        }
    }

    private func nextBatch(_ cursor: inout ChunkCursor) throws -> (chunks: [ChunkReference], bytes: Int) {
        var batch: [ChunkReference] = []
        var bytes = 0
        while bytes < Self.readMax, let chunk = try cursor.next() {
            batch.append(chunk)
            bytes += Int(chunk.length)
        }
        return (batch, bytes)
    }

    /// Hands on what the sink holds back.
    func finish() throws { try sink.finish() }
}
