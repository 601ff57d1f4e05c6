internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Frames on their way to the stream: any thread puts them in, one takes them out.
///
/// Frames that are put while the writer is busy leave together with its next write, so that many small ones cost few
/// writes. What is put waits for room; answers, which the reading thread puts, never wait and have room of their own.
///
/// Sendable by hand: the buffers are touched under the monitor, but for the one that the writer holds.
final class Outbox: @unchecked Sendable {
    private struct State {
        var count = 0
        var number: UInt64 = 0
        var isClosed = false
        var isWriting = false
        var isPongWaiting = false
        var failure: (any Error)?
    }

    private let monitor = Monitor(State())
    // Frames are appended to the first; the writer empties the second.
    private var filling = IOBuffer(count: Outbox.capacity)
    private var leaving = IOBuffer(count: Outbox.capacity)

    private static var dataMax: Int { WireLimits.outboxMax }
    private static var capacity: Int { dataMax + WireLimits.answersMax + FrameHeader.size }

    /// Puts a frame whose payload is the concatenation of `parts`, after waiting for room.
    func put(
        _ kind: FrameKind, channel: UInt32 = 0, messageKind: UInt8 = 0, _ parts: [UnsafeRawBufferPointer] = []
    ) throws {
        let header = Self.header(kind, channel, messageKind, parts)
        let size = FrameHeader.size + header.length
        try monitor.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            if state.isClosed { throw streamClosed("the connection") }
            guard state.count == 0 || state.count + size <= Self.dataMax else { return nil }
            append(header, parts, &state)
            return ()
        }
    }

    /// Puts a frame without waiting; false where too many such wait already.
    func answer(_ kind: FrameKind, channel: UInt32 = 0, _ payload: [UInt8] = []) -> Bool {
        payload.withUnsafeBytes { payload in
            let header = Self.header(kind, channel, 0, [payload])
            return monitor.change { state in
                if state.failure != nil || state.isClosed { return true }
                if kind == .pong {
                    if state.isPongWaiting { return true }
                    state.isPongWaiting = true
                }
                guard state.count + FrameHeader.size + header.length <= Self.capacity else { return false }
                append(header, [payload], &state)
                return true
            }
        }
    }

    /// Runs `body` with the next frames, after waiting for some; false once the outbox is closed and empty.
    ///
    /// For one thread.
    func drain(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        let count = try monitor.wait { state -> Int? in
            if let failure = state.failure { throw failure }
            guard state.count > 0 else { return state.isClosed ? 0 : nil }
            swap(&filling, &leaving)
            defer { (state.count, state.isWriting, state.isPongWaiting) = (0, true, false) }
            return state.count
        }
        guard count > 0 else { return false }
        defer { monitor.change { $0.isWriting = false } }
        try body(UnsafeRawBufferPointer(rebasing: leaving.bytes[..<count]))
        return true
    }

    /// No more is put; what is there still leaves.
    func close() { monitor.change { $0.isClosed = true } }

    /// Ends both sides with `error`; the first stays.
    func fail(_ error: any Error) { monitor.change { if $0.failure == nil { $0.failure = error } } }

    /// Waits for at most `limit` until all has left; whether it has.
    func waitUntilEmpty(for limit: Duration) -> Bool {
        let isEmpty = monitor.wait(for: limit) { state -> Bool? in
            if state.failure != nil { return false }
            return state.count == 0 && !state.isWriting ? true : nil
        }
        return isEmpty ?? false
    }

    private static func header(
        _ kind: FrameKind, _ channel: UInt32, _ messageKind: UInt8, _ parts: [UnsafeRawBufferPointer]
    ) -> FrameHeader {
        var checksum = Crc32c()
        var length = 0
        for part in parts {
            checksum.update(part)
            length += part.count
        }
        return FrameHeader(
            kind, channel: channel, messageKind: messageKind, length: length, checksum: checksum.value)
    }

    private func append(_ header: FrameHeader, _ parts: [UnsafeRawBufferPointer], _ state: inout State) {
        header.write(to: UnsafeMutableRawBufferPointer(rebasing: filling.bytes[state.count...]), number: state.number)
        state.number += 1
        state.count += FrameHeader.size
        for part in parts where !part.isEmpty {
            UnsafeMutableRawBufferPointer(rebasing: filling.bytes[state.count...]).copyMemory(from: part)
            state.count += part.count
        }
    }
}
