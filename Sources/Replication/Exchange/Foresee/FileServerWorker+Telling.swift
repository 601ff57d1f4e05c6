internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Workers

// Files whose chunks are told, for an estimate: they are read and cut as they would be for a run, and stay here.
extension FileServerWorker {
    /// Tells all chunks of `reader` in order, then that this was all.
    ///
    /// A file that changes meanwhile is told as it was read: an estimate does not wait for it to hold still.
    ///
    /// - Throws: where sending fails.
    func tellAll(_ reader: any ReadableFile, _ request: FetchRequest) throws {
        let sampler = try sampler(ofAll: request.measuresAll)
        sampler.beginFile()
        var offset: UInt64 = 0
        do {
            while offset < reader.dataSize {
                try server.context.stop.check()
                let told = try tellStretch(of: reader, at: offset, sampler)
                batch.add(.told, request.id) { out in
                    out.number(offset)
                    told.encode(into: &out)
                }
                offset += told.bytes
                try batch.flushIfFull()
            }
            try reader.recheck()
        } catch let error as PerigeeError where error.code == .changed {
            batch.add(.failed, request.id) { ErrorCoding.encode(error, into: &$0) }
            return try batch.flushIfFull()
        }
        batch.add(.end, request.id) { $0.number(reader.dataSize) }
        try batch.flushIfFull()
    }

    private func tellStretch(
        of reader: any ReadableFile, at offset: UInt64, _ sampler: ChunkSampler
    ) throws -> ToldChunks {
        let (bytes, lengths) = try cut(reader, at: offset)
        var told = ToldChunks()
        var start = 0
        for (length, id) in zip(lengths, ChunkNames.names(bytes, lengths, server.begin.key)) {
            let plain = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])
            start += length
            let wire = try sampler.measure(plain, ContentID(id))
            told.chunks.append(.init(id: id, length: UInt32(length), wire: wire))
        }
        // After the last one was measured: what is sampled beyond it does not count.
        told.bound = server.sample.bound
        return told
    }
}

/// Some chunks of a file, as they are told for an estimate.
struct ToldChunks {
    /// A chunk.
    struct Chunk {
        var id: Digest
        var length: UInt32
        /// What it compresses to; nil where that was not measured.
        var wire: UInt32?
    }

    /// In the order in which they stand in the file.
    var chunks: [Chunk] = []
    /// The greatest beginning of an ID that the sample still takes in; see ``ChunkSample``.
    var bound = UInt64.max

    /// How many bytes they have together.
    var bytes: UInt64 { chunks.reduce(0) { $0 + UInt64($1.length) } }

    func encode(into out: inout MessageWriter) {
        out.number(bound)
        out.number(chunks.count)
        for chunk in chunks {
            out.digest(chunk.id)
            out.number(UInt64(chunk.length))
            out.number(chunk.wire.map { UInt64($0) + 1 } ?? 0)
        }
    }

    static func decode(_ input: inout MessageReader) throws -> ToldChunks {
        var told = ToldChunks()
        told.bound = try input.number()
        for _ in 0..<(try input.number(upTo: 1 << 15, "a count of chunks")) {
            let id = try input.digest()
            let length = try input.number(upTo: FileServer.chunkMax, "a chunk")
            let wire = try input.number(upTo: FileServer.chunkMax + 1, "a compressed length")
            told.chunks.append(Chunk(id: id, length: UInt32(length), wire: wire > 0 ? UInt32(wire - 1) : nil))
        }
        return told
    }
}
