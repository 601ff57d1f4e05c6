public import Model

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Distributions of what is never negative and varies by factors: rates and times.
public enum LogNormal {
    /// Nine of ten values of a normal distribution are below so many standard deviations.
    public static let z90 = 1.281_551_565_544_600_4
    /// Nineteen of twenty.
    public static let z95 = 1.644_853_626_951_472_2

    /// Half of the values are below `middle`, and their logarithm has the deviation `sigma`.
    public static func spread(_ middle: Double, sigma: Double) -> Spread<Double> {
        let factor = exp(z90 * max(0, sigma))
        return Spread(p10: middle / factor, p50: middle, p90: middle * factor)
    }

    /// The deviation of the logarithm of what has these percentiles, all above nothing.
    public static func sigma(of spread: Spread<Double>) -> Double { log(spread.p90 / spread.p10) / (2 * z90) }

    /// The interval that nine of ten values lie in, by the percentiles of a spread.
    ///
    /// Ln-normal below and above the middle, each side with its own deviation; where a percentile is nothing, straight
    /// lines do instead.
    public static func interval(_ spread: Spread<Double>) -> ClosedRange<Double> {
        let step = z95 / z90
        func reached(_ end: Double) -> Double {
            guard spread.p50 > 0, end > 0 else { return spread.p50 + (end - spread.p50) * step }
            return spread.p50 * exp(step * log(end / spread.p50))
        }
        let low = max(0, reached(spread.p10))
        return low...max(low, reached(spread.p90))
    }

    /// The natural logarithm.
    public static func natural(_ x: Double) -> Double { log(x) }

    static func power(_ x: Double) -> Double { exp(x) }
}
