import Foundation
import TestSupport
import Testing

@Suite("The ledger of transfers and what it says")
struct LedgerVerbTests {
    /// A gigabyte costs a thousand dollars from the desk to the far site.
    private static let book = """
        schema: perigee.pricebook/1
        id: test-book
        date: 2026-11-01
        entries:
          - {id: t, kind: traffic, provider: p, unit: GB, price: 1000, as_of: 2026, confidence: A, source: test}
        """
    private static let link = """
        links: [{ from: desk, to: far, bandwidth: 1Gbit/s, tariff: t }]
        price_book: book.yaml
        """

    private func scene(_ more: String) throws -> NamedSite {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite(more)
        try site.site.scratch.write("book.yaml", Self.book)
        try site.makeSource(&seed)
        return site
    }

    private func ledger(_ site: NamedSite) throws -> [String: Any] {
        let document = try site.done("status", "--ledger").document
        #expect(try SchemaCheck("ledger.schema.json").faults(document) == [])
        #expect(try SchemaCheck("ledger.schema.json").unknownMembers(of: document) == [])
        return document
    }

    private func transfers(_ site: NamedSite) throws -> [[String: Any]] {
        try #require(try ledger(site)["transfers"] as? [[String: Any]])
    }

    @Test("says once that nothing can be kept where there can be no state folder")
    func unkept() throws {
        let scratch = try Scratch()
        try scratch.write("s/a", "text")
        let outcome = try Program.run(
            ["sync", "s", "d", "--json", "--quiet"], environment: ["PERIGEE_STATE": "/dev/null/state"], in: scratch)
        #expect(outcome.status == 0, "\(outcome.text)")
        let warnings = try #require(try outcome.document()["warnings"] as? [String])
        #expect(warnings.filter { $0.hasPrefix("the ledger could not be written") }.count == 1, "\(warnings)")
    }

    @Test("is empty at first, and keeps what runs came to beside what was looked at beforehand")
    func kept() throws {
        let site = try scene(Self.link)
        #expect(try transfers(site).isEmpty)
        let estimate = try site.done("estimate", "desk:d", "far:d").document
        let expected = try #require(estimate["money"] as? [String: String])
        let run = try site.done("replicate", "d", "--to", "far")
        let entry = try #require(try transfers(site).last)
        #expect(entry["verb"] as? String == "replicate" && entry["link"] as? String == "desk -> far")
        #expect(entry["asked"] as? Bool == true && entry["tariffs"] as? [String] == ["t"])
        let wire = try #require(entry["bytes"] as? Int)
        #expect(wire == run["bytes", "wire_sent"])
        // A thousandth of a millionth of a dollar for a byte times a thousand: a micro-dollar a byte.
        let money = try #require(Double(entry["money"] as? String ?? ""))
        #expect(abs(money - Double(wire) / 1e6) < 1e-9)
        let kept = try #require((entry["expected"] as? [String: Any])?["money"] as? [String: String])
        #expect(kept == expected && Double(kept["p50"] ?? "") ?? 0 > 0)
        let score = try #require((try ledger(site)["score"] as? [String: Any])?["bytes"] as? [String: Any])
        #expect(score["count"] as? Int == 1)
        let text = try Program.run(
            ["status", "--ledger"], environment: ["PERIGEE_STATE": site.site.path("state")], in: site.site.scratch)
        #expect(
            text.status == 0 && text.text.contains("desk -> far") && text.text.contains("within 90 %"), "\(text.text)")
    }

    @Test("says that a price is unknown where nobody said one, and that nothing leaves a host for nothing")
    func unknown() throws {
        let site = try scene("")
        let estimate = try site.done("estimate", "desk:d", "far:d").document
        #expect(estimate["money"] is NSNull && (estimate["estimate"] as? [String: Any])?["money"] is NSNull)
        #expect(try SchemaCheck("estimate.schema.json").faults(estimate) == [])
        let run = try site.done("replicate", "d", "--to", "far").document
        #expect(try SchemaCheck("report.schema.json").faults(run) == [])
        #expect(try transfers(site).last?["money"] is NSNull)
        try site.done("sync", "@s", "@copy")
        let entry = try #require(try transfers(site).last)
        #expect(entry["money"] as? String == "0.00" && entry["link"] is NSNull)
        #expect(entry["expected"] is NSNull, "nobody asked, and nothing ran before")
    }

    @Test("counts what a tariff has seen this month before it prices more")
    func tiers() throws {
        let tiered = Self.book.replacing("price: 1000,", with: "tiers: [{up_to: 0.001, price: 1000}, {price: 1}],")
        let site = try scene(Self.link)
        try site.site.scratch.write("book.yaml", tiered)
        try site.done("replicate", "d", "--to", "far")
        let first = try #require(Double(try transfers(site).last?["money"] as? String ?? ""))
        #expect(first > 0.9, "the first megabyte is dear")
        try site.site.shell("rm -rf f; mkdir f")
        try site.done("replicate", "d", "--to", "far")
        let second = try #require(Double(try transfers(site).last?["money"] as? String ?? ""))
        #expect(second < 0.1, "the month has seen it: \(second)")
    }

    @Test("passes over damage")
    func damaged() throws {
        let site = try scene(Self.link)
        try site.done("sync", "@s", "@copy")
        try site.site.shell("printf 'perigee transfers 1\\nnonsense\\n1.2 a=b #00000000\\n' > state/transfers")
        #expect(try transfers(site).isEmpty)
        try site.done("sync", "@s", "@copy")
        #expect(try transfers(site).count == 1)
    }
}
