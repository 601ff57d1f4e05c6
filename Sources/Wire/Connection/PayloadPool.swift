internal import Files
internal import Synchronization

/// Memory for payloads that is used again: free buffers by size, powers of two from 1 KiB to 1 MiB.
///
/// So a payload takes at most twice its length, and at most ``WireLimits/idleBuffersMax`` bytes lie idle.
final class PayloadPool: Sendable {
    private struct State {
        var free: [[IOBuffer]] = Array(repeating: [], count: PayloadPool.classes)
        var idle = 0
    }

    private static let smallestShift = 10
    private static let classes = 11

    private let state = Mutex(State())

    /// A buffer with room for `count` bytes, at most ``WireLimits/messageMax``.
    func take(_ count: Int) -> IOBuffer {
        let place = Self.place(count)
        let found = state.withLock { state -> IOBuffer? in
            guard let buffer = state.free[place].popLast() else { return nil }
            state.idle -= buffer.bytes.count
            return buffer
        }
        return found ?? IOBuffer(count: 1 << (place + Self.smallestShift))
    }

    /// Keeps `buffer` for the next payload of its size, or frees it where enough lies idle.
    func giveBack(_ buffer: IOBuffer) {
        state.withLock { state in
            guard state.idle + buffer.bytes.count <= WireLimits.idleBuffersMax else { return }
            state.free[Self.place(buffer.bytes.count)].append(buffer)
            state.idle += buffer.bytes.count
        }
    }

    private static func place(_ count: Int) -> Int {
        let bits = Int.bitWidth - max(count - 1, 0).leadingZeroBitCount
        return min(max(bits - smallestShift, 0), classes - 1)
    }
}
