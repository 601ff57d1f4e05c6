internal import CHash
internal import Synchronization
internal import Workers

extension Blake3 {
    /// What a thread fetches at a time: what stays in a core's own cache between the fetching and the hashing.
    private static let fetchBytes = 256 << 10

    /// The hash of `byteCount` bytes that are fetched piece by piece by up to `threads` threads, each hashing what it
    /// fetched; the threads begin and end inside the call.
    ///
    /// For large files: reading into a warm buffer is quicker than touching mapped pages, and a file that gets shorter
    /// meanwhile is an error of `fetch` instead of the process's death. Each thread holds one buffer of 256 KiB.
    ///
    /// - Parameter fetch: Fills the whole buffer with the bytes from an offset on; called on several threads at once.
    /// - Throws: the first error of `fetch`.
    public static func hash(
        byteCount: Int, key: HashKey? = nil, threads: Int, kernel: Kernel? = nil,
        fetch: @Sendable (_ buffer: UnsafeMutableRawBufferPointer, _ offset: Int) throws -> Void
    ) throws -> Digest {
        let pieces = (byteCount + fetchBytes - 1) / fetchBytes
        let values = ChainingValues(count: max(1, pieces))
        let next = Atomic(0)
        let failed = Atomic(false)
        guard pieces > 1 else {
            return try withBuffer { buffer in
                let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<byteCount])
                try fetch(piece, 0)
                return hash(UnsafeRawBufferPointer(piece), key: key, kernel: kernel)
            }
        }
        try Crew.run(min(max(1, threads), pieces), onError: { _ in failed.store(true, ordering: .relaxed) }) { _ in
            try withBuffer { buffer in
                while !failed.load(ordering: .relaxed) {
                    let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                    guard index < pieces else { return }
                    let start = index * fetchBytes
                    let piece = UnsafeMutableRawBufferPointer(
                        rebasing: buffer[..<min(fetchBytes, byteCount - start)])
                    try fetch(piece, start)
                    withKey(key) { key, mode in
                        chash_blake3_subtree(
                            kernel.number, key, mode, piece.baseAddress, piece.count, UInt64(start / 1024),
                            values.place(index))
                    }
                }
            }
        }
        return withKey(key) { key, mode in
            Digest.written { chash_blake3_join(kernel.number, key, mode, values.place(0), pieces, $0) }
        }
    }

    private static func withBuffer<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) throws -> Result {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: fetchBytes, alignment: 4096)
        defer { buffer.deallocate() }
        return try body(buffer)
    }

    /// A place for each piece's chaining value.
    ///
    /// Sendable by hand: each place is written by the one thread that took its piece, and read when all have ended.
    private final class ChainingValues: @unchecked Sendable {
        private let bytes: UnsafeMutableRawBufferPointer

        init(count: Int) {
            bytes = .allocate(byteCount: count * Digest.byteCount, alignment: 64)
        }

        deinit { bytes.deallocate() }

        func place(_ index: Int) -> UnsafeMutablePointer<UInt8>? {
            UnsafeMutableRawBufferPointer(rebasing: bytes[(index * Digest.byteCount)...])
                .assumingMemoryBound(to: UInt8.self).baseAddress
        }
    }
}
