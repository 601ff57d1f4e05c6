internal import Files
internal import Hashing
internal import Model
internal import Workers

/// Frames on their way to the stream: any thread puts them in, one takes them out; long ones may pass by.
///
/// Frames that are put while somebody writes leave together with the next write, so that many small ones cost few writes.
/// What is put waits for room; answers, which the reading thread puts, never wait and have room of their own. A long
/// payload need not be put: the thread that has it can write it itself, in its turn.
///
/// Sendable by hand: the buffers are touched under the monitor, but for the second, which belongs to whoever writes.
final class Outbox: @unchecked Sendable {
    private struct State {
        var count = 0
        var number: UInt64 = 0
        var bytes: UInt64 = 0
        var isClosed = false
        var isWriting = false
        // Whether somebody waits for room or for the writer to end.
        var isAwaited = false
        var isPongWaiting = false
        var failure: (any Error)?
    }

    private let monitor = Monitor(State())
    // Frames are appended to the first; whoever writes empties the second.
    private var filling = IOBuffer(count: Outbox.capacity)
    private var leaving = IOBuffer(count: Outbox.capacity)

    private static var dataMax: Int { WireLimits.outboxMax }
    // Behind all frames there is room for one more header: that of a payload which does not lie here.
    private static var capacity: Int { framesMax + FrameHeader.size }
    private static var framesMax: Int { dataMax + WireLimits.answersMax + FrameHeader.size }

    /// The bytes of all frames so far, whether they have left or not.
    var bytes: UInt64 { monitor.read { $0.bytes } }

    /// Puts a frame whose payload is the concatenation of `parts`, after waiting for room.
    func put(
        _ kind: FrameKind, channel: UInt32 = 0, messageKind: UInt8 = 0, _ parts: [UnsafeRawBufferPointer] = []
    ) throws {
        let header = Self.header(kind, channel, messageKind, parts)
        let size = FrameHeader.size + header.length
        try monitor.wait { state -> Void? in
            if let failure = state.failure { throw failure }
            if state.isClosed { throw streamClosed("the connection") }
            guard state.count == 0 || state.count + size <= Self.dataMax else {
                state.isAwaited = true
                return nil
            }
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
                guard state.count + FrameHeader.size + header.length <= Self.framesMax else { return false }
                append(header, [payload], &state)
                return true
            }
        }
    }

    /// Has `body` write a frame from where its payload lies, behind all frames that were put before, after waiting until
    /// nobody else writes.
    ///
    /// Copies nothing, and hands nothing to another thread; so it is for long payloads.
    func pass(
        _ kind: FrameKind, channel: UInt32, messageKind: UInt8, _ parts: [UnsafeRawBufferPointer],
        _ body: ([UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        let header = Self.header(kind, channel, messageKind, parts)
        let begin = { (state: inout State) throws -> Int? in
            if let failure = state.failure { throw failure }
            if state.isClosed { throw streamClosed("the connection") }
            guard !state.isWriting else {
                state.isAwaited = true
                return nil
            }
            let before = self.beginWriting(&state)
            header.write(
                to: UnsafeMutableRawBufferPointer(rebasing: self.leaving.bytes[before...]), number: state.number)
            state.number += 1
            state.bytes += UInt64(FrameHeader.size + header.length)
            return before + FrameHeader.size
        }
        // The usual case first, in which nobody is to be woken.
        let count = try monitor.read(begin) ?? monitor.wait(until: begin)
        defer { endWriting() }
        try body([UnsafeRawBufferPointer(rebasing: leaving.bytes[..<count])] + parts)
    }

    /// Runs `body` with the next frames, after waiting for some; false once the outbox is closed and empty.
    ///
    /// For one thread.
    func drain(_ body: ([UnsafeRawBufferPointer]) throws -> Void) throws -> Bool {
        let count = try monitor.wait { state -> Int? in
            if let failure = state.failure { throw failure }
            guard !state.isWriting else { return nil }
            guard state.count > 0 else { return state.isClosed ? 0 : nil }
            return beginWriting(&state)
        }
        guard count > 0 else { return false }
        defer { endWriting() }
        try body([UnsafeRawBufferPointer(rebasing: leaving.bytes[..<count])])
        return true
    }

    /// All that was put is to leave now, and nobody else writes meanwhile; how many bytes that are.
    private func beginWriting(_ state: inout State) -> Int {
        swap(&filling, &leaving)
        defer { (state.count, state.isWriting, state.isPongWaiting) = (0, true, false) }
        return state.count
    }

    private func endWriting() {
        let wakes = monitor.read { state in
            defer { (state.isWriting, state.isAwaited) = (false, false) }
            return state.isAwaited || state.count > 0 || state.isClosed
        }
        if wakes { monitor.change { _ in } }
    }

    /// No more is put; what is there still leaves.
    func close() { monitor.change { $0.isClosed = true } }

    /// Ends both sides with `error`; the first stays.
    func fail(_ error: any Error) { monitor.change { if $0.failure == nil { $0.failure = error } } }

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
        state.bytes += UInt64(FrameHeader.size + header.length)
        state.count += FrameHeader.size
        // Nothing follows a goodbye, not even the answer to the other side's, which may come at this moment.
        if header.kind == .goodbye { state.isClosed = true }
        for part in parts where !part.isEmpty {
            UnsafeMutableRawBufferPointer(rebasing: filling.bytes[state.count...]).copyMemory(from: part)
            state.count += part.count
        }
    }
}
