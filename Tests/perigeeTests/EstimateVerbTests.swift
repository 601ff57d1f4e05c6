import Foundation
import Testing

@Suite("The verb estimate")
struct EstimateVerbTests {
    private let secret = ["PERIGEE_PASSPHRASE": "correct horse"]

    /// A tree of two files, a vault, and a state folder that all runs share.
    private func scene() throws -> (scratch: Scratch, environment: [String: String]) {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch.path("tree"), withIntermediateDirectories: true)
        try scratch.write("tree/a", Data(repeating: 7, count: 100_000))
        try scratch.write("tree/b", Data((0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }))
        return (scratch, secret.merging(["PERIGEE_STATE": scratch.path("state")]) { $1 })
    }

    @Test("prints a document as its schema says, for every pair of ends, and the next report shows it")
    func document() throws {
        let (scratch, environment) = try scene()
        let vault = "vault:\(scratch.path("vault"))"
        #expect(try Program.run("init", vault, environment: environment).status == 0)
        let moves = [
            (scratch.path("tree"), "\(vault)#data", "snapshot"), ("\(vault)#data", scratch.path("out"), "restore"),
            (scratch.path("tree"), scratch.path("copy"), "sync"),
        ]
        for (source, destination, verb) in moves {
            let outcome = try Program.run("estimate", source, destination, "--json", environment: environment)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let estimate = try outcome.document()
            #expect(try SchemaCheck("estimate.schema.json").faults(estimate) == [])
            #expect(!FileManager.default.fileExists(atPath: scratch.path("copy")), "nothing was moved")
            let run = try Program.run(verb, source, destination, "--json", environment: environment)
            #expect(run.status == 0, "\(run.errors)")
            let report = try run.document()
            #expect(try SchemaCheck("report.schema.json").faults(report) == [])
            let expected = report["estimate"] as? NSDictionary
            #expect(expected == estimate["estimate"] as? NSDictionary)
        }
    }

    @Test("refuses prices and links that it cannot read")
    func refusals() throws {
        let (scratch, environment) = try scene()
        for options in [["--tariff", "x"], ["--price-book", "x"], ["--link", "fast"], ["--exact", "--sampled"]] {
            let outcome = try Program.run(
                ["estimate", scratch.path("tree"), scratch.path("copy")] + options, environment: environment)
            #expect(outcome.status == 2, "\(options)")
            #expect(outcome.errors.contains(options[0]), "\(outcome.errors)")
        }
        #expect(try Program.run("estimate", scratch.path("none"), scratch.path("copy")).status == 1)
    }
}
