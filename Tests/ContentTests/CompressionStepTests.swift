import Content
import TestSupport
import Testing

@Suite("Steps that a slow link asks for")
struct CompressionStepTests {
    private static let levels = [1, 3, 6, 9, 12]

    @Test("leave words of floating point their codec, and what is random as it is", arguments: levels)
    func probed(level: Int) throws {
        var seed = Seed.fromEnvironment()
        let pair = try CodecPair(.probed(level: level))
        for (input, codec) in [(CodecInput.bfloat16, Codec.bfloat16), (.float32, .float32), (.random, .stored)] {
            let made = try pair.roundTrip(input.bytes(128 << 10, &seed), "\(input), seed \(seed.value)")
            #expect(made.codec == codec, "\(input) at \(level), seed \(seed.value)")
            pair.compressor.beginFile()
        }
    }

    @Test("make the rest smaller than the usual one does")
    func harder() throws {
        var seed = Seed.fromEnvironment()
        let text = CodecInput.text.bytes(256 << 10, &seed)
        let sizes = try Self.levels.map { try CodecPair(.probed(level: $0)).roundTrip(text, "\(seed.value)") }
        #expect(sizes.allSatisfy { $0.codec == .zstd })
        #expect(sizes[4].count < sizes[0].count, "\(sizes), seed \(seed.value)")
        #expect(try CodecPair(.auto).roundTrip(text, "").count == sizes[0].count)
    }
}
