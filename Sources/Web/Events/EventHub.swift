internal import Model
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// Hands the events of the daemon on to all clients.
final class EventHub: Sendable {
    private struct State {
        var clients: [ObjectIdentifier: EventClient] = [:]
        var subscription: (any DeskSubscription)?
        var isPumping = false
        var hasMore = false
        var isClosed = false
    }

    private let pool: NIOThreadPool
    private let state = Mutex(State())
    /// Held by whoever takes events until all clients have them.
    private let delivery = Mutex(())

    /// A hub whose work is done by threads of `pool`.
    init(_ pool: NIOThreadPool) { self.pool = pool }

    /// Begins to listen to `desk`.
    func open(_ desk: any Desk) {
        let subscription = desk.subscribe { [weak self] in self?.wake() }
        state.withLock { $0.subscription = subscription }
        wake()
    }

    /// Ends all streams, once what has happened until now is in them.
    func close() {
        state.withLock { $0.isClosed = true }
        deliver()
        let (clients, subscription) = state.withLock { state in
            defer { (state.clients, state.subscription) = ([:], nil) }
            return (Array(state.clients.values), state.subscription)
        }
        subscription?.close()
        for client in clients { client.close() }
    }

    /// How many clients there are.
    var count: Int { state.withLock { $0.clients.count } }

    /// Adds a client.
    ///
    /// - Throws: a problem where there are too many, or the daemon is ending.
    func add(_ client: EventClient) throws {
        let isAdded = state.withLock { state in
            guard !state.isClosed, state.clients.count < WebLimits.streamsMax else { return false }
            state.clients[ObjectIdentifier(client)] = client
            return true
        }
        guard isAdded else {
            throw Problem(
                503, PerigeeError(.busy, "there are too many event streams", remedy: "close one, or try again later"),
                retryAfter: 5)
        }
    }

    /// Removes a client.
    func remove(_ client: EventClient) { state.withLock { $0.clients[ObjectIdentifier(client)] = nil } }

    /// A sign of life for all; ends the streams of those who are not welcome any more.
    func beat() {
        for client in state.withLock({ Array($0.clients.values) }) {
            if client.isWelcome() { client.add(EventText.beat, kind: nil) } else { client.close() }
        }
    }

    /// There are events: one thread takes them until there are none, however often this is called.
    private func wake() {
        let begins = state.withLock { state in
            state.hasMore = true
            defer { state.isPumping = true }
            return !state.isPumping
        }
        guard begins else { return }
        pool.submit { [weak self] state in
            guard case .active = state else { return }
            self?.pump()
        }
    }

    private func pump() {
        while true {
            let hasMore = state.withLock { state in
                state.isPumping = state.hasMore && !state.isClosed
                state.hasMore = false
                return state.isPumping
            }
            guard hasMore else { return }
            deliver()
        }
    }

    /// Hands on the events that there are.
    private func deliver() {
        delivery.withLock { _ in
            guard let (events, missed) = state.withLock({ $0.subscription })?.drain() else { return }
            let clients = state.withLock { Array($0.clients.values) }
            if missed > 0 { for client in clients { client.add(EventText.missed(missed), kind: nil) } }
            for event in events {
                let bytes = EventText.event(event)
                for client in clients { client.add(bytes, kind: event.kind) }
            }
        }
    }
}
