import CoreMetrics
import Metering
import Synchronization
import Testing

/// What is counted is written as Prometheus reads it.
@Suite("Metrics")
struct RegistryTests {
    private let registry = PrometheusRegistry([
        MetricDescription("perigee_runs_total", .counter, "Runs that have ended."),
        MetricDescription("perigee_run_duration_seconds", .histogram, "How long runs took.", bounds: [1, 60]),
        MetricDescription("perigee_lag_seconds", .gauge, "How old replicas are."),
    ])

    @Test("counters, gauges and histograms are written with help, type and labels")
    func text() {
        Counter(label: "perigee_runs_total", dimensions: [("outcome", "failed")], factory: registry).increment(by: 2)
        Gauge(label: "perigee_lag_seconds", dimensions: [("dataset", "weights"), ("a", "b")], factory: registry).record(
            12.5)
        let timer = Timer(label: "perigee_run_duration_seconds", factory: registry)
        for seconds in [0.5, 30, 90] { timer.recordNanoseconds(Int64(seconds * 1e9)) }
        #expect(
            registry.text() == """
                # HELP perigee_lag_seconds How old replicas are.
                # TYPE perigee_lag_seconds gauge
                perigee_lag_seconds{a="b",dataset="weights"} 12.5
                # HELP perigee_metrics_dropped_series_total Series that were not kept because there were too many.
                # TYPE perigee_metrics_dropped_series_total counter
                perigee_metrics_dropped_series_total 0
                # HELP perigee_run_duration_seconds How long runs took.
                # TYPE perigee_run_duration_seconds histogram
                perigee_run_duration_seconds_bucket{le="1"} 1
                perigee_run_duration_seconds_bucket{le="60"} 2
                perigee_run_duration_seconds_bucket{le="+Inf"} 3
                perigee_run_duration_seconds_sum 120.5
                perigee_run_duration_seconds_count 3
                # HELP perigee_runs_total Runs that have ended.
                # TYPE perigee_runs_total counter
                perigee_runs_total{outcome="failed"} 2

                """)
    }

    @Test("hostile labels and names stay within their line")
    func escapes() {
        Counter(label: "perigee.odd-name", dimensions: [("na me", "a\"b\\c\nd")], factory: registry).increment()
        #expect(registry.text().contains("perigee_odd_name{na_me=\"a\\\"b\\\\c\\nd\"} 1\n"))
    }

    @Test("a counter never goes down, and the same labels in any order are one series")
    func monotonic() {
        let first = Counter(label: "perigee_runs_total", dimensions: [("a", "1"), ("b", "2")], factory: registry)
        let second = Counter(label: "perigee_runs_total", dimensions: [("b", "2"), ("a", "1")], factory: registry)
        first.increment(by: 5)
        first.increment(by: -3)
        second.increment(by: 1)
        #expect(registry.text().contains("perigee_runs_total{a=\"1\",b=\"2\"} 6\n"))
    }

    @Test("series beyond the limit are counted, and not kept")
    func limit() {
        let small = PrometheusRegistry([], seriesMax: 3)
        for index in 0..<10 {
            Counter(label: "perigee_x_total", dimensions: [("i", "\(index)")], factory: small).increment()
        }
        let text = small.text()
        #expect(text.split(separator: "\n").count { $0.hasPrefix("perigee_x_total{") } == 3)
        #expect(text.contains("perigee_metrics_dropped_series_total 7\n"))
    }

    @Test("what is true only now is asked for at each writing, and what is gone is not written any more")
    func collects() {
        let round = Counts()
        registry.collect { samples in
            let number = round.next()
            samples.add("perigee_lag_seconds", [("dataset", "d\(number)")], Double(number))
        }
        #expect(registry.text().contains("perigee_lag_seconds{dataset=\"d1\"} 1\n"))
        let second = registry.text()
        #expect(second.contains("perigee_lag_seconds{dataset=\"d2\"} 2\n") && !second.contains("d1"))
    }
}

private final class Counts: Sendable {
    private let count = Mutex(0)
    func next() -> Int {
        count.withLock { count in
            count += 1
            return count
        }
    }
}
