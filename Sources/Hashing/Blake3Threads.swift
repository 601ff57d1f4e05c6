internal import CHash
internal import Synchronization
internal import Workers

extension Blake3 {
    /// The least that a thread takes at a time: small enough to even out the ends.
    private static let pieceBytes = 256 << 10

    /// Below this a second thread costs more than it brings.
    private static let threadedBytes = 1 << 20

    /// The hash of one large `input`, by up to `threads` threads that begin and end inside the call.
    ///
    /// An input too short to gain from more threads is hashed on the caller's.
    public static func hash(
        _ input: UnsafeRawBufferPointer, key: HashKey? = nil, threads: Int, kernel: Kernel? = nil
    ) -> Digest {
        let pieces = (input.count + pieceBytes - 1) / pieceBytes
        guard threads > 1, input.count >= threadedBytes else { return hash(input, key: key, kernel: kernel) }
        let values = UnsafeMutableRawBufferPointer.allocate(byteCount: pieces * Digest.byteCount, alignment: 64)
        defer { values.deallocate() }
        let work = Work(input: input, values: values, key: key, kernel: kernel)
        let runs = Runs(pieces: pieces, threads: min(threads, pieces))
        // No member throws; where the system has too few threads, those that there are take all.
        try? Crew.run(min(threads, pieces)) { _ in
            while let run = runs.take() {
                for piece in run { work.hashPiece(piece, of: pieceBytes) }
            }
        }
        return withKey(key) { key, mode in
            let first = values.assumingMemoryBound(to: UInt8.self).baseAddress
            return Digest.written { chash_blake3_join(kernel.number, key, mode, first, pieces, $0) }
        }
    }

    /// Hands out neighbouring pieces: many at first, since a kernel asks the memory for what follows, and single ones at
    /// the end, so that all threads end together.
    private struct Runs: ~Copyable, Sendable {
        private let pieces: Int
        private let threads: Int
        private let next = Atomic(0)

        init(pieces: Int, threads: Int) {
            self.pieces = pieces
            self.threads = threads
        }

        /// The next run, or nil where all pieces are taken.
        func take() -> Range<Int>? {
            var first = next.load(ordering: .relaxed)
            while first < pieces {
                let end = first + max(1, (pieces - first) / (2 * threads))
                let (isTaken, seen) = next.compareExchange(expected: first, desired: end, ordering: .relaxed)
                if isTaken { return first..<end }
                first = seen
            }
            return nil
        }
    }

    /// An input and a place for the chaining values of its pieces.
    ///
    /// Sendable by hand: the input is only read, each piece has a place of its own, and both outlive the crew.
    private struct Work: @unchecked Sendable {
        let input: UnsafeRawBufferPointer
        let values: UnsafeMutableRawBufferPointer
        let key: HashKey?
        let kernel: Kernel?

        func hashPiece(_ piece: Int, of size: Int) {
            let start = piece * size
            let bytes = UnsafeRawBufferPointer(rebasing: input[start..<min(start + size, input.count)])
            let out = UnsafeMutableRawBufferPointer(rebasing: values[(piece * Digest.byteCount)...])
            withKey(key) { key, mode in
                chash_blake3_subtree(
                    kernel.number, key, mode, bytes.baseAddress, bytes.count, UInt64(start / 1024),
                    out.assumingMemoryBound(to: UInt8.self).baseAddress)
            }
        }
    }
}
