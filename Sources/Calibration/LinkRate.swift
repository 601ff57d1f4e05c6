public import Model

/// How fast a link is by what was seen of it: a ln-normal distribution that every probe and every transfer moves.
///
/// The logarithm of the rate is the mean of those that were seen, each a little less than the one after it; its variance
/// that of what was seen, drawn towards what links of the kind usually have, since few observations tell little of it:
///
/// - weights: 1 for the newest, and ``fading`` times as much for each before it;
/// - variance: (``priorWeight`` · ``priorSigma``² + n · s²) / (``priorWeight`` + n), where n is the effective number
///   (Σw)²/Σw² (Kish, 1965) and s² the weighted variance about the mean with the mean of that within observations;
/// - the next one varies besides by how uncertain the mean is: that times (1 + 1/n);
/// - so few tell the deviation itself badly: it is as much larger as the quantile of Student's t is at nineteen of twenty,
///   to the first order 1 + (z² + 1) / (4ν) with ν = ``priorWeight`` + n (Abramowitz and Stegun, 26.7.5).
public struct LinkRate: Equatable, Sendable {
    /// An observation weighs so much of the one after it.
    public static let fading = 0.85
    /// What is believed of the deviation before anything is seen: repeated measurements of pairs of cloud regions differ
    /// by 4 % in the middle and by 42 % in one of ten cases.
    public static let priorSigma = 0.12
    /// That belief counts as so many observations.
    public static let priorWeight = 2.0
    /// A deviation is never taken for less: two equal runs never take equally long.
    public static let sigmaLeast = 0.02

    /// Bytes in a second.
    public let rate: Spread<Double>
    /// The deviation of the logarithm of the rate.
    public let sigma: Double
    /// When it was seen last.
    public let at: Timestamp
    /// How many probes it rests on.
    public let probes: Int
    /// How many transfers it rests on.
    public let transfers: Int

    /// The distribution by `observations`, the oldest first; nil where there are none.
    public init?(_ observations: [LinkObservation]) {
        guard let last = observations.last else { return nil }
        var weights: [Double] = []
        var weight = 1.0
        for _ in observations {
            weights.append(weight)
            weight *= Self.fading
        }
        weights.reverse()
        let sum = weights.reduce(0, +)
        let logs = observations.map { LogNormal.natural($0.rate) }
        let mean = zip(weights, logs).reduce(0) { $0 + $1.0 * $1.1 } / sum
        let seen = zip(zip(weights, logs), observations).reduce(0.0) { total, item in
            let ((weight, log), one) = item
            // What varies within a probe of a second evens out over longer transfers.
            return total + weight * ((log - mean) * (log - mean) + one.sigma * one.sigma / 4)
        }
        let effective = sum * sum / weights.reduce(0) { $0 + $1 * $1 }
        let prior = Self.priorWeight * Self.priorSigma * Self.priorSigma
        let variance = (prior + effective * seen / sum) / (Self.priorWeight + effective) * (1 + 1 / effective)
        let student = 1 + (LogNormal.z95 * LogNormal.z95 + 1) / (4 * (Self.priorWeight + effective))
        sigma = max(Self.sigmaLeast, variance.squareRoot() * student)
        rate = LogNormal.spread(LogNormal.power(mean), sigma: sigma)
        at = last.at
        probes = observations.count { $0.kind == .probe }
        transfers = observations.count - probes
    }
}
