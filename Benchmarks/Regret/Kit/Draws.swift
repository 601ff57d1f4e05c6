/// Numbers that repeat from their seed (SplitMix64, after Steele, Lea and Flood, 2014).
struct Draws: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Between two values, all equally likely.
    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * Double(next() >> 11) / 0x1p53
    }

    /// Between two values, so that each factor is equally likely.
    mutating func spanning(_ low: Double, _ high: Double) -> Double {
        var value = low
        // Halvings and a rest that is nearly right do without a logarithm.
        let doublings = uniform(0, 1) * Self.doublings(high / low)
        for _ in 0..<Int(doublings) { value *= 2 }
        return value * (1 + (doublings - doublings.rounded(.down)))
    }

    /// Nearly normal: the sum of twelve uniform numbers.
    mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform(0, 1) } }

    private static func doublings(_ factor: Double) -> Double {
        var (rest, count) = (factor, 0.0)
        while rest >= 2 { (rest, count) = (rest / 2, count + 1) }
        return count + (rest - 1)
    }
}
