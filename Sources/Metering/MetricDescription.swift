/// What a metric is called, what it says, and how it is counted.
public struct MetricDescription: Sendable {
    /// How a metric is counted.
    public enum Kind: String, Sendable {
        /// It only grows.
        case counter
        /// It goes up and down.
        case gauge
        /// How often values fell below each bound.
        case histogram
    }

    /// Its name, by the conventions of Prometheus: `perigee_runs_total`.
    public var name: String
    /// How it is counted.
    public var kind: Kind
    /// What it says, in one sentence.
    public var help: String
    /// The bounds of a histogram, from the lowest.
    public var bounds: [Double]

    /// Bounds for what takes from a millisecond to a minute, in seconds.
    public static let quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]
    /// Bounds for what takes from a second to a day, in seconds.
    public static let long: [Double] = [1, 5, 15, 60, 300, 900, 3600, 7200, 14_400, 28_800, 86_400]

    /// A description.
    public init(_ name: String, _ kind: Kind, _ help: String, bounds: [Double] = quick) {
        self.name = name
        self.kind = kind
        self.help = help
        self.bounds = bounds
    }
}
