internal import Hashing
internal import Model

/// The chunks of a stretch of a file, as a source tells them.
struct ToldStretch: Sendable {
    /// A chunk, and where it begins in the file's data.
    typealias Chunk = ReceivedFile.Wanted

    /// Where the stretch begins in the file's data.
    let offset: UInt64
    /// Its chunks in order, one behind the other.
    let chunks: [Chunk]
    /// Where it ends.
    let end: UInt64

    /// Reads what follows the stretch's number in a record.
    init(decoding records: inout MessageReader) throws {
        offset = try records.number()
        var next = offset
        var chunks: [Chunk] = []
        for _ in 0..<(try records.number(upTo: 1 << 15, "a count of chunks")) {
            let length = try records.number(upTo: FileServer.chunkMax, "a chunk")
            chunks.append(Chunk(offset: next, length: UInt32(length), id: try records.digest()))
            let (end, overflow) = next.addingReportingOverflow(UInt64(length))
            guard !overflow else { throw ExchangeFault.hostile("a stretch beyond the end of its file") }
            next = end
        }
        self.chunks = chunks
        end = next
    }
}
