internal import Files
internal import Hashing
internal import Model

/// Names chunks that lie back to back.
enum ChunkNames {
    static func names(_ bytes: UnsafeRawBufferPointer, _ lengths: [Int], _ key: HashKey) -> [Digest] {
        var offset = 0
        let plains = lengths.map { length in
            defer { offset += length }
            return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
        }
        var digests = [Digest](repeating: .zero, count: lengths.count)
        plains.withUnsafeBufferPointer { plains in
            digests.withUnsafeMutableBufferPointer { Blake3.hashMany(plains, key: key, into: $0) }
        }
        return digests
    }

    /// Cuts all of `file` and calls `body` with where each chunk begins, its length and its name, until that says false.
    ///
    /// - Parameter buffer: has room for two chunks of any length.
    static func forEach(
        of file: any ReadableFile, _ chunker: Chunker, _ key: HashKey, _ buffer: IOBuffer, _ stop: () throws -> Void,
        _ body: (UInt64, Int, Digest) throws -> Bool
    ) throws {
        var offset: UInt64 = 0
        var lengths: [Int] = []
        while offset < file.dataSize {
            try stop()
            let count = Int(min(UInt64(buffer.bytes.count), file.dataSize - offset))
            let target = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<count])
            guard try file.read(into: target, at: offset) == count else { throw PerigeeError.changed(file.path) }
            let bytes = UnsafeRawBufferPointer(target)
            lengths.removeAll(keepingCapacity: true)
            _ = chunker.cut(bytes, isLast: offset + UInt64(count) == file.dataSize, into: &lengths)
            for (length, name) in zip(lengths, names(bytes, lengths, key)) {
                guard try body(offset, length, name) else { return }
                offset += UInt64(length)
            }
        }
    }
}
