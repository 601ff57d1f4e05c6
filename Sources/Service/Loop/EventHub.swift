public import Model
internal import Synchronization

/// Hands events to those who watch.
///
/// Each has a buffer of its own; whoever does not keep up loses events, and is told how many, but holds nobody up.
public final class EventHub: Sendable {
    private struct State {
        var last: UInt64 = 0
        var watchers: [UInt64: EventSubscription] = [:]
        var nextWatcher: UInt64 = 0
    }

    private let state = Mutex(State())

    /// A hub that nobody watches.
    public init() {}

    /// The number of the newest event.
    public var last: UInt64 { state.withLock { $0.last } }

    /// How many watch.
    public var watchers: Int { state.withLock { $0.watchers.count } }

    /// Begins to watch: `wake` is called, on any thread and quickly to return, when something comes into an empty buffer.
    public func subscribe(buffer: Int, wake: @escaping @Sendable () -> Void) -> EventSubscription {
        state.withLock { state in
            state.nextWatcher += 1
            let number = state.nextWatcher
            let watcher = EventSubscription(buffer: max(1, buffer), wake: wake) { [weak self] in self?.remove(number) }
            state.watchers[number] = watcher
            return watcher
        }
    }

    private func remove(_ watcher: UInt64) { state.withLock { _ = $0.watchers.removeValue(forKey: watcher) } }

    /// Hands an event on.
    public func publish(_ kind: ServiceEvent.Kind, _ subject: String, _ document: String, at: Timestamp) {
        let woken = state.withLock { state in
            state.last += 1
            let event = ServiceEvent(
                number: state.last, at: at, kind: kind, subject: subject, document: document)
            return state.watchers.values.filter { $0.take(event) }
        }
        for watcher in woken { watcher.wake() }
    }
}

/// What somebody sees who watches.
public final class EventSubscription: Sendable {
    private struct Buffer {
        var events: [ServiceEvent] = []
        var missed = 0
        var isClosed = false
    }

    private let state = Mutex(Buffer())
    private let limit: Int
    let wake: @Sendable () -> Void
    private let end: @Sendable () -> Void

    init(buffer: Int, wake: @escaping @Sendable () -> Void, end: @escaping @Sendable () -> Void) {
        limit = buffer
        self.wake = wake
        self.end = end
    }

    /// What has come since the last call, in its order, and how many events were lost before it.
    public func drain() -> (events: [ServiceEvent], missed: Int) {
        state.withLock { buffer in
            defer { (buffer.events, buffer.missed) = ([], 0) }
            return (buffer.events, buffer.missed)
        }
    }

    /// Ends the watching.
    public func close() {
        state.withLock { buffer in
            buffer.isClosed = true
            buffer.events = []
        }
        end()
    }

    /// Takes an event; whether the buffer was empty.
    fileprivate func take(_ event: ServiceEvent) -> Bool {
        state.withLock { buffer in
            if buffer.isClosed { return false }
            if buffer.events.count == limit {
                buffer.missed += buffer.events.count
                buffer.events = []
            }
            buffer.events.append(event)
            return buffer.events.count == 1
        }
    }
}
