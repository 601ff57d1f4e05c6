import Foundation
import Model
import Placement
import TestSupport
import Testing

@Suite("Explanations")
struct ExplanationTests {
    private static let yaml = """
        sites:
          home: {offers: {slow: {price_per_hour: 10}}}
          cloud: {offers: {fast: {price_per_hour: 4}}}
        links:
          - {from: home, to: cloud, bandwidth: {p10: 500Mbit/s, p50: 1Gbit/s}, round_trip: 30ms, price_per_gb: 0.02, both_ways: true}
        datasets: {d: {size: 1TB, at: {home: 1, cloud: 0.5}, error: 0.1}}
        workloads: {w: {reads: [d], runtime: 10h, variation: 0.1, deadline: 30h, confidence: 0.9}}
        """

    @Test("say in a sentence what is done, what it saves and how sure that is")
    func sentence() throws {
        // 10 h at 4 and 500 GB at 0.02: 50; at home 100.
        let decision = try Books.decide(Self.yaml)
        #expect(decision.total.money.decimal == "50.00")
        #expect(decision.sentence.contains("w at cloud on fast"), "\(decision.sentence)")
        #expect(decision.sentence.contains("$50.00 less than at home"), "\(decision.sentence)")
        #expect(decision.placements[0].inTime == 1)
        #expect(decision.placements[0].waterfall.map(\.option).first?.hasPrefix("cloud") == true)
        #expect(decision.placements[0].waterfall[0].lines["egress"]?.decimal == "10.00")
        #expect(decision.naive?.expected.decimal == "60.00", "\(String(describing: decision.naive))")
    }

    /// A dataset that comes to `b` best by the link from `a`; several crates and many other datasets besides.
    private func beaten(crates: Int = 1, others: Int = 0, crate: String = "fee: 500, time: 9d") throws -> [[String]] {
        let devices = (0..<crates).map { "  crate\($0): {from: a, to: b, capacity: 100TB, \(crate)}" }
        let datasets = (0..<others).map { "  other\($0): {size: 1GB, at: r}" }
        let decision = try Books.decide(
            """
            sites: {a: {}, c: {}, r: {}, b: {offers: {m: {price_per_hour: 1}}, ingress_cap: 1Gbit/s}}
            links:
              - {from: a, to: b, bandwidth: {p10: 500Mbit/s, p50: 1Gbit/s}, price_per_gb: 0.01}
              - {from: c, to: b, bandwidth: 500Mbit/s, price_per_gb: 0.05}
              - {from: a, to: r, bandwidth: 2Gbit/s, price_per_gb: 0.01}
              - {from: r, to: b, bandwidth: 900Mbit/s, price_per_gb: 0.02}
            dedicated:
              lane: {from: a, to: b, bandwidth: 500Mbit/s, price_per_gb: 0, price_per_hour: 3}
            workloads: {w: {reads: [d], runtime: 100h}}
            devices:
            \(devices.joined(separator: "\n"))
            datasets:
              d: {size: 5TB, at: [a, c]}
            \(datasets.joined(separator: "\n"))
            """)
        #expect(decision.placements[0].site == "b" && decision.placements[0].detail == "from a")
        return decision.placements[0].whyNot.filter { $0.money == nil && $0.option != $0.site }.map {
            [$0.option, $0.reason]
        }
    }

    @Test("tell of routes that another one is cheaper and quicker than, by how much and than which")
    func beatenRoutes() throws {
        // By the link 50 dollars and 40,000 s.
        #expect(
            try beaten() == [
                [
                    "b: from a by way of r",
                    "bringing d this way costs $100.00 more and takes 74 min longer than from a",
                ],
                ["b: from c", "bringing d this way costs $200.00 more and takes 11.1 h longer than from a"],
                [
                    "b: from a on crate0",
                    "bringing d this way costs $450.00 more and takes 8.5 days longer than from a",
                ],
                ["b: from a on lane", "bringing d this way costs $2140.00 more and takes 11.1 h longer than from a"],
            ])
        for (crate, says) in [
            ("fee: 50, time: 9d", "bringing d this way takes 8.5 days longer than from a, and costs as much"),
            ("fee: 60, time: 40000s", "bringing d this way costs $10.00 more than from a, and takes as long"),
        ] { #expect(try beaten(crate: crate).contains { $0[1] == says }, "\(crate)") }
        // What is quicker or cheaper is another way, and stands among these.
        #expect(try !beaten(crate: "fee: 60, time: 1h").joined().contains { $0.contains("crate0") })
    }

    @Test("tell of few of them, and of none where there is much else to tell")
    func beatenBound() throws {
        #expect(try beaten(crates: 20).count == 6)
        #expect(try beaten(others: 99).count == 4)
        #expect(try beaten(others: 100).isEmpty)
    }

    @Test("say where the decision would change, as can be worked out by hand")
    func flips() throws {
        let flips = try Books.decide(Self.yaml, deep: true).flips
        func flip(_ input: String) throws -> Double {
            try #require(flips.first { $0.input == input }, "\(flips)").factor
        }
        // Cloud: 40 r + 10 p; home: 100. The egress price may rise sixfold, the home price fall to half, the missing
        // half can at most double, which changes nothing.
        #expect(abs(try flip("price of the link home -> cloud") - 6) < 0.01)
        #expect(abs(try flip("price of slow at home") - 0.5) < 0.01)
        #expect(abs(try flip("price of fast at cloud") - 2.25) < 0.01)
        #expect(abs(try flip("size of d") - 6) < 0.01)
        #expect(!flips.contains { $0.input.hasPrefix("what cloud lacks") })
        #expect(flips.map(\.distance) == flips.map(\.distance).sorted())
    }

    @Test("say which two inputs change the decision soonest together, and where no way is left")
    func pairsAndLimits() throws {
        let yaml = """
            sites:
              home: {offers: {slow: {price_per_hour: 10}}}
              cloud: {offers: {fast: {price_per_hour: 5}}}
            workloads: {w: {runtime: 10h}}
            """
        let decision = try Books.decide(yaml, deep: true)
        // One price doubles or the other halves; together 5 (1 + x) = 10 (1 - x), and x is a third.
        let pair = try #require(decision.flipPair)
        #expect(pair.inputs == ["price of slow at home", "price of fast at cloud"], "\(pair)")
        #expect(abs(pair.distance - 33.3) < 0.2 && pair.becomes == "w at home: run at the data", "\(pair)")
        #expect(decision.inputsTried == 3)
        #expect(try Books.decide(yaml).inputsTried == 0)
        // Work that takes twice as long misses its deadline.
        let dated = try Books.decide(yaml.replacing("runtime: 10h", "runtime: 10h, deadline: 20h"), deep: true)
        let late = try #require(dated.flips.first { $0.input == "runtime of w" })
        #expect(abs(late.factor - 2) < 0.001 && late.becomes == "no way is left", "\(late)")
    }

    @Test("say what each line comes of, so that it can be worked out by hand")
    func inputs() throws {
        let book = try Books.prices()
        let decision = try Books.decide(
            """
            sites:
              home: {offers: {slow: {price_per_hour: 900}}}
              cloud:
                storage: {tariff: aws.s3.us-east-1.standard, requests: aws.s3.us-east-1.requests}
                offers: {fast: {price_per_hour: 1.5, min_billing: 12h}}
            links:
              - {from: home, to: cloud, bandwidth: 8Gbit/s, tariff: aws.egress.internet.us_eu, month_to_date: 40GB, fee: 3}
              - {from: cloud, to: home, bandwidth: 8Gbit/s, price_per_gb: 0.07}
            datasets: {d: {size: 1TB, ratio: 0.5, object: 1GB, at: home}}
            workloads:
              w: {reads: [{data: d, passes: 9}], runtime: 10h, machines: 2, outputs: {o: {size: 30GB, to: home}}}
            """, book: book)
        #expect(
            decision.placements[0].waterfall[0].inputs == [
                "compute": "12 h at $3.00 an hour for 2 machines",
                "egress": "60 GB free + 440 GB at $0.09 (after 40 GB) from home",
                "fees": "$3.00 for the move from home",
                "requests": "1,000 writes at cloud at $0.000005",
                "storage": "1000 GB at $0.023 a month for 10 h of a month of 730",
                "results": "30 GB at $0.07 from cloud",
            ])
    }

    @Test("say how often a choice is the best, and what knowing better is worth")
    func uncertainty() throws {
        let close = Self.yaml.replacing("slow: {price_per_hour: 10}", "slow: {price_per_hour: 5}")
        let choice = try Books.decide(close, deep: true).placements[0]
        #expect(choice.best > 0.3 && choice.best < 0.98, "\(choice.best)")
        #expect(choice.regret > .zero)
        #expect(choice.worthKnowing.contains { $0.input.contains("really missing") }, "\(choice.worthKnowing)")
        let sure = try Books.decide(Self.yaml).placements[0]
        #expect(sure.best > 0.99)
        let spread = try Books.decide(Self.yaml).total
        #expect(spread.moneySpread.p10 < spread.moneySpread.p50 && spread.moneySpread.p50 < spread.moneySpread.p90)
        #expect(spread.secondsSpread.p10 < spread.secondsSpread.p90)
    }

    @Test("keep deadlines as surely as is asked, and say by which they are bound")
    func deadlines() throws {
        // Staged: in the middle 10 h and 4,000 s; in nine of ten cases the link takes twice as long, the work an eighth more.
        // Read remotely, three times over, it costs 20 more, and the link does not matter.
        let tight = Self.yaml.replacing("deadline: 30h", "deadline: 11.5h").replacing("[d]", "[{data: d, passes: 3}]")
        let decision = try Books.decide(tight)
        #expect(decision.placements[0].way == "read remotely")
        #expect(decision.total.money.decimal == "70.00")
        #expect(
            decision.placements[0].whyNot.contains {
                $0.way == "stage and keep" && $0.reason.contains("as surely as is asked")
            })
        let unsure = try Books.decide(tight.replacing(", confidence: 0.9", ""))
        #expect(unsure.placements[0].way == "stage and keep")
        #expect(unsure.total.money.decimal == "50.00")
        let none = Self.yaml.replacing("deadline: 30h", "deadline: 1h")
        let error = #expect(throws: PerigeeError.self) { try Books.decide(none) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("and 1.00 h are allowed") == true, "\(error?.message ?? "")")
    }

    @Test("name the price book, the policies, the sets and the seed that they rest on")
    func provenance() throws {
        let provenance = try Books.decide(
            Self.yaml + "\npolicy: {id: p, date: 2026-11-01}\nsets: {x: [DE]}\nclasses: {c: {store: \"a in @x\"}}",
            book: Books.prices()
        ).provenance
        #expect(provenance.priceBook == "list-2026-11")
        #expect(provenance.priceBookDate == "2026-11-23")
        #expect(provenance.policy == "p")
        #expect(provenance.sets.count == 1)
        #expect(provenance.samples == 2_000)
    }

    @Test("round lines to cents so that they add to the total")
    func cents() {
        var seed = Seed.fromEnvironment()
        for _ in 0..<1_000 {
            let amounts = (0..<Int.random(in: 1...9, using: &seed)).map { _ in
                Money(micros: Int64.random(in: -2_000_000...90_000_000, using: &seed))
            }
            let cents = CentRounding.cents(amounts)
            #expect(CentRounding.text(cents.reduce(0, +)) == amounts.reduce(.zero, +).cents, "seed \(seed.value)")
            for (amount, cent) in zip(amounts, cents) { #expect(abs(amount.micros - cent * 10_000) < 10_000) }
        }
    }

    @Test("for other schedulers: cost and time of each pair, in the order of the question")
    func locality() throws {
        let scenario = try Books.scenario(Self.yaml)
        let answer = try Decision.locality(
            .init(pairs: [.init(workload: "w", site: "cloud"), .init(workload: "w", site: "home")]), scenario,
            book: .empty)
        #expect(answer.rows.map(\.site) == ["cloud", "home"])
        #expect(answer.rows.map { $0.money?.decimal } == ["50.00", "100.00"])
        #expect(answer.rows[0].behind == .zero)
        #expect(answer.rows[0].bytes == 500_000_000_000)
        #expect(answer.rows[1].behind?.decimal == "50.00")
        #expect(try Decision.locality(.init(), scenario, book: .empty).rows.count == 2)
        #expect(throws: PerigeeError.self) {
            try Decision.locality(.init(pairs: [.init(workload: "nobody", site: "home")]), scenario, book: .empty)
        }
    }
}

extension String {
    fileprivate func replacing(_ part: String, _ other: String) -> String {
        replacingOccurrences(of: part, with: other)
    }
}
