import Foundation
import TestSupport
import Testing

@Suite("The daemon and what its work costs")
struct ServeMoneyTests {
    private static let book = """
        schema: perigee.pricebook/1
        id: test-book
        date: 2026-11-01
        entries:
          - {id: t, kind: traffic, provider: p, unit: GB, price: 1000, as_of: 2026, confidence: A, source: test}
        """

    private func site(_ tariff: String) throws -> ServingSite {
        let host = try ServingSite(
            """
            links: [{ from: desk, to: lab, bandwidth: 1Gbit/s, tariff: \(tariff) }]
            price_book: book.yaml
            schedules: [{ name: nightly, replicate: d0, to: lab, at: "0 2 * * *", budget: nights }]
            budgets: { nights: { night: { money: $10 }, month: { money: "100.50" } } }
            """)
        try host.site.scratch.write("book.yaml", Self.book)
        return host
    }

    private func row(_ plan: FaultSite.Report) -> [String: Any]? { (plan.document["rows"] as? [[String: Any]])?.first }

    @Test("is priced as estimates and the ledger price it")
    func priced() throws {
        let host = try site("t")
        let estimate = try host.run("estimate", "desk:d0", "lab:d0")
        let money = try #require((estimate.document["money"] as? [String: String])?["p50"], "\(estimate.text)")
        let plan = try host.run("schedule", "plan")
        let foreseen = try #require(row(plan)?["microdollars"] as? Int, "\(plan.text)")
        #expect(foreseen > 0 && abs(Double(foreseen) / 1e6 - (Double(money) ?? 0)) < 1e-9, "\(money)")
        #expect(plan.document["microdollars"] as? Int == foreseen)

        try host.start()
        let run = try #require(try host.run("schedule", "run", "nightly").document["run"] as? String)
        try host.settle()
        let done = try host.run("runs", run)
        let cost = try #require((done.document["run"] as? [String: Any])?["microdollars"] as? Int, "\(done.text)")
        let bytes = try #require((done.document["report"] as? [String: Any])?["bytes"] as? [String: Any])
        let wire = max(bytes["wire_sent"] as? Int ?? 0, bytes["wire_received"] as? Int ?? 0)
        #expect(cost == wire && cost > 0, "a micro-dollar a byte: \(done.text)")
    }

    @Test("does not begin by a budget of money where nobody says the price, and is planned so")
    func unknown() throws {
        let host = try site("nowhere")
        let plan = try host.run("schedule", "plan")
        #expect(row(plan)?["verdict"] as? String == "left", "\(plan.text)")
        let reason = row(plan)?["reason"] as? String ?? ""
        #expect(reason.contains("the budget nights is of money") && reason.contains("nowhere"), "\(reason)")
        try host.start()
        _ = try host.run("schedule", "run", "nightly")
        try host.settle()
        let run = try #require(try host.runs().first)
        #expect(run["state"] as? String == "failed", "\(run)")
        #expect((run["reason"] as? String)?.contains("has no entry nowhere") == true, "\(run)")
        #expect(try host.snapshots("lab", "d0").isEmpty)
    }
}
