import Hashing
import Model
import TestSupport
import Testing

@Suite("Chunker parameters") struct ChunkerParametersTests {
    private let secret = HashKey(Digest(hex: String(repeating: "5a", count: 32)) ?? .zero)

    @Test("the encoded form reads back, with and without a secret", arguments: [4096, 65536, 1_048_576])
    func roundTrip(average: Int) throws {
        for secret in [nil, secret] {
            let parameters = try ChunkerParameters(average: average, secret: secret)
            let bytes = parameters.encoded()
            #expect(bytes.count == ChunkerParameters.encodedByteCount)
            #expect(try ChunkerParameters(decoding: bytes) == parameters)
        }
        #expect(try ChunkerParameters(average: 65536, secret: nil) == .standard)
    }

    @Test("a secret draws constants that are odd and large, and cuts elsewhere")
    func secretConstants() throws {
        var seed = Seed(11)
        for _ in 0..<200 {
            let drawn = try ChunkerParameters(average: 65536, secret: HashKey(using: &seed))
            for k in [drawn.k1, drawn.k2] { #expect(k & 1 == 1 && (0x4000...0xbfff).contains(k)) }
        }
        let bytes = seed.bytes(4 << 20)
        let drawn = try ChunkerParameters(average: 65536, secret: secret)
        let own = ChunkerTests.ends(ChunkerTests.cut(bytes, from: 0, Chunker(drawn)))
        let fixed = ChunkerTests.ends(ChunkerTests.cut(bytes, from: 0, Chunker(.standard)))
        #expect(Set(own).intersection(fixed) == [bytes.count])
    }

    @Test("averages that are no power of two, or out of range, are refused", arguments: [0, -1, 2048, 5000, 2 << 20])
    func averages(average: Int) {
        let error = #expect(throws: PerigeeError.self) { try ChunkerParameters(average: average, secret: nil) }
        #expect(error?.code == .usage)
    }

    @Test("a damaged form is refused, and never trapped upon")
    func damage() throws {
        let bytes = ChunkerParameters.standard.encoded()
        for count in 0..<bytes.count {
            #expect(throws: PerigeeError.self) { try ChunkerParameters(decoding: Array(bytes[..<count])) }
        }
        for bit in 0..<128 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            let read = try? ChunkerParameters(decoding: changed)
            #expect(read == nil || read?.encoded() == changed)
        }
        var later = bytes
        later[0] = 2
        #expect(throws: PerigeeError.self) { try ChunkerParameters(decoding: later) }
    }
}
