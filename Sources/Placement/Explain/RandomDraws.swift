/// Numbers that repeat from their seed, the same for every option that is compared (common random numbers).
struct RandomDraws {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    /// SplitMix64, after Steele, Lea and Flood, 2014.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// Evenly between 0 and 1, neither included.
    mutating func unit() -> Double { (Double(next() >> 11) + 0.5) * 0x1p-53 }

    /// Normal around zero with deviation one (Box and Muller, 1958).
    mutating func normal() -> Double {
        let (u, v) = (unit(), unit())
        return (-2 * Normal.log(u)).squareRoot() * Normal.cosine(2 * Double.pi * v)
    }

    /// `count` of them.
    mutating func normals(_ count: Int) -> [Double] { (0..<count).map { _ in normal() } }
}
