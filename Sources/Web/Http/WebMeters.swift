public import CoreMetrics
internal import HTTPTypes
public import Metering
internal import Synchronization

/// What is counted of requests.
public final class WebMeters: Sendable {
    private struct Key: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    /// What the metrics of requests say.
    public static let descriptions = [
        MetricDescription("perigee_http_requests_total", .counter, "Requests that were answered."),
        MetricDescription(
            "perigee_http_request_duration_seconds", .histogram, "Time from the head of a request to its answer."),
        MetricDescription("perigee_http_event_streams", .gauge, "Event streams that are open."),
    ]

    private let factory: any MetricsFactory
    private let counters = Mutex<[Key: any CounterHandler]>([:])
    private let timers = Mutex<[String: any TimerHandler]>([:])

    /// Counts with `factory`.
    public init(_ factory: any MetricsFactory) { self.factory = factory }

    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post]

    /// Notes an answer.
    func count(_ method: HTTPRequest.Method, _ route: String, _ status: Int, _ duration: Duration) {
        let key = Key(method: Self.methods.contains(method) ? method.rawValue : "other", route: route, status: status)
        let counter = counters.withLock { counters -> any CounterHandler in
            if let counter = counters[key] { return counter }
            let made = factory.makeCounter(
                label: "perigee_http_requests_total",
                dimensions: [("method", key.method), ("route", route), ("status", "\(status)")])
            counters[key] = made
            return made
        }
        counter.increment(by: 1)
        let timer = timers.withLock { timers -> any TimerHandler in
            if let timer = timers[route] { return timer }
            let made = factory.makeTimer(
                label: "perigee_http_request_duration_seconds", dimensions: [("route", route)])
            timers[route] = made
            return made
        }
        let (seconds, attoseconds) = duration.components
        timer.recordNanoseconds(seconds &* 1_000_000_000 &+ attoseconds / 1_000_000_000)
    }
}
