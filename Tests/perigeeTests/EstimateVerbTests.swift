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
        for options in [
            ["--tariff", "x"], ["--price-book", "x"], ["--month-to-date", "1GB"], ["--link", "fast"],
            ["--exact", "--sampled"],
        ] {
            let outcome = try Program.run(
                ["estimate", scratch.path("tree"), scratch.path("copy")] + options, environment: environment)
            #expect(outcome.status == 2, "\(options)")
            #expect(outcome.errors.contains(options[0]), "\(outcome.errors)")
        }
        #expect(try Program.run("estimate", scratch.path("none"), scratch.path("copy")).status == 1)
    }

    @Test("prices the wire by a tariff, from what the month has seen, and names the book")
    func money() throws {
        let (scratch, environment) = try scene()
        let book = """
            schema: perigee.pricebook/1
            id: test-book
            date: 2026-11-01
            entries:
              - {id: t, kind: traffic, provider: p, unit: GB, tiers: [{up_to: 1, price: 1000}, {price: 100}], as_of: 2026, confidence: A, source: test}
              - {id: gone, kind: traffic, provider: p, unit: GB, price: 1, status: stale, as_of: 2026-03, confidence: A, source: test}
              - {id: old, kind: traffic, provider: p, unit: GB, price: 1, as_of: 2019-05, confidence: A, source: test}
              - {id: hours, kind: hourly, provider: p, price: 1, as_of: 2026, confidence: A, source: test}
            """
        try scratch.write("book.yaml", book)
        let base = [
            "estimate", scratch.path("tree"), scratch.path("copy"), "--price-book", scratch.path("book.yaml"), "--json",
            "--tariff",
        ]
        let dear = try Program.run(base + ["t"], environment: environment).document()
        #expect(try SchemaCheck("estimate.schema.json").faults(dear) == [])
        // 300,000 bytes between two folders of one host are handed over whole.
        #expect((dear["money"] as? [String: String])?["p50"] == "0.30")
        #expect((dear["assumptions"] as? [String])?.last == "money is by t of the price book test-book")
        let cheap = try Program.run(base + ["t", "--month-to-date", "2GB"], environment: environment).document()
        #expect((cheap["money"] as? [String: String])?["p50"] == "0.03")
        let text = try Program.run(base.filter { $0 != "--json" } + ["t"], environment: environment)
        #expect(text.text.contains("$0.30"), "\(text.text)")
        for (name, says) in [
            ("gone", "the price gone of 2026-03 is stale"),
            ("old", "the price old is of 2019-05: see whether it still holds"),
        ] {
            let warnings = try Program.run(base + [name], environment: environment).document()["warnings"] as? [String]
            #expect(warnings?.contains(says) == true, "\(warnings ?? [])")
        }
        for wrong in ["hours", "nobody"] {
            let outcome = try Program.run(base + [wrong], environment: environment)
            #expect(outcome.status == 2, "\(wrong)")
        }
    }
}
