import Content
import Hashing
import Model
import TestSupport
import Testing

@Suite("Records told shortly") struct RecordShorthandTests {
    private func records(_ count: Int, _ seed: inout Seed) throws -> [UInt8] {
        try (0..<count).flatMap { index in
            try Sample(
                kind: index % 3 == 1 ? .page : .chunk, compression: .auto,
                cipher: index % 7 == 3 ? .chaCha20Poly1305 : .aes256GCM,
                plain: plainBytes(Int.random(in: 0..<3000, using: &seed), index, &seed)
            ).record(fixedRing())
        }
    }

    private func told(_ records: [UInt8]) throws -> [UInt8] {
        try records.withUnsafeBytes { bytes in
            let headers = try #require(RecordShorthand.headers(of: bytes))
            var (out, offset) = (RecordShorthand.heads(of: headers), 0)
            for header in headers {
                out += bytes[(offset + RecordHeader.byteCount)..<(offset + header.recordLength)]
                offset += header.recordLength
            }
            return out
        }
    }

    private func expand(_ message: [UInt8]) throws -> [UInt8] {
        var out: [UInt8] = []
        try message.withUnsafeBytes { try RecordShorthand.expand($0) { out += $0 } }
        return out
    }

    @Test("are the same when they are written out again", arguments: [0, 1, 2, 40])
    func same(count: Int) throws {
        var seed = Seed.fromEnvironment()
        let records = try records(count, &seed)
        #expect(try expand(told(records)) == records, "seed \(seed.value)")
    }

    @Test("take 62 bytes beside what a short chunk holds, its seal included")
    func length() throws {
        let plain = [UInt8](repeating: 7, count: 100)
        let one = try Sample(plain: plain).record(fixedRing())
        let (first, both) = (try told(one).count, try told(one + one).count)
        #expect(one.count == 180 && both - first == 162)
    }

    @Test("are refused where they are cut, or anything else; and nothing crashes")
    func hostile() throws {
        var seed = Seed.fromEnvironment()
        let message = try told(records(6, &seed))
        for cut in 0..<message.count { #expect(throws: PerigeeError.self) { try expand(Array(message[..<cut])) } }
        #expect(throws: PerigeeError.self) { try expand(message + [0]) }
        for _ in 0..<3000 {
            var other = message
            for _ in 0...(seed.next() % 3) { other[Int(seed.next() % UInt64(other.count))] = UInt8(seed.next() % 256) }
            _ = try? expand(other)
            _ = try? expand(seed.bytes(Int(seed.next() % 200)))
        }
        // More records than there are bytes for.
        #expect(throws: PerigeeError.self) { try expand([0xff, 0xff, 0xff, 0xff, 0x0f]) }
    }
}
