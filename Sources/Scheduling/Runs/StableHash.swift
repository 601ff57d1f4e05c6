/// A hash that is the same in all versions and on all machines; not for secrets.
///
/// FNV-1a of 64 bits (Fowler, Noll, Vo), finished as SplitMix64 is (Steele, Lea and Flood, 2014), so that all bits are good.
struct StableHash {
    private var state: UInt64

    /// A hash that differs by `salt`.
    init(_ salt: UInt64) {
        state = 0xcbf2_9ce4_8422_2325
        combine(salt)
    }

    mutating func combine(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // No byte of UTF-8, so that neighbours cannot be told as one.
        state = (state ^ 0xff) &* 0x100_0000_01b3
    }

    mutating func combine(_ value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) {
            state = (state ^ (value >> UInt64(shift) & 0xff)) &* 0x100_0000_01b3
        }
    }

    var value: UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
