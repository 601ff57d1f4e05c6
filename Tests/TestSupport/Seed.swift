/// A generator of numbers that repeats from its seed (SplitMix64, after Steele, Lea and Flood, 2014).
///
/// Property tests print the seed with each failure: `PERIGEE_TEST_SEED=N` runs them with that seed again.
public struct Seed: RandomNumberGenerator, Sendable {
    /// The seed that this began with.
    public let value: UInt64
    private var state: UInt64

    /// A generator from `value`.
    public init(_ value: UInt64) {
        self.value = value
        state = value
    }

    /// The next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    /// `count` bytes.
    public mutating func bytes(_ count: Int) -> [UInt8] {
        var out = [UInt8](repeating: 0, count: count)
        out.withUnsafeMutableBytes { buffer in
            var offset = 0
            while offset + 8 <= count {
                buffer.storeBytes(of: next(), toByteOffset: offset, as: UInt64.self)
                offset += 8
            }
            while offset < count {
                buffer[offset] = UInt8(truncatingIfNeeded: next())
                offset += 1
            }
        }
        return out
    }
}
