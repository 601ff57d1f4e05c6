import Hashing
import TestSupport
import Testing

@Suite("CRC-32C")
struct Crc32cTests {
    private func checksum(_ bytes: [UInt8], isPortable: Bool) -> UInt32 {
        var checksum = Crc32c(isPortable: isPortable)
        bytes.withUnsafeBytes { checksum.update($0) }
        return checksum.value
    }

    @Test(
        "gives what RFC 3720, appendix B.4, says",
        arguments: [
            ([UInt8](repeating: 0, count: 32), 0x8a91_36aa),
            ([UInt8](repeating: 0xff, count: 32), 0x62a8_ab43),
            (Array(0..<32), 0x46dd_794e),
            (Array((0..<32).reversed()), 0x113f_db5c),
            (Array("123456789".utf8), 0xe306_9283),
            ([], 0),
        ] as [([UInt8], UInt32)])
    func vectors(bytes: [UInt8], expected: UInt32) {
        #expect(checksum(bytes, isPortable: false) == expected)
        #expect(checksum(bytes, isPortable: true) == expected)
    }

    @Test("is the same in any pieces, with and without the processor's instruction")
    func pieces() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<200 {
            let bytes = seed.bytes(Int.random(in: 0...9000, using: &seed))
            let whole = checksum(bytes, isPortable: true)
            #expect(checksum(bytes, isPortable: false) == whole, "seed \(seed.value)")
            var pieces = Crc32c()
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = rest.prefix(Int.random(in: 1...97, using: &seed))
                part.withUnsafeBytes { pieces.update($0) }
                rest = rest.dropFirst(part.count)
            }
            #expect(pieces.value == whole, "seed \(seed.value)")
        }
    }
}
