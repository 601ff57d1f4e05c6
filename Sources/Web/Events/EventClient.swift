internal import NIOCore
internal import Synchronization

/// The events that wait for one client.
///
/// At most ``WebLimits/streamQueueMax`` wait; what comes when so many do is counted and left away, and the client is told
/// how much it has missed. The bytes of an event are shared by all clients.
final class EventClient: Sendable {
    private struct State {
        var waiting: [ByteBuffer] = []
        var missed: UInt64 = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal: AsyncStream<Void>.Continuation
    /// Says that there is something to take.
    let signals: AsyncStream<Void>
    /// Kinds of events that are wanted; empty for all.
    let kinds: Set<String>
    /// Whether it may go on, asked now and then.
    let isWelcome: @Sendable () -> Bool

    /// A client that wants events of `kinds`, as long as `isWelcome`.
    init(kinds: Set<String>, isWelcome: @escaping @Sendable () -> Bool) {
        self.kinds = kinds
        self.isWelcome = isWelcome
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds the bytes of an event of a kind.
    func add(_ bytes: ByteBuffer, kind: String?) {
        if let kind, !kinds.isEmpty, !kinds.contains(kind) { return }
        state.withLock { state in
            if state.waiting.count < WebLimits.streamQueueMax {
                state.waiting.append(bytes)
            } else {
                state.missed += 1
            }
        }
        signal.yield()
    }

    /// What waits, and how many events were left away since the last time; nil when there will be no more.
    func take() -> (waiting: [ByteBuffer], missed: UInt64)? {
        state.withLock { state in
            if state.isClosed, state.waiting.isEmpty { return nil }
            defer { (state.waiting, state.missed) = ([], 0) }
            return (state.waiting, state.missed)
        }
    }

    /// No more events.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.yield()
        signal.finish()
    }

    /// How many events wait.
    var count: Int { state.withLock { $0.waiting.count } }
}
