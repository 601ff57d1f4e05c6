import Content
import Model
import TestSupport
import Testing

@Suite("Codecs against hostile bodies") struct CodecFuzzTests {
    private struct Sample {
        let codec: Codec
        let body: [UInt8]
        let count: Int
    }

    private let number = UInt64.random(in: 0...9999)

    @Test("a mutated body gives an error or bytes, and touches nothing beyond them")
    func mutations() throws {
        var seed = Seed(number)
        let samples = try Self.samples(&seed)
        #expect(Set(samples.map(\.codec)) == Set(Codec.allCases))
        let decompressor = try Decompressor()
        let source = CodecGuardedBytes(capacity: 20_000), target = CodecGuardedBytes(capacity: 20_000)
        var refused = 0
        for round in 0..<12_000 {
            let sample = samples[round % samples.count]
            let codec = round % 11 == 0 ? Codec.allCases.randomElement(using: &seed) ?? .zstd : sample.codec
            let body = Self.mutated(sample.body, &seed)
            let change = round % 3 == 0 ? Int.random(in: -9...9, using: &seed) : 0
            let count = round % 17 == 0 ? Int.random(in: 0...20_000, using: &seed) : max(0, sample.count + change)
            let plain = target.last(count)
            // Only what lies before the plain bytes can be checked by looking; behind them there is no memory.
            let fence = target.last(count + 64)
            for i in 0..<64 { fence[i] = 0xa5 }
            let from = source.last(body.count)
            from.copyBytes(from: body)
            do {
                try decompressor.decompress(UnsafeRawBufferPointer(from), codec: codec, into: plain)
            } catch let error as PerigeeError {
                refused += 1
                #expect(error.code == .damaged, "round \(round), seed \(number)")
            }
            let isFenceWhole = fence.prefix(64).allSatisfy { $0 == 0xa5 }
            #expect(isFenceWhole, "round \(round), seed \(number)")
        }
        #expect(refused > 4000)
    }

    @Test("every head of planes that no encoder writes is refused", arguments: [Codec.bfloat16, .float32])
    func heads(codec: Codec) throws {
        let decompressor = try Decompressor()
        let width = codec == .bfloat16 ? 2 : 4
        for head in UInt8.min...UInt8.max {
            for count in [0, 1, 2, 3, 4, 64] {
                var plain = [UInt8](repeating: 0, count: count)
                let body = [head] + [UInt8](repeating: 0x11, count: count)
                let isValid = head & 0xfc == 0 && Int(head) < width && Int(head) <= count
                let isRead = plain.withUnsafeMutableBytes { plain in
                    body.withUnsafeBytes { body in
                        (try? decompressor.decompress(body, codec: codec, into: plain)) != nil
                    }
                }
                #expect(isRead == isValid, "head \(head), \(count) bytes")
            }
        }
    }

    /// A few bodies of every codec, of up to 12,000 plain bytes.
    private static func samples(_ seed: inout Seed) throws -> [Sample] {
        var samples = [Sample]()
        for wish in [Compression.auto, .lz4, .zstd(level: 3), .stored] {
            let pair = try CodecPair(wish)
            for kind in CodecInput.allCases {
                pair.compressor.beginFile()
                let bytes = kind.bytes(Int.random(in: 4096...12_000, using: &seed), phase: 1, &seed)
                let (codec, body) = try pair.compress(bytes)
                samples.append(Sample(codec: codec, body: body, count: bytes.count))
            }
        }
        return samples
    }

    private static func mutated(_ body: [UInt8], _ seed: inout Seed) -> [UInt8] {
        var body = body
        switch Int.random(in: 0..<6, using: &seed) {
        case 0: body.removeLast(min(body.count, Int.random(in: 0...40, using: &seed)))
        case 1: body += seed.bytes(Int.random(in: 1...40, using: &seed))
        case 2: body = Array(body.prefix(Int.random(in: 0...body.count, using: &seed)))
        case 3: body = seed.bytes(Int.random(in: 0...300, using: &seed))
        default: break
        }
        // Mostly near the start, where lengths and heads are.
        for _ in 0..<Int.random(in: 0...4, using: &seed) where !body.isEmpty {
            let limit = Bool.random(using: &seed) ? min(body.count, 24) : body.count
            body[Int.random(in: 0..<limit, using: &seed)] = UInt8.random(in: 0...255, using: &seed)
        }
        return body
    }
}
