import Foundation
import Model
import TestSupport
import Testing

@Suite("perigee chunk")
struct ChunkTests {
    private struct Chunk: Hashable {
        let offset: Int
        let length: Int
        let id: String
    }

    private func chunks(_ outcome: Program.Outcome) throws -> [Chunk] {
        let rows = try #require(try outcome.document()["chunks"] as? [[String: Any]])
        return try rows.map { row in
            Chunk(
                offset: try #require(row["offset"] as? Int), length: try #require(row["length"] as? Int),
                id: try #require(row["id"] as? String))
        }
    }

    @Test(
        "prints a document as its schema says, for files of all sizes", arguments: [0, 1, 16_384, 300_000, 5_000_000])
    func schema(size: Int) throws {
        var seed = Seed.fromEnvironment()
        let scratch = try Scratch()
        try scratch.write("file", random: size, &seed)
        let outcome = try Program.run("chunk", "file", "--json", in: scratch)
        #expect(outcome.status == 0)
        let faults = try SchemaCheck("chunks.schema.json").faults(try outcome.document())
        #expect(faults.isEmpty, "\(faults)")
        let chunks = try chunks(outcome)
        #expect(chunks.map(\.length).reduce(0, +) == size, "seed \(seed.value)")
        var offset = 0
        for chunk in chunks {
            #expect(chunk.offset == offset, "seed \(seed.value)")
            offset += chunk.length
        }
    }

    @Test("names chunks by their plain BLAKE3")
    func ids() throws {
        var seed = Seed.fromEnvironment()
        let scratch = try Scratch()
        try scratch.write("file", random: 400_000, &seed)
        let bytes = try scratch.read("file")
        for chunk in try chunks(Program.run("chunk", "file", "--json", in: scratch)) {
            let piece = bytes[chunk.offset..<chunk.offset + chunk.length]
            let hash = try Program.run("hash", "--no-names", input: Data(piece))
            #expect(hash.text == chunk.id + "\n", "seed \(seed.value)")
        }
    }

    @Test("finds the same chunks again behind inserted bytes, from a file or a stream")
    func shift() throws {
        var seed = Seed.fromEnvironment()
        let scratch = try Scratch()
        try scratch.write("file", random: 6_000_000, &seed)
        let before = try chunks(Program.run("chunk", "file", "--json", "--average", "16KiB", in: scratch))
        let moved = Data(seed.bytes(12_345)) + (try scratch.read("file"))
        let after = try chunks(Program.run("chunk", "-", "--json", "--average", "16KiB", input: moved))
        let kept = Set(before.map(\.id)).intersection(after.map(\.id)).count
        #expect(kept >= before.count - 8, "seed \(seed.value): \(kept) of \(before.count)")
    }

    @Test("shows people the rows and a summary")
    func text() throws {
        let scratch = try Scratch()
        try scratch.write("file", String(repeating: "x", count: 1000))
        let outcome = try Program.run("chunk", "file", in: scratch)
        #expect(outcome.text.contains("1 chunk"))
        #expect(outcome.text.contains("1000 B"))
    }
}

@Suite("The schema of reports")
struct ReportSchemaTests {
    private func faults(_ report: RunReport) throws -> [String] {
        try SchemaCheck("report.schema.json").faults(JSONSerialization.jsonObject(with: JSONEncoder().encode(report)))
    }

    @Test("holds for reports, empty and full")
    func holds() throws {
        var report = RunReport(verb: "sync", source: "/a", destination: "/b")
        #expect(try faults(report) == [])
        report.snapshot = String(repeating: "0f", count: 32)
        report.failures = [.init(path: "a", code: .noSpace, message: "full")]
        report.warnings = ["look here"]
        report.estimate = .init(
            bytes: .init(p10: 1, p50: 2, p90: 3), seconds: .init(exactly: 1.5), money: .init(p50: "0.10"),
            requests: .init(exactly: 4))
        #expect(try faults(report) == [])
    }

    @Test("notices what is wrong")
    func notices() throws {
        var report = RunReport(verb: "dance", source: "/a", destination: "/b")
        report.snapshot = "short"
        report.verified = "maybe"
        #expect(try faults(report).count == 3)
    }
}
