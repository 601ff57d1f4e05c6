import Content
import Model
import TestSupport
import Testing

@Suite("Codecs") struct CodecTests {
    static let wishes: [Compression] = [.auto, .stored, .lz4, .zstd(level: -5), .zstd(level: 1), .zstd(level: 9)]
    private let number = UInt64.random(in: 0...9999)

    @Test("what is compressed comes back, at every small length", arguments: wishes)
    func smallRoundTrips(wish: Compression) throws {
        var seed = Seed(number)
        let pair = try CodecPair(wish)
        for count in 0...300 {
            for kind in CodecInput.allCases { try pair.roundTrip(kind.bytes(count, &seed), "\(kind) \(number)") }
        }
    }

    @Test("what is compressed comes back, at random lengths and word phases", arguments: wishes)
    func largeRoundTrips(wish: Compression) throws {
        var seed = Seed(number)
        let pair = try CodecPair(wish)
        for round in 0..<48 {
            let kind = CodecInput.allCases[round % CodecInput.allCases.count]
            let count = Int.random(in: 301...(wish == .auto ? 300_000 : 60_000), using: &seed)
            let bytes = kind.bytes(count, phase: Int.random(in: 0..<4, using: &seed), &seed)
            if round % 5 == 0 { pair.compressor.beginFile() }
            try pair.roundTrip(bytes, "\(kind), seed \(number)")
        }
    }

    @Test("auto splits words into planes at every phase, and pays", arguments: 0..<4)
    func planesPay(phase: Int) throws {
        var seed = Seed(number)
        let pair = try CodecPair(.auto)
        for (kind, codec, ratio) in [
            (CodecInput.bfloat16, Codec.bfloat16, 1.46), (.float32, .float32, 1.18), (.upcast, .float32, 2.6),
        ] {
            pair.compressor.beginFile()
            let bytes = kind.bytes(65_537 + phase, phase: phase, &seed)
            let result = try pair.roundTrip(bytes, "\(kind), seed \(number)")
            #expect(result.codec == codec, "\(kind), phase \(phase), seed \(number)")
            #expect(Double(bytes.count) / Double(result.count) > ratio, "\(kind), phase \(phase), seed \(number)")
        }
    }

    @Test("planes of any skew come back, whoever codes them")
    func skews() throws {
        var seed = Seed(number)
        let pair = try CodecPair(.auto)
        var split = 0
        for round in 0..<60 {
            // Exponents of a geometric distribution, below a limit that only zstd's own coder may pass.
            let limit = [2, 40, 128, 129, 255][round % 5], stop = UInt64.random(in: 1...60, using: &seed)
            let words = (0..<Int.random(in: 4096...140_000, using: &seed)).flatMap { _ in
                var exponent = 0
                while exponent < limit, seed.next() & 63 >= stop { exponent += 1 }
                let word = UInt16(exponent) << 7 | UInt16(truncatingIfNeeded: seed.next()) & 0x807f
                return [UInt8(truncatingIfNeeded: word), UInt8(word >> 8)]
            }
            pair.compressor.beginFile()
            let codec = try pair.roundTrip(words, "round \(round), seed \(number)").codec
            split += codec == .bfloat16 ? 1 : 0
        }
        #expect(split > 30, "\(split) of 60 were split, seed \(number)")
    }

    @Test("auto stores what is random, and gives text to zstd")
    func choices() throws {
        var seed = Seed(number)
        let pair = try CodecPair(.auto)
        for _ in 0..<100 {
            #expect(try pair.roundTrip(CodecInput.random.bytes(20_000, &seed), "seed \(number)").codec == .stored)
        }
        for _ in 0..<10 {
            let result = try pair.roundTrip(CodecInput.text.bytes(20_000, &seed), "seed \(number)")
            #expect(result.codec == .zstd)
            #expect(result.count < 8000)
        }
        #expect(try pair.roundTrip(CodecInput.zeros.bytes(100_000, &seed), "zeros").count < 100)
    }

    @Test("auto finds repeats that a histogram cannot show, after a while")
    func repeats() throws {
        var seed = Seed(number)
        let pair = try CodecPair(.auto)
        let half = seed.bytes(30_000)
        let codecs = try (0..<200).map { _ in try pair.roundTrip(half + half, "seed \(number)").codec }
        #expect(codecs.count { $0 == .zstd } > 100)
        pair.compressor.beginFile()
        #expect(try pair.roundTrip(half + half, "seed \(number)").codec == .stored)
    }

    @Test("wishes read back as they are written, and no others are read")
    func parsing() {
        for wish in Self.wishes + [.zstd(level: 22)] { #expect(Compression(parsing: wish.description) == wish) }
        #expect(Compression(parsing: "zstd") == .zstd(level: 3))
        for text in ["", "none", "zstd:", "zstd:0", "zstd:23", "zstd:-8", "zstd:x", "lz4:1", "AUTO"] {
            #expect(Compression(parsing: text) == nil)
        }
        #expect(throws: PerigeeError.self) { try Compressor(.zstd(level: 0)) }
        #expect(throws: PerigeeError.self) { try Compressor(.zstd(level: 23)) }
    }
}
