internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Finds what of a file is not in an older one, chunk by chunk.
struct TreeDelta {
    /// The chunks of the new file.
    var chunks: UInt64 = 0
    /// Those that the old file does not have, each counted once.
    var missingChunks: UInt64 = 0
    /// Their bytes.
    var missingBytes: UInt64 = 0

    /// For files with more data than this, all is counted as missing: the memory for the old file's IDs is bounded.
    static let sizeMax: UInt64 = 64 << 30
    private static let stretch = 2 << 20

    /// What `new` has and `old` has not.
    ///
    /// - Throws: also what `check` throws, which is called before each read.
    static func missing(
        of new: TreeReader, given old: SharedFile, check: () throws -> Void
    ) throws -> TreeDelta {
        let oldSize = try old.status().size
        guard new.dataSize <= sizeMax, oldSize <= sizeMax else {
            return TreeDelta(chunks: 0, missingChunks: 0, missingBytes: new.dataSize)
        }
        let chunker = Chunker(.standard)
        let buffer = IOBuffer(count: stretch)
        var known = Set<Digest>()
        known.reserveCapacity(Int(oldSize / 60_000))
        func readOld(_ target: UnsafeMutableRawBufferPointer, _ offset: UInt64) throws -> Int {
            try check()
            return try old.read(into: target, at: offset)
        }
        func readNew(_ target: UnsafeMutableRawBufferPointer, _ offset: UInt64) throws -> Int {
            try check()
            return try new.read(into: target, at: offset)
        }
        try forEachChunk(chunker, buffer, size: oldSize, read: readOld) { id, _ in known.insert(id) }
        var delta = TreeDelta()
        try forEachChunk(chunker, buffer, size: new.dataSize, read: readNew) { id, length in
            delta.chunks += 1
            guard known.insert(id).inserted else { return }
            delta.missingChunks += 1
            delta.missingBytes += UInt64(length)
        }
        return delta
    }

    private static func forEachChunk(
        _ chunker: Chunker, _ buffer: IOBuffer, size: UInt64,
        read: (UnsafeMutableRawBufferPointer, UInt64) throws -> Int, _ body: (Digest, Int) -> Void
    ) throws {
        var offset: UInt64 = 0
        var lengths: [Int] = []
        while offset < size {
            let count = Int(min(UInt64(stretch), size - offset))
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            guard try read(target, offset) == count else {
                throw PerigeeError(.changed, "a file changed while it was compared", canRetry: true)
            }
            lengths.removeAll(keepingCapacity: true)
            let bytes = UnsafeRawBufferPointer(target)
            offset += UInt64(chunker.cut(bytes, isLast: offset + UInt64(count) == size, into: &lengths))
            var start = 0
            for length in lengths {
                body(Blake3.hash(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + length)])), length)
                start += length
            }
        }
    }
}
