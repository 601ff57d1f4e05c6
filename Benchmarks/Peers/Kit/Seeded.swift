/// A generator of numbers that are the same on every machine for the same seed.
///
/// SplitMix64 (Steele, Lea, Flood 2014): quick, and even enough for data; not for secrets.
package struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    /// The generator of `seed` for one `part` of one `purpose`.
    package init(_ seed: UInt64, purpose: UInt64 = 0, part: UInt64 = 0) {
        state = Self.mixed(Self.mixed(seed &+ 0x5bd1_e995) ^ purpose)
        state = Self.mixed(state ^ part)
    }

    /// The next 64 bits.
    @inline(__always)
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return Self.mixed(state)
    }

    /// A number from 0 up to, not including, `bound`, which is above 0.
    @inline(__always)
    package mutating func below(_ bound: Int) -> Int {
        Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Fills `bytes` with noise.
    package mutating func fill(_ bytes: UnsafeMutableRawBufferPointer) {
        let whole = bytes.count & ~7
        for offset in stride(from: 0, to: whole, by: 8) {
            bytes.storeBytes(of: next().littleEndian, toByteOffset: offset, as: UInt64.self)
        }
        guard whole < bytes.count else { return }
        var rest = next()
        for offset in whole..<bytes.count {
            bytes[offset] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
    }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
