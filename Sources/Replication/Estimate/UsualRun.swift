internal import Calibration
internal import Model

/// What the next run comes to, by what earlier ones came to and by nothing else.
enum UsualRun {
    /// The natural logarithms of two runs' bytes differ by so much, as long as little is known: by a factor of four or five.
    static let wireDeviation = 1.5
    /// The same of their times.
    static let timeDeviation = 0.5
    /// What is thought beforehand counts as so many runs.
    private static let believed = 2.0
    /// What was less, in bytes or seconds, counts as so much.
    private static let least = 1e-3

    /// The spread of the next of `values`, which are ln-normal: their median, and tenths by a deviation that is drawn towards
    /// `deviation` and widened by how few they are, so that one run is not taken for certain.
    static func spread(_ values: [Double], deviation: Double) -> Spread<Double> {
        let middle = Quantile.of(values, 0.5)
        let logs = values.map { LogNormal.natural(max($0, least)) }
        let count = Double(logs.count)
        let mean = logs.reduce(0, +) / count
        let squares = logs.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let variance = (believed * deviation * deviation + squares) / (believed + count - 1)
        let factor = LogNormal.spread(1, sigma: (variance * (1 + 1 / count)).squareRoot()).p90
        let seen = (Quantile.of(values, 0.1), Quantile.of(values, 0.9))
        return Spread(
            p10: min(middle / factor, seen.0), p50: middle, p90: max(max(middle, least) * factor, seen.1))
    }
}
