internal import Workers

/// Bytes on their way from a thread that reads them to a client that takes them as fast as it can.
///
/// Memory: ``piecesMax`` pieces, each as large as whoever reads makes it.
public final class ByteFlow: Sendable {
    private struct State {
        var waiting = 0
        var isClosed = false
        var onClose: [@Sendable () -> Void] = []
    }

    /// What was read, in order; throws what ended it early.
    let pieces: AsyncThrowingStream<[UInt8], any Error>
    private let continuation: AsyncThrowingStream<[UInt8], any Error>.Continuation
    private let state = Monitor(State())

    /// Pieces that wait to be taken.
    public static let piecesMax = 4

    /// A flow of nothing yet.
    public init() { (pieces, continuation) = AsyncThrowingStream.makeStream() }

    /// Hands bytes over, and waits while enough of them wait; whether more are wanted.
    public func put(_ bytes: some Sequence<UInt8>) -> Bool {
        let isWanted = state.wait { state in
            if state.isClosed { return Bool?.some(false) }
            guard state.waiting < Self.piecesMax else { return nil }
            state.waiting += 1
            return true
        }
        if isWanted { continuation.yield(Array(bytes)) }
        return isWanted
    }

    /// Says that there is no more, or why.
    public func end(_ error: (any Error)? = nil) { continuation.finish(throwing: error) }

    /// Has `body` called when nobody wants more; at once where that is so.
    public func whenClosed(_ body: @escaping @Sendable () -> Void) {
        let isClosed = state.read { state in
            if !state.isClosed { state.onClose.append(body) }
            return state.isClosed
        }
        if isClosed { body() }
    }

    /// A piece was taken.
    func took() { state.change { $0.waiting -= 1 } }

    /// Nobody wants more.
    func close() {
        let bodies = state.change { state in
            defer { (state.isClosed, state.onClose) = (true, []) }
            return state.onClose
        }
        for body in bodies { body() }
    }
}
