import Model
import Placement
import Testing

@Suite("Transfers of one decision")
struct SharedUseTests {
    private func decision(_ tiers: String, deadlines: (String, String), streams: String = "8") throws -> Explanation {
        let book = try PriceBook(
            yaml: """
                schema: perigee.pricebook/1
                id: b
                date: 2026-11-01
                entries:
                  - {id: t, kind: traffic, provider: p, unit: GB, \(tiers), as_of: 2026, confidence: A, source: test}
                """, file: "book.yaml")
        return try Books.decide(
            """
            sites:
              a: {}
              b: {offers: {o: {price_per_hour: 1}}}
            links: [{from: a, to: b, bandwidth: 100MB/s, tariff: t}]
            datasets:
              x: {size: 80GB, at: a}
              y: {size: 80GB, at: a}
            workloads:
              first: {reads: [x], runtime: 100s\(deadlines.0)}
              second: {reads: [y], runtime: 100s\(deadlines.1)}
            """, book: book)
    }

    @Test("have a free allowance once, and meet on their link in the order in which they are due")
    func allowance() throws {
        let told = try decision("free: 100, price: 0.09", deadlines: ("", ", deadline: 1000s")).warnings
        // Each has its 80 GB for nothing by itself; of 160 GB 60 cost 0.09.
        #expect(told.contains("the transfers share t: together they cost $5.40 more than each by itself"), "\(told)")
        #expect(
            told.contains(
                "the transfers share a -> b: what is due first goes first, and first has its data 13 min later"),
            "\(told)")
        #expect(!told.contains { $0.contains("would miss") })
    }

    @Test("go on where tiers fall, and say whose deadline the shared link breaks")
    func tiers() throws {
        let told = try decision(
            "tiers: [{up_to: 100, price: 0.1}, {price: 0.05}]", deadlines: (", deadline: 1500s", ", deadline: 1000s")
        ).warnings
        // 80 x 0.1 twice is 16; 100 x 0.1 and 60 x 0.05 are 13.
        #expect(told.contains("the transfers share t: together they cost $3.00 less than each by itself"), "\(told)")
        // 800 s of the other, 800 s of its own, 100 s of work: 1,700 of 1,500 s.
        #expect(told.contains("first would miss its deadline by 3 min if the links carried them so"), "\(told)")
    }

    @Test("do nothing to each other where prices are flat and each has a link of its own")
    func alone() throws {
        let told = try Books.decide(
            """
            sites:
              a: {}
              c: {}
              b: {offers: {o: {price_per_hour: 1}}}
            links:
              - {from: a, to: b, bandwidth: 100MB/s, price_per_gb: 0.02}
              - {from: c, to: b, bandwidth: 100MB/s, price_per_gb: 0.02}
            datasets: {x: {size: 80GB, at: a}, y: {size: 80GB, at: c}}
            workloads:
              first: {reads: [x], runtime: 100s}
              second: {reads: [y], runtime: 100s}
            """
        ).warnings
        #expect(!told.contains { $0.contains("the transfers share") }, "\(told)")
    }
}
