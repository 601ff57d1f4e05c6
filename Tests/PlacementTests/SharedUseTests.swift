import Model
import Placement
import TestSupport
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
        #expect(
            told.contains("the transfers share t: together they cost $5.40 more than each by itself, which is counted"),
            "\(told)")
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
        #expect(
            told.contains("the transfers share t: together they cost $3.00 less than each by itself, which is counted"),
            "\(told)")
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

    @Test("are decided with what they cost together, to the cent")
    func together() throws {
        let book = try PriceBook(
            yaml: """
                schema: perigee.pricebook/1
                id: b
                date: 2026-11-01
                entries:
                  - {id: t, kind: traffic, provider: p, unit: GB, free: 100, price: 0.09, as_of: 2026, confidence: A, source: test}
                """, file: "book.yaml")
        let told = try Books.decide(
            """
            sites: {a: {}, c: {}, b: {offers: {o: {price_per_hour: 1}}}}
            links:
              - {from: a, to: b, bandwidth: 100MB/s, tariff: t}
              - {from: c, to: b, bandwidth: 100MB/s, price_per_gb: 0.03}
            datasets: {x: {size: 80GB, at: {a: 1, c: 1}}, y: {size: 80GB, at: a}}
            workloads:
              first: {reads: [x], runtime: 3600s}
              second: {reads: [y], runtime: 3600s}
            """, book: book)
        // One of them for nothing under the allowance, the other for 0.03 a GB: 2.40 and two hours of machines.
        #expect(told.total.money == Money(micros: 4_400_000), "\(told.total.money)")
        #expect(told.solver.isExact)
    }

    @Test("cost as much in parts as whole")
    func parts() throws {
        var seed = Seed.fromEnvironment()
        for _ in 0..<Seed.runs(usual: 50) {
            let (x, y) = (Int.random(in: 1...400, using: &seed), Int.random(in: 1...400, using: &seed))
            let edge = Int.random(in: 1...500, using: &seed)
            let free = Int.random(in: 0...200, using: &seed)
            let tiers = "free: \(free), tiers: [{up_to: \(edge), price: 0.09}, {price: 0.0\(seed.next() % 9)}]"
            let book = try PriceBook(
                yaml: """
                    schema: perigee.pricebook/1
                    id: b
                    date: 2026-11-01
                    entries:
                      - {id: t, kind: traffic, provider: p, unit: GB, \(tiers), as_of: 2026, confidence: A, source: test}
                    """, file: "book.yaml")
            func total(_ datasets: String, _ reads: String) throws -> Money {
                let told = try Books.decide(
                    """
                    sites: {a: {}, b: {offers: {o: {price_per_hour: 1}}}}
                    links: [{from: a, to: b, bandwidth: 100MB/s, tariff: t}]
                    datasets: {\(datasets)}
                    workloads: {work: {reads: [\(reads)], runtime: 3600s}}
                    """, book: book)
                // What its lines come to is what it costs.
                #expect(told.placements[0].waterfall[0].total == told.total.money, "seed \(seed.value)")
                return told.total.money
            }
            let whole = try total("z: {size: \(x + y)GB, at: a}", "z")
            let parts = try total("x: {size: \(x)GB, at: a}, y: {size: \(y)GB, at: a}", "x, y")
            #expect(parts == whole, "\(x) and \(y) GB under \(tiers), seed \(seed.value)")
        }
    }

    /// A tariff with 100 GB for nothing each month.
    private var allowanceBook: PriceBook {
        get throws {
            try PriceBook(
                yaml: """
                    schema: perigee.pricebook/1
                    id: b
                    date: 2026-11-01
                    entries:
                      - {id: t, kind: traffic, provider: p, unit: GB, free: 100, price: 0.09, as_of: 2026, confidence: A, source: test}
                    """, file: "book.yaml")
        }
    }

    @Test("of later runs go on in the tiers of their month, which begin anew with the next")
    func months() throws {
        let told = try Books.decide(
            """
            sites: {a: {}, b: {offers: {o: {price_per_hour: 1}}}}
            links: [{from: a, to: b, bandwidth: 100MB/s, tariff: t, month_to_date: 50GB}]
            datasets: {x: {size: 10GB, at: a, churn: 1}}
            workloads: {work: {reads: [x], runtime: 3600s, runs_per_month: 30, months: 3}}
            """, book: allowanceBook)
        // 300 GB a month: 250 of them beyond the allowance in the first, 200 in each later one; 90 hours.
        #expect(told.total.money == Money(micros: (250 + 2 * 200) * 90_000 + 90_000_000), "\(told.total.money)")
        #expect(told.placements[0].waterfall[0].lines["egress"] == Money(micros: 58_500_000))
    }

    @Test("share an allowance with results, whose runs are counted together too")
    func results() throws {
        let told = try Books.decide(
            """
            sites: {a: {}, c: {}, b: {offers: {o: {price_per_hour: 1}}}}
            links:
              - {from: b, to: a, bandwidth: 100MB/s, tariff: t}
              - {from: b, to: c, bandwidth: 100MB/s, tariff: t}
            workloads:
              work: {runtime: 3600s, runs_per_month: 10, outputs: {y: {size: 9GB, to: a}, z: {size: 6GB, to: c}}}
            """, book: allowanceBook)
        // 90 and 60 GB, each within the allowance by itself, and 50 beyond it together; ten hours.
        #expect(told.total.money == Money(micros: 14_500_000), "\(told.total.money)")
        let column = told.placements[0].waterfall[0]
        #expect(column.lines["shared tariffs"] == Money(micros: 4_500_000) && column.total == told.total.money)
    }

    @Test(
        "are decided together by fifty workloads over ten sites and twenty datasets, within a hundredth of the best",
        arguments: [("", 5...300), ("", 500...5_000), (", capacity: 12", 5...300)])
    func many(capacity: String, sizes: ClosedRange<Int>) throws {
        var seed = Seed(7)
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &seed) }
        let sites = (0..<10).map { "  s\($0): {offers: {o: {price_per_hour: \(pick(1...9))\(capacity)}}}" }
        let links = (0..<10).flatMap { from in
            (0..<10).filter { $0 != from }.map { to in
                "  - {from: s\(from), to: s\(to), bandwidth: \(pick(50...900))MB/s, "
                    + (from % 3 == 0 ? "tariff: t}" : "price_per_gb: 0.0\(pick(1...9))}")
            }
        }
        let datasets = (0..<20).map { index -> String in
            let home = pick(0...9)
            let other = (home + pick(1...9)) % 10
            return "  d\(index): {size: \(pick(sizes))GB, at: {s\(home): 1, s\(other): 0.\(pick(1...9))}}"
        }
        let work = (0..<50).map { "  w\($0): {reads: [d\($0 % 20), d\(pick(0...19))], runtime: \(pick(1...9))h}" }
        let told = try Books.decide(
            Books.text(sites: sites, links: links, datasets: datasets, workloads: work), book: allowanceBook)
        #expect(told.placements.count == 50)
        #expect(told.solver.gap < (capacity.isEmpty ? 0.01 : 0.1), "\(told.solver)")
    }
}
