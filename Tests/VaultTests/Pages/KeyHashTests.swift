import Testing
import Vault

@Suite("The hash that places page boundaries")
struct KeyHashTests {
    // Computed apart from this program, by the formula in KeyHash.swift with whole numbers in Python.
    @Test(
        "Its values are frozen",
        arguments: [
            ("", UInt64(0x0), UInt64(0x1ea1fa4d0ce5b6e3)),
            ("", UInt64(0x1), UInt64(0x0170397d6c7803ae)),
            ("a", UInt64(0x0), UInt64(0x95f4ea2bc255f763)),
            ("docs/a.txt", UInt64(0x0), UInt64(0xf461f6dacc817a0a)),
            ("docs/a.txt", UInt64(0x3), UInt64(0xfa2f1a6908bfb87c)),
            ("0123456789abcdef", UInt64(0x0), UInt64(0x688e11261d2ea2c4)),
            ("drivers/net/ethernet/intel/ice/ice_main.c", UInt64(0x0), UInt64(0x6e7a0627cc82183e)),
            ("drivers/net/ethernet/intel/ice/ice_main.c", UInt64(0x100), UInt64(0x092afad486099c5c)),
        ])
    func isFrozen(_ key: String, _ salt: UInt64, _ expected: UInt64) {
        #expect(Array(key.utf8).withUnsafeBytes { KeyHash.hash($0, salt: salt) } == expected)
    }

    @Test("Every byte, the length and the salt change it")
    func dependsOnAll() {
        var seen: Set<UInt64> = []
        let key = [UInt8](repeating: 0, count: 40)
        for length in 0...40 {
            for salt in [UInt64(0), 1, 256] {
                seen.insert(key[..<length].withUnsafeBytes { KeyHash.hash($0, salt: salt) })
            }
        }
        for index in 0..<40 {
            var other = key
            other[index] = 1
            seen.insert(other.withUnsafeBytes { KeyHash.hash($0, salt: 0) })
        }
        #expect(seen.count == 41 * 3 + 40)
    }
}
