internal import Files
internal import Model
internal import Workers

/// One direction of a stream in memory: a ring of bytes between a writer and a reader.
///
/// Sendable by hand: the ring is touched under the monitor only.
final class BytePipe: @unchecked Sendable {
    private struct State {
        var start = 0
        var count = 0
        var isFinished = false
        var isClosed = false
    }

    private let monitor = Monitor(State())
    private let ring: IOBuffer

    /// A pipe that holds at most `capacity` bytes.
    init(capacity: Int) {
        precondition(capacity > 0, "a pipe holds something")
        ring = IOBuffer(count: capacity)
    }

    /// Takes what there is, after waiting for it; 0 at the end, nil where nothing came in time.
    func read(into buffer: UnsafeMutableRawBufferPointer, for limit: Duration, place: String) throws -> Int? {
        try monitor.wait(for: limit) { state -> Int? in
            if state.isClosed { throw streamClosed(place) }
            if state.count == 0 { return state.isFinished ? 0 : nil }
            let count = min(state.count, buffer.count, ring.bytes.count - state.start)
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: ring.bytes[state.start..<state.start + count]))
            state.start = (state.start + count) % ring.bytes.count
            state.count -= count
            return count
        }
    }

    /// Appends all of `bytes`, waiting for room as need be.
    func write(_ bytes: UnsafeRawBufferPointer, place: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let taken = try monitor.wait { state -> Int? in
                if state.isClosed || state.isFinished { throw streamClosed(place) }
                let free = ring.bytes.count - state.count
                if free == 0 { return nil }
                let end = (state.start + state.count) % ring.bytes.count
                let count = min(free, rest.count, ring.bytes.count - end)
                UnsafeMutableRawBufferPointer(rebasing: ring.bytes[end..<end + count])
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest.prefix(count)))
                state.count += count
                return count
            }
            rest = rest.dropFirst(taken)
        }
    }

    /// No more is written; the reader drains what is left.
    func finish() { monitor.change { $0.isFinished = true } }

    /// Nobody reads any more.
    func close() { monitor.change { $0.isClosed = true } }
}

/// The error of a stream that was closed from this side, or from the other while this one wrote.
func streamClosed(_ place: String) -> PerigeeError {
    PerigeeError(
        .io, "the connection is closed", at: place, remedy: "run the same command again: it goes on where it stopped",
        canRetry: true)
}
