public import CoreMetrics
internal import Synchronization

/// Counts what the program measures through swift-metrics, and writes it for Prometheus.
///
/// Safe from any thread. Memory is bounded by ``seriesMax``: series beyond are counted nowhere, and
/// `perigee_metrics_dropped_series_total` says how many there were.
public final class PrometheusRegistry: MetricsFactory {
    private struct State {
        var families: [String: MetricFamily] = [:]
        var series = 0
        var dropped: UInt64 = 0
        var sources: [@Sendable (inout MetricSamples) -> Void] = []
    }

    /// So many series at most.
    public let seriesMax: Int
    /// The type of ``text()`` for HTTP.
    public static let contentType = ExpositionText.contentType

    private let descriptions: [String: MetricDescription]
    private let state = Mutex(State())
    private static let dropped = MetricDescription(
        "perigee_metrics_dropped_series_total", .counter, "Series that were not kept because there were too many.")

    /// A registry of metrics that are described by `descriptions`; others are taken as they come.
    public init(_ descriptions: [MetricDescription], seriesMax: Int = 10_000) {
        self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }) { first, _ in first }
        self.seriesMax = seriesMax
    }

    /// Asks `source` at each writing for what is true only then, such as the age of things.
    public func collect(_ source: @escaping @Sendable (inout MetricSamples) -> Void) {
        state.withLock { $0.sources.append(source) }
    }

    /// All metrics in the text format of Prometheus.
    public func text() -> String {
        var samples = MetricSamples()
        let (known, sources, count) = state.withLock { ($0.families, $0.sources, $0.dropped) }
        for source in sources { source(&samples) }
        samples.add("perigee_metrics_dropped_series_total", Double(count))
        var families = known
        for sample in samples.all.prefix(seriesMax) {
            let description = descriptions[sample.name] ?? Self.unknown(sample.name)
            let key = ExpositionText.labels(sample.labels)
            families[sample.name, default: MetricFamily(description)].series(key, makes: true)?.set(sample.value)
        }
        var out = ""
        for family in families.values.sorted(by: Self.precedes) { family.write(to: &out) }
        return out
    }

    private static func unknown(_ name: String) -> MetricDescription {
        name == dropped.name ? dropped : MetricDescription(name, .gauge, "Not described.")
    }

    private static func precedes(_ a: MetricFamily, _ b: MetricFamily) -> Bool {
        a.description.name < b.description.name
    }

    private func series(_ label: String, _ labels: [(String, String)], _ kind: MetricDescription.Kind) -> MetricSeries {
        let name = ExpositionText.name(label)
        let description = descriptions[name] ?? MetricDescription(name, kind, "Not described.")
        let key = ExpositionText.labels(labels)
        return state.withLock { state in
            let hasRoom = state.series < seriesMax
            let before = state.families[name]?.series.count ?? 0
            let made = state.families[name, default: MetricFamily(description)].series(key, makes: hasRoom)
            guard let made else {
                state.dropped &+= 1
                return MetricSeries(description)
            }
            state.series += (state.families[name]?.series.count ?? 0) - before
            return made
        }
    }

    /// A counter.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, dimensions, .counter)
    }

    /// A counter of parts.
    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { series(label, dimensions, .counter) }

    /// A gauge.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, dimensions, .gauge)
    }

    /// A histogram, or a gauge where nothing is to be aggregated.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        series(label, dimensions, aggregate ? .histogram : .gauge)
    }

    /// A histogram of seconds.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, dimensions, .histogram)
    }

    /// Nothing: a series stays, so that no scrape misses it.
    public func destroyCounter(_ handler: any CounterHandler) {}
    /// Nothing, likewise.
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    /// Nothing, likewise.
    public func destroyMeter(_ handler: any MeterHandler) {}
    /// Nothing, likewise.
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    /// Nothing, likewise.
    public func destroyTimer(_ handler: any TimerHandler) {}
}
