internal import Model
internal import NIOCore
internal import Workers

/// What an event loop and the threads that block share of one stream: bytes that came, how many are leaving, the end.
///
/// Both directions are bounded: the event loop stops receiving where nobody reads, and writers wait where nobody sends.
final class StreamState: Sendable {
    private struct State {
        var received = CircularBuffer<ByteBuffer>()
        var receivedCount = 0
        var isPaused = false
        var leaving = 0
        var isReady = false
        var isEnded = false
        var isGone = false
        var isClosed = false
        var hasRead = false
        var failure: PerigeeError?
    }

    /// What to read next.
    enum Piece {
        case bytes(ByteBuffer, resumes: Bool)
        case end
    }

    private let monitor = Monitor(State())

    // MARK: for the event loop

    /// Both sides have proven who they are.
    func becomeReady() { monitor.change { $0.isReady = true } }

    /// Takes bytes that came.
    func deliver(_ buffer: ByteBuffer) {
        guard buffer.readableBytes > 0 else { return }
        monitor.change { state in
            guard !state.isClosed else { return }
            state.received.append(buffer)
            state.receivedCount += buffer.readableBytes
        }
    }

    /// Whether more may come; if not, whoever reads says so later.
    func wantsMore() -> Bool {
        monitor.read { state in
            state.isPaused = state.receivedCount >= TransportLimits.receivedMax && !state.isClosed
            return !state.isPaused
        }
    }

    /// The other side sends no more.
    func end() { monitor.change { $0.isEnded = true } }

    /// Ends both directions with `error`, of which the first stays.
    ///
    /// What came before can still be read.
    func fail(_ error: PerigeeError) {
        monitor.change { state in
            if state.failure == nil { state.failure = error }
            state.isEnded = true
        }
    }

    /// The connection is gone: in order, unless that was told before as a failure, or it was never ready.
    func vanish(_ error: PerigeeError) {
        monitor.change { state in
            if state.failure == nil, !state.isReady { state.failure = error }
            (state.isEnded, state.isGone) = (true, true)
        }
    }

    /// So many bytes have left, or never will.
    func left(_ count: Int) { monitor.change { $0.leaving -= count } }

    // MARK: for threads that block

    /// Waits until both sides have proven who they are; false where that took longer than `limit`.
    ///
    /// - Throws: why they have not.
    func waitUntilReady(for limit: Duration) throws -> Bool {
        try monitor.wait(for: limit) { state -> Bool? in
            if state.isReady { return true }
            if let failure = state.failure { throw failure }
            return nil
        } ?? false
    }

    /// The next bytes, after waiting for them for at most `limit`; nil where none came.
    func next(for limit: Duration, _ place: String) throws -> Piece? {
        try monitor.wait(for: limit) { state -> Piece? in
            if state.isClosed { throw TransportFault.closed(place) }
            if let buffer = state.received.popFirst() {
                state.hasRead = true
                state.receivedCount -= buffer.readableBytes
                let resumes = state.isPaused && state.receivedCount <= TransportLimits.receivedMax / 2
                if resumes { state.isPaused = false }
                return .bytes(buffer, resumes: resumes)
            }
            if let failure = state.failure { throw failure }
            return state.isEnded ? .end : nil
        }
    }

    /// Waits until `count` more bytes may leave.
    func reserve(_ count: Int, _ place: String) throws {
        try monitor.wait { state -> Void? in
            if state.isClosed { throw TransportFault.closed(place) }
            if let failure = state.failure { throw failure }
            if state.isGone { throw TransportFault.cut("the other side has closed the connection", place) }
            guard state.leaving == 0 || state.leaving + count <= TransportLimits.writtenMax else { return nil }
            state.leaving += count
            return ()
        }
    }

    /// Waits for at most `limit` until all has left.
    func waitUntilLeft(for limit: Duration) {
        _ = monitor.wait(for: limit) { state -> Void? in
            state.leaving == 0 || state.isClosed || state.isGone || state.failure != nil ? () : nil
        }
    }

    /// Nobody reads or writes any more; false where that was said before.
    func close() -> Bool {
        monitor.change { state in
            guard !state.isClosed else { return false }
            state.isClosed = true
            state.received.removeAll()
            state.receivedCount = 0
            return true
        }
    }

    /// Why it ended; only where nothing was ever read: then it is why the other side would not begin.
    var firstFailure: PerigeeError? { monitor.read { $0.hasRead ? nil : $0.failure } }
}
