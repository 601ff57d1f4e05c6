package import Model

/// What a sample of chunks compressed to, and what that says of all of them.
///
/// The ratio estimator (Cochran, Sampling Techniques, 3rd edition, 1977, chapter 6). With `n` of `N` chunks sampled, `x` the
/// plain and `y` the compressed length of a chunk, and `X` the plain bytes of all:
///
/// - the estimate is `R X` with `R = sum y / sum x` (6.1);
/// - its variance is `N^2 (1 - n/N) / (n (n - 1)) * sum (y - R x)^2` (6.13), where `1 - n/N` is the correction for a
///   population that is finite: all chunks compressed leave no doubt;
/// - p10 and p90 lie 1.2816 standard errors away, the quantile of the normal distribution.
///
/// Chunks are chosen by their IDs, which are as good as random and independent of what the chunks hold. The bounds that
/// hold for certain are kept: what was sampled is counted as it is, and nothing grows by compression.
package struct RatioSample: Hashable, Sendable {
    /// The quantile of the standard normal distribution at 0.9.
    static let quantile = 1.281_551_565_545

    /// How many chunks were compressed.
    package private(set) var count: UInt64 = 0
    /// Their plain bytes.
    package private(set) var plain: UInt64 = 0
    /// Their compressed bytes.
    package private(set) var wire: UInt64 = 0
    private var plainSquares = 0.0
    private var products = 0.0
    private var wireSquares = 0.0

    /// No chunk.
    package init() {}

    /// Adds a chunk of `plain` bytes that compresses to `wire` bytes.
    package mutating func add(plain: UInt64, wire: UInt64) {
        count += 1
        self.plain += plain
        self.wire += wire
        let (x, y) = (Double(plain), Double(wire))
        plainSquares += x * x
        products += x * y
        wireSquares += y * y
    }

    /// The compressed bytes of `chunks` chunks of `bytes` plain bytes, of which these are a sample.
    package func spread(chunks: UInt64, bytes: UInt64) -> Spread<UInt64> {
        if chunks <= count { return Spread(exactly: wire) }
        // Nothing is known: all that is certain is that nothing grows.
        guard count > 0, plain > 0 else { return Spread(p10: 0, p50: bytes, p90: bytes) }
        let ratio = Double(wire) / Double(plain)
        let middle = ratio * Double(bytes)
        let doubt = Self.quantile * standardError(ratio, Double(chunks))
        func bounded(_ value: Double) -> UInt64 {
            let least = wire
            let most = wire + (bytes - min(bytes, plain))
            guard value > 0, value < 0x1p63 else { return value > 0 ? most : least }
            return min(max(UInt64(value.rounded()), least), most)
        }
        return Spread(p10: bounded(middle - doubt), p50: bounded(middle), p90: bounded(middle + doubt))
    }

    private func standardError(_ ratio: Double, _ population: Double) -> Double {
        let n = Double(count)
        guard n > 1 else { return ratio * population * Double(plain) }
        let residuals = max(0, wireSquares - 2 * ratio * products + ratio * ratio * plainSquares)
        return population * ((1 - n / population) * residuals / (n * (n - 1))).squareRoot()
    }
}
