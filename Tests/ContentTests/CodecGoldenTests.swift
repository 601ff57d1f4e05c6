import Content
import Foundation
import Hashing
import TestSupport
import Testing

/// Bodies of format version 1, which every later version must decode.
///
/// `Golden/codec-bodies.txt` holds a line a body: its name, codec and hexadecimal digits.
/// `PERIGEE_WRITE_GOLDEN=Tests/ContentTests/Golden swift test -c release --filter CodecGoldenTests` writes it anew, which
/// is right only where a case was added; another version of zstd writes other bytes, and those of old must still be read.
@Suite("Golden bodies") struct CodecGoldenTests {
    private static let cases: [(name: String, wish: Compression, codec: Codec, kind: CodecInput, phase: Int)] = [
        ("zstd", .zstd(level: 3), .zstd, .text, 0),
        ("lz4", .lz4, .lz4, .text, 0),
        ("stored", .stored, .stored, .text, 0),
        ("bfloat16", .auto, .bfloat16, .bfloat16, 0),
        ("bfloat16-phase-1", .auto, .bfloat16, .bfloat16, 1),
        ("float32", .auto, .float32, .float32, 0),
        ("float32-phase-3", .auto, .float32, .float32, 3),
        ("float32-of-bfloat16", .auto, .float32, .upcast, 2),
    ]

    private static func plain(_ example: (name: String, wish: Compression, codec: Codec, kind: CodecInput, phase: Int))
        -> [UInt8]
    {
        var seed = Seed(42)
        return example.kind.bytes(example.wish == .auto ? 4103 : 500, phase: example.phase, &seed)
    }

    @Test("the bodies of format version 1 are decoded")
    func decode() throws {
        if let folder = ProcessInfo.processInfo.environment["PERIGEE_WRITE_GOLDEN"] { try Self.write(to: folder) }
        let file = try #require(Bundle.module.url(forResource: "Golden/codec-bodies", withExtension: "txt"))
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        #expect(lines.count == Self.cases.count)
        let decompressor = try Decompressor()
        for (example, line) in zip(Self.cases, lines) {
            let fields = line.split(separator: " ")
            try #require(fields.count == 3 && fields[0] == example.name && fields[1] == "\(example.codec)")
            let body = try #require(Hexadecimal.decode(fields[2]))
            let plain = Self.plain(example)
            var back = [UInt8](repeating: 0, count: plain.count)
            try body.withUnsafeBytes { body in
                try back.withUnsafeMutableBytes { try decompressor.decompress(body, codec: example.codec, into: $0) }
            }
            let isSame = back == plain
            #expect(isSame, "\(example.name)")
        }
    }

    private static func write(to folder: String) throws {
        let lines = try cases.map { example in
            let (codec, body) = try CodecPair(example.wish).compress(plain(example))
            try #require(codec == example.codec, "\(example.name) became \(codec)")
            return "\(example.name) \(codec) \(Hexadecimal.encode(body))\n"
        }
        try lines.joined().write(toFile: folder + "/codec-bodies.txt", atomically: true, encoding: .utf8)
    }
}
