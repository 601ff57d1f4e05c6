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
        // Memory of a thread that waits for bytes, as far as it is not filled, and how many it will not go on without.
        var wanted: UnsafeMutableRawBufferPointer?
        var filled = 0
        var least = 1
        var leaving = 0
        var isFull = false
        var idle: [ByteBuffer] = []
        var most = TransportLimits.Held.whole
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
        /// So many bytes lie where they were wanted.
        case placed(Int)
        case end
    }

    private let monitor = Monitor(State())

    // MARK: for the event loop

    /// Both sides have proven who they are.
    func becomeReady() { monitor.change { $0.isReady = true } }

    /// Takes bytes that came: copies them to where a thread waits for them, and keeps the rest.
    func deliver(_ buffer: ByteBuffer) {
        guard buffer.readableBytes > 0 else { return }
        let wakes = monitor.read { state in
            guard !state.isClosed else { return false }
            var rest = buffer
            Self.place(&rest, &state)
            if rest.readableBytes > 0 {
                state.receivedCount += rest.readableBytes
                state.received.append(rest)
            }
            return state.filled >= state.least || rest.readableBytes > 0
        }
        // Whoever wants more than that sleeps on.
        if wakes { monitor.change { _ in } }
    }

    /// Copies as much of `buffer` as a waiting thread has room for.
    private static func place(_ buffer: inout ByteBuffer, _ state: inout State) {
        guard let wanted = state.wanted, state.received.isEmpty else { return }
        buffer.readWithUnsafeReadableBytes { bytes in
            let count = min(bytes.count, wanted.count)
            wanted.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            state.wanted = UnsafeMutableRawBufferPointer(rebasing: wanted[count...])
            state.filled += count
            return count
        }
    }

    /// Whether more may come; if not, whoever reads says so later.
    func wantsMore() -> Bool {
        monitor.read { state in
            state.isPaused = state.receivedCount >= state.most.received && !state.isClosed
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

    /// So many bytes have left, or never will; `buffer` held them.
    func left(_ count: Int, _ buffer: ByteBuffer) {
        let wakes = monitor.read { state in
            state.leaving -= count
            if buffer.capacity >= TransportLimits.writeSize, state.idle.count < state.most.idleBuffers {
                state.idle.append(buffer)
            }
            // Who waits goes on when half has left: then it has room for several pieces, and is woken once for them.
            guard state.leaving == 0 || state.isFull && state.leaving <= state.most.written / 2 else {
                return false
            }
            state.isFull = false
            return true
        }
        if wakes { monitor.change { _ in } }
    }

    // MARK: for threads that block

    /// Holds no more from here on than one of several streams needs to; false where it does already.
    func lighten() -> Bool {
        monitor.change { state in
            defer { state.most = .strand }
            return state.most != .strand
        }
    }

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
    ///
    /// - Parameters:
    ///   - target: where to put bytes that come meanwhile; nobody touches it once this has returned.
    ///   - least: with so many there, at least 1, this waits no longer.
    func next(
        into target: UnsafeMutableRawBufferPointer, least: Int, for limit: Duration, _ place: String
    ) throws -> Piece? {
        let ready = try monitor.read { state -> Piece? in
            if let ready = try Self.take(&state, place) { return ready }
            (state.wanted, state.filled, state.least) = (target, 0, least)
            return nil
        }
        if let ready { return ready }
        let piece = try monitor.wait(for: limit) { state -> Piece? in
            if state.filled > 0 {
                let isEnough = state.filled >= state.least || !state.received.isEmpty || Self.isOver(state)
                return isEnough ? .placed(Self.endWish(&state)) : nil
            }
            let piece = Result { try Self.take(&state, place) }
            // In the same breath: what comes from now on would come before what was just taken.
            if case .success(nil) = piece { return nil }
            _ = Self.endWish(&state)
            return try piece.get()
        }
        if let piece { return piece }
        let filled = monitor.read { Self.endWish(&$0) }
        return filled > 0 ? .placed(filled) : nil
    }

    /// Nothing is to be placed any more; how many bytes were.
    private static func endWish(_ state: inout State) -> Int {
        defer { (state.wanted, state.filled) = (nil, 0) }
        if state.filled > 0 { state.hasRead = true }
        return state.filled
    }

    private static func isOver(_ state: State) -> Bool { state.isClosed || state.isEnded || state.failure != nil }

    /// What is there to be read.
    private static func take(_ state: inout State, _ place: String) throws -> Piece? {
        if state.isClosed { throw TransportFault.closed(place) }
        if let buffer = state.received.popFirst() {
            state.hasRead = true
            state.receivedCount -= buffer.readableBytes
            let resumes = state.isPaused && state.receivedCount <= state.most.received / 2
            if resumes { state.isPaused = false }
            return .bytes(buffer, resumes: resumes)
        }
        if let failure = state.failure { throw failure }
        return state.isEnded ? .end : nil
    }

    /// Waits until `count` more bytes may leave; a buffer that was used before, if there is one.
    func reserve(_ count: Int, _ place: String) throws -> ByteBuffer? {
        if let ready = try monitor.read({ try Self.leave(count, &$0, place) }) { return ready }
        return try monitor.wait { try Self.leave(count, &$0, place) }
    }

    private static func leave(_ count: Int, _ state: inout State, _ place: String) throws -> ByteBuffer?? {
        if state.isClosed { throw TransportFault.closed(place) }
        if let failure = state.failure { throw failure }
        if state.isGone { throw TransportFault.cut("the other side has closed the connection", place) }
        guard state.leaving == 0 || !state.isFull && state.leaving + count <= state.most.written else {
            state.isFull = true
            return nil
        }
        state.leaving += count
        return .some(count >= TransportLimits.writeSize / 4 ? state.idle.popLast() : nil)
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
            state.idle.removeAll()
            state.receivedCount = 0
            return true
        }
    }

    /// Why it ended; only where nothing was ever read: then it is why the other side would not begin.
    var firstFailure: PerigeeError? { monitor.read { $0.hasRead ? nil : $0.failure } }
}
