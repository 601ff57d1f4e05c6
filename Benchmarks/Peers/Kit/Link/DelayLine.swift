internal import Glibc
internal import Synchronization

/// Passes bytes from one socket to another, each so much later than it came.
///
/// Holds what came within the delay and no more than a limit: where that is reached, reading waits, as for a link whose
/// window is full.
final class DelayLine: Sendable {
    private struct Piece {
        let due: UInt64
        let bytes: [UInt8]
    }

    private struct State {
        var pieces: [Piece] = []
        var first = 0
        var held = 0
        var hasEnded = false
    }

    private static let pieceSize = 1 << 18
    private static let mostHeld = 256 << 20
    private static let pause: UInt32 = 200

    private let delay: UInt64
    private let state = Mutex(State())

    /// A line that holds each byte back by so many nanoseconds.
    init(nanoseconds: UInt64) { delay = nanoseconds }

    /// Reads `source` to its end.
    func fill(from source: Int32) {
        var buffer = [UInt8](repeating: 0, count: Self.pieceSize)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            let piece = Piece(due: Self.now() + delay, bytes: Array(buffer[..<count]))
            while state.withLock({ $0.held }) > Self.mostHeld { usleep(Self.pause) }
            state.withLock {
                $0.pieces.append(piece)
                $0.held += count
            }
        }
        state.withLock { $0.hasEnded = true }
    }

    /// Writes to `target` what is due, until all has been written.
    func drain(to target: Int32) {
        while true {
            let (next, hasEnded) = state.withLock { state -> (Piece?, Bool) in
                (state.first < state.pieces.count ? state.pieces[state.first] : nil, state.hasEnded)
            }
            guard let next else {
                if hasEnded { break }
                usleep(Self.pause)
                continue
            }
            let now = Self.now()
            if next.due > now { usleep(UInt32(clamping: (next.due - now) / 1000)) }
            guard Self.writeAll(next.bytes, to: target) else { break }
            state.withLock { state in
                state.held -= next.bytes.count
                state.first += 1
                if state.first > 1024 {
                    state.pieces.removeFirst(state.first)
                    state.first = 0
                }
            }
        }
        shutdown(target, Int32(SHUT_WR))
    }

    private static func writeAll(_ bytes: [UInt8], to target: Int32) -> Bool {
        var done = 0
        return bytes.withUnsafeBytes { bytes in
            while done < bytes.count {
                let count = send(
                    target, bytes.baseAddress?.advanced(by: done), bytes.count - done, Int32(MSG_NOSIGNAL))
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return false }
                done += count
            }
            return true
        }
    }

    private static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
