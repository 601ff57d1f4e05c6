/// The hash that places page boundaries: 64 bits, not secret, the same on every machine and for ever.
///
/// With `fold(a, b)` = high half xor low half of the 128-bit product, and words read as little endian:
///
///     h = fold(salt ^ k0, count ^ k1)
///     for each 16 bytes, the last ones padded with zeros:  h = fold(h ^ first word, k2 ^ second word)
///     hash = fold(h ^ k3, k1)
///
/// The constants are the first 256 bits of the fraction of pi. Someone who chooses names can place boundaries with it,
/// and gains nothing: pages have a minimum and a maximum besides.
package enum KeyHash {
    private static let k0: UInt64 = 0x243f_6a88_85a3_08d3
    private static let k1: UInt64 = 0x1319_8a2e_0370_7344
    private static let k2: UInt64 = 0xa409_3822_299f_31d0
    private static let k3: UInt64 = 0x082e_fa98_ec4e_6c89

    /// The hash of `key`; another one for each `salt`.
    package static func hash(_ key: UnsafeRawBufferPointer, salt: UInt64) -> UInt64 {
        var state = fold(salt ^ k0, UInt64(key.count) ^ k1)
        var offset = 0
        while offset + 16 <= key.count {
            state = fold(state ^ word(key, offset), k2 ^ word(key, offset + 8))
            offset += 16
        }
        if offset < key.count {
            var tail: (UInt64, UInt64) = (0, 0)
            withUnsafeMutableBytes(of: &tail) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: key[offset...])) }
            state = fold(state ^ UInt64(littleEndian: tail.0), k2 ^ UInt64(littleEndian: tail.1))
        }
        return fold(state ^ k3, k1)
    }

    @inline(__always)
    private static func word(_ key: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(littleEndian: key.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
