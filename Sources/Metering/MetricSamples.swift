/// Values of counters and gauges at the moment at which they are written.
public struct MetricSamples {
    struct Sample {
        var name: String
        var labels: [(String, String)]
        var value: Double
    }

    private(set) var all: [Sample] = []

    /// Adds the value of a metric under some labels.
    public mutating func add(_ name: String, _ labels: [(String, String)], _ value: Double) {
        all.append(Sample(name: ExpositionText.name(name), labels: labels, value: value))
    }

    /// Adds the value of a metric without labels.
    public mutating func add(_ name: String, _ value: Double) { add(name, [], value) }
}
