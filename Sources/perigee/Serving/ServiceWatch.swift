internal import Service
internal import Web

/// The events of the daemon, for the streams of the API.
struct ServiceWatch: DeskSubscription {
    private let subscription: EventSubscription

    init(_ subscription: EventSubscription) { self.subscription = subscription }

    func drain() -> (events: [DeskEvent], missed: UInt64) {
        let (events, missed) = subscription.drain()
        return (
            events.map { DeskEvent(number: $0.number, kind: $0.kind.rawValue, document: $0.document) },
            UInt64(max(0, missed))
        )
    }

    func close() { subscription.close() }
}
