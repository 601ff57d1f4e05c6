internal import Hashing

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
}
