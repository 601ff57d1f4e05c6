import Foundation
import TestSupport
import Testing

@Suite("perigee bench")
struct BenchTests {
    private func bench(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(["bench", "--seconds", "0.01"] + arguments)
    }

    @Test("prints a document as its schema says", arguments: ["hash", "chunk", "seal", "compress", "wire"])
    func schema(suite: String) throws {
        let outcome = try bench(suite, "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let document = try outcome.document()
        let faults = try SchemaCheck("bench.schema.json").faults(document)
        #expect(faults.isEmpty, "\(faults)")
        let readings = try #require(document["readings"] as? [[String: Any]])
        #expect(!readings.isEmpty)
        for reading in readings {
            #expect(reading["suite"] as? String == suite)
            let (figure, limit) = (reading["figure"] as? Double ?? 0, reading["limit"] as? Double ?? 0)
            #expect(figure > 0 && limit > 0, "\(reading)")
        }
    }

    @Test("moves whole trees in the folder that is named, and leaves nothing there")
    func pipeline() throws {
        let scratch = try Scratch()
        let outcome = try Program.run("bench", "pipeline", "--seconds", "0.01", "--json", "--in", ".", in: scratch)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let readings = try #require(try outcome.document()["readings"] as? [[String: Any]])
        let parts = try #require(readings.first?["parts"] as? [[String: Any]])
        #expect(parts.map { $0["name"] as? String } == ["read", "cut", "name", "probe", "seal", "pack hash", "write"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) == [])
    }

    @Test("shows people each figure beside its limit")
    func text() throws {
        let outcome = try bench("seal")
        #expect(outcome.text.hasPrefix("bench  perigee "))
        #expect(outcome.text.contains("64 KiB"))
        #expect(outcome.text.contains("bare AES-256-GCM"))
        #expect(outcome.text.contains("GB/s") || outcome.text.contains("MB/s"))
    }

    @Test(
        "refuses what it does not measure", arguments: [["juggling"], ["hash", "--seconds", "0"], ["--seconds", "x"]])
    func usage(arguments: [String]) throws {
        let outcome = try Program.run(["bench"] + arguments)
        #expect(outcome.status == 2)
        #expect(outcome.output.isEmpty)
    }
}
