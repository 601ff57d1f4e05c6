import Foundation
import Hashing
import Model
import TestSupport
import Testing

/// Cut points of format version 1, which no later version may move.
///
/// `Golden/chunker-cuts.txt` holds a line a case: its name, then the lengths of the chunks.
/// `PERIGEE_WRITE_GOLDEN=Tests/HashingTests/Golden swift test -c release --filter ChunkerGoldenTests` writes it anew,
/// which is right only where a case was added.
@Suite("Chunker golden file") struct ChunkerGoldenTests {
    private static let cases: [(name: String, average: Int, isKeyed: Bool, bytes: [UInt8])] = {
        func random(_ number: UInt64, _ count: Int) -> [UInt8] {
            var seed = Seed(number)
            return seed.bytes(count)
        }
        let records = random(4, 1 << 20).enumerated().map {
            $0.offset % 24 < 16 ? UInt8($0.offset / 6144 & 255) : $0.element
        }
        return [
            ("random", 65536, false, random(1, 3 << 20)),
            ("random-keyed", 65536, true, random(1, 3 << 20)),
            ("random-small", 4096, false, random(2, 200_000)),
            ("random-large", 1_048_576, false, random(3, 12 << 20)),
            ("two-bits", 16384, false, random(5, 1 << 20).map { $0 & 0x81 }),
            ("records", 16384, false, records),
            ("periodic", 4096, false, (0..<100_000).map { UInt8($0 % 7 * 36) }),
            ("candidates", 4096, false, [UInt8](repeating: 236, count: 20_000)),
            ("zeros", 65536, false, [UInt8](repeating: 0, count: 600_000)),
        ]
    }()

    private func lines() throws -> [String] {
        let secret = HashKey(try #require(Digest(hex: String(repeating: "a7", count: 32))))
        return try Self.cases.map { example in
            let parameters = try ChunkerParameters(average: example.average, secret: example.isKeyed ? secret : nil)
            let lengths = ChunkerTests.cut(example.bytes, from: 0, Chunker(parameters))
            return ([example.name] + lengths.map(String.init)).joined(separator: " ")
        }
    }

    @Test("the cut points are those of format version 1")
    func cuts() throws {
        let lines = try lines()
        if let folder = ProcessInfo.processInfo.environment["PERIGEE_WRITE_GOLDEN"] {
            try (lines.joined(separator: "\n") + "\n").write(
                toFile: folder + "/chunker-cuts.txt", atomically: true, encoding: .utf8)
        }
        let file = try #require(Bundle.module.url(forResource: "Golden/chunker-cuts", withExtension: "txt"))
        let golden = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map(String.init)
        #expect(golden.count == lines.count)
        for (golden, line) in zip(golden, lines) { #expect(golden == line) }
    }
}
