internal import Synchronization

/// What compressors of high levels may take together, in all transfers of a process.
package final class CompressionMemory: Sendable {
    /// That of this process: two threads may go to the highest level, so that one transfer can.
    package static let shared = CompressionMemory(bytes: 52 << 20)

    private let left: Mutex<Int>

    /// So many bytes in all.
    package init(bytes: Int) { left = Mutex(bytes) }

    /// Takes `count` bytes; false where there are not so many left.
    package func take(_ count: Int) -> Bool {
        left.withLock { left in
            guard left >= count else { return false }
            left -= count
            return true
        }
    }

    /// Gives back what was taken.
    package func give(_ count: Int) { left.withLock { $0 += count } }
}
