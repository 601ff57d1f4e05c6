internal import NIOCore
internal import Synchronization

/// Closes the connections of requests that are not answered in time; one look a second for all of them.
final class RequestDeadlines: Sendable {
    private struct State {
        var next: UInt64 = 0
        var open: [UInt64: (channel: any Channel, at: NIODeadline)] = [:]
    }

    private let state = Mutex(State())

    /// A request on `channel` begins; returns its number.
    func begin(_ channel: any Channel) -> UInt64 {
        let deadline = NIODeadline.now() + .seconds(WebLimits.requestSeconds)
        return state.withLock { state in
            state.next += 1
            state.open[state.next] = (channel, deadline)
            return state.next
        }
    }

    /// A request has ended, or may take as long as it likes.
    func end(_ number: UInt64) { state.withLock { _ = $0.open.removeValue(forKey: number) } }

    /// Closes what is late.
    func look() {
        let now = NIODeadline.now()
        let late = state.withLock { state in
            let late = state.open.filter { $0.value.at <= now }
            for number in late.keys { state.open[number] = nil }
            return late.values.map(\.channel)
        }
        for channel in late { channel.close(promise: nil) }
    }
}
