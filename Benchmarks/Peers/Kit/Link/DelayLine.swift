internal import Dispatch
internal import Glibc
internal import Synchronization

/// Passes packets from one interface to another, each so much later than it came.
final class DelayLine: Sendable {
    private struct Packet {
        let due: UInt64
        let bytes: [UInt8]
    }

    private struct State {
        var packets: [Packet] = []
        var first = 0
        var held = 0
    }

    /// The longest that a kernel gives, and what it says of it.
    private static let packetSize = 1 << 17
    /// More than any window: what comes beyond it is lost, as on a link.
    private static let mostHeld = 256 << 20

    private let delay: UInt64
    private let state = Mutex(State())
    private let isThere = DispatchSemaphore(value: 0)

    /// A line that holds each packet back by so many nanoseconds.
    init(nanoseconds: UInt64) { delay = nanoseconds }

    /// Takes packets from `source` until it fails.
    func fill(from source: Int32) {
        var buffer = [UInt8](repeating: 0, count: Self.packetSize)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            let packet = Packet(due: Self.now() + delay, bytes: Array(buffer[..<count]))
            let isTaken = state.withLock { state in
                guard state.held + count <= Self.mostHeld else { return false }
                state.packets.append(packet)
                state.held += count
                return true
            }
            if isTaken { isThere.signal() }
        }
    }

    /// Gives `target` each packet when it is due.
    func drain(to target: Int32) {
        while true {
            isThere.wait()
            let packet = state.withLock { state in
                let packet = state.packets[state.first]
                state.held -= packet.bytes.count
                state.first += 1
                if state.first > 1024 {
                    state.packets.removeFirst(state.first)
                    state.first = 0
                }
                return packet
            }
            let now = Self.now()
            if packet.due > now { usleep(UInt32(clamping: (packet.due - now) / 1000)) }
            // One that the other side does not take is lost, as on a link.
            _ = write(target, packet.bytes, packet.bytes.count)
        }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
