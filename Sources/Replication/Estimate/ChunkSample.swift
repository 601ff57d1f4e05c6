internal import Synchronization

/// Chooses the missing chunks that are compressed for an estimate: all, or so many with the least IDs.
///
/// How many chunks will be missing is not known beforehand. So at first every chunk is chosen; whenever the sample has
/// grown beyond ``chunksMax``, the IDs from which on chunks are left out are halved, and what lies beyond is forgotten.
/// What remains is a sample of at most 1024 chunks and about 512 at least (a half is half on average only), or all where
/// there are fewer; about twice as many are compressed for it.
/// (Wegman's adaptive sampling; Flajolet, On adaptive sampling, Computing 43, 1990.)
package final class ChunkSample: Sendable {
    /// How many chunks a sample has at most: about 64 MiB.
    package static let chunksMax = 1024

    private let isComplete: Bool
    private let most: Int
    private let limit = Atomic(UInt64.max)
    private let chosen = Mutex<Set<UInt64>>([])
    private let effort = Mutex((seconds: 0.0, bytes: UInt64(0)))

    /// A sample of at most so many chunks; `isComplete` to choose every chunk.
    package init(isComplete: Bool, most: Int = chunksMax) { (self.isComplete, self.most) = (isComplete, most) }

    /// The greatest first eight bytes of an ID that the sample has room for.
    package var bound: UInt64 { limit.load(ordering: .relaxed) }

    /// Whether the chunk whose ID begins with `prefix` is to be compressed; false where it was already.
    package func chooses(_ prefix: UInt64) -> Bool {
        if isComplete { return true }
        guard prefix <= bound else { return false }
        return chosen.withLock { chosen in
            guard prefix <= bound, chosen.insert(prefix).inserted else { return false }
            while chosen.count > most, bound > 0 {
                let half = bound >> 1
                limit.store(half, ordering: .relaxed)
                chosen = chosen.filter { $0 <= half }
            }
            return prefix <= bound
        }
    }

    /// Notes that compressing `bytes` took a thread `seconds`.
    func note(seconds: Double, bytes: Int) {
        effort.withLock { effort in
            effort.seconds += seconds
            effort.bytes += UInt64(bytes)
        }
    }

    /// The time that threads spent compressing, in seconds.
    var secondsSpent: Double { effort.withLock { $0.seconds } }

    /// The time that a thread takes to compress a byte, in seconds; zero where none was compressed.
    var secondsPerByte: Double { effort.withLock { $0.bytes > 0 ? $0.seconds / Double($0.bytes) : 0 } }
}
