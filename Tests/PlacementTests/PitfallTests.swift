import Model
import Placement
import Testing

/// Mistakes that were seen in the code of others.
@Suite("Known mistakes are not made:")
struct PitfallTests {
    /// Two sites and one dataset at the first; the work can run at the second alone.
    private func move(
        _ link: String, size: String = "1TB", extra: String = "", work: String = "runtime: 1h", book: PriceBook = .empty
    ) throws -> Explanation {
        try Books.decide(
            """
            sites:
              a: {}
              b: {offers: {m: {price_per_hour: 0}}, storage: {\(extra)}}
            links:
              - \(link)
            datasets: {d: {size: \(size), at: a}}
            workloads: {w: {reads: [d], \(work)}}
            """, book: book)
    }

    @Test("more bytes never cost less")
    func monotone() throws {
        let book = try Books.prices()
        var before = Money.zero
        for size in ["1023GB", "1025GB", "10239GB", "10240GB", "11264GB", "51200GB", "153600GB", "153601GB"] {
            let cost = try move(
                "{from: a, to: b, bandwidth: 1Gbit/s, tariff: aws.egress.internet.us_eu}", size: size, book: book
            ).total.money
            #expect(cost >= before, "\(size)")
            before = cost
        }
    }

    @Test("a hop between regions of one cloud is not free, nor quick")
    func regions() throws {
        let decision = try move(
            "{from: a, to: b, bandwidth: 5Gbit/s, round_trip: 70ms, tariff: aws.egress.interregion.us_eu}",
            book: try Books.prices())
        #expect(decision.total.money.decimal == "20.00")
        #expect(decision.total.seconds > 1600)
    }

    @Test("bytes are priced in the direction in which they flow")
    func direction() throws {
        let yaml = """
            sites: {a: {}, b: {offers: {m: {price_per_hour: 0}}}}
            links:
              - {from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.01}
              - {from: b, to: a, bandwidth: 1Gbit/s, price_per_gb: 9}
            datasets: {d: {size: 1TB, at: a}}
            workloads: {w: {reads: [d], runtime: 1h}}
            """
        #expect(try Books.decide(yaml).total.money.decimal == "10.00")
        let wrong = yaml.split(separator: "\n").filter { !$0.contains("from: a") }.joined(separator: "\n")
        #expect(throws: PerigeeError.self) { try Books.decide(wrong) }
    }

    @Test("prices are not rounded to cents before they are multiplied")
    func cents() throws {
        #expect(try move("{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.0875}").total.money.decimal == "87.50")
        #expect(try move("{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.000001}").total.money.decimal == "0.001")
    }

    @Test("gigabytes and gibibytes are told apart")
    func units() throws {
        #expect(
            try move("{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.10}", size: "1TiB").total.money.cents
                == "109.95")
        #expect(
            try move("{from: a, to: b, bandwidth: 1Gbit/s, price_per_gib: 0.10}", size: "1TiB").total.money.cents
                == "102.40")
    }

    @Test("a short transfer is not planned at the rate of a long one")
    func shortTransfers() throws {
        let decision = try move(
            "{from: a, to: b, bandwidth: 5Gbit/s, round_trip: 200ms, price_per_gb: 0}", size: "625MB",
            work: "runtime: 0s")
        // A second at the full rate, and nine round trips until it is reached.
        #expect(abs(decision.total.seconds - 2.8) < 0.01)
    }

    @Test("a workload has as many inputs as it reads")
    func inputs() throws {
        let yaml = """
            sites: {a: {}, b: {offers: {m: {price_per_hour: 0}}}}
            links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.01}]
            datasets: {d: {size: 1TB, at: a}, e: {size: 2TB, at: a}, f: {size: 3TB, at: a}}
            workloads: {w: {reads: [d, e, f], runtime: 1h}}
            """
        #expect(try Books.decide(yaml).total.money.decimal == "60.00")
    }

    @Test("no runtime is guessed")
    func runtimes() {
        let error = #expect(throws: PerigeeError.self) {
            try move("{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0}", work: "months: 1")
        }
        #expect(error?.message.contains("runtime is missing") == true)
    }

    @Test("what has no price is not free: no way is taken that needs it")
    func unknownPrices() throws {
        for link in ["{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: unknown}"] {
            let error = #expect(throws: PerigeeError.self) { try move(link) }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("unknown") == true, "\(error?.message ?? "")")
        }
        let offer = "sites: {a: {offers: {m: {price_per_hour: unknown}}}}\nworkloads: {w: {runtime: 1h}}"
        #expect(throws: PerigeeError.self) { try Books.decide(offer) }
        #expect(throws: PerigeeError.self) {
            try move("{from: a, to: b, bandwidth: 1Gbit/s, tariff: not.there}", book: try Books.prices())
        }
    }

    @Test("carbon is counted once, where the machine is, and not for the network")
    func carbon() throws {
        let yaml = """
            carbon_price: 100
            sites: {a: {carbon: 900}, b: {carbon: 500, offers: {m: {price_per_hour: 0, power_kw: 2}}}}
            links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0}]
            datasets: {d: {size: 1TB, at: a}}
            workloads: {w: {reads: [d], runtime: 10h}}
            """
        let decision = try Books.decide(yaml)
        #expect(decision.placements[0].carbonGrams == 10_000)
        #expect(decision.total.money.decimal == "1.00")
    }

    @Test("a device that is closed to new customers, or has no price, is not rented")
    func devices() throws {
        func yaml(_ device: String) -> String {
            """
            sites: {a: {}, b: {offers: {m: {price_per_hour: 0}}}}
            links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 1}]
            devices: {box: {from: a, to: b, capacity: 10TB, \(device)}}
            datasets: {d: {size: 9TB, at: a}}
            workloads: {w: {reads: [d], runtime: 1h}}
            """
        }
        #expect(try Books.decide(yaml("fee: 300, time: 5d")).placements[0].detail == "from a on box")
        #expect(try Books.decide(yaml("fee: 300, time: 5d, unavailable: sold out")).placements[0].detail == "from a")
        #expect(try Books.decide(yaml("fee: 300")).placements[0].detail == "from a")
        #expect(try Books.decide(yaml("tariff: aws.snowball"), book: Books.prices()).placements[0].detail == "from a")
    }

    @Test("storage is paid for as long as must be paid")
    func minimumDuration() throws {
        let free = "{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0}"
        let cold = try move(free, extra: "price_per_gb_month: 0.0125, min_days: 30")
        // Reading remotely stores nothing; so what staging would cost stands among the reasons.
        let staged = try #require(cold.placements[0].whyNot.first { $0.way == "stage and keep" })
        // 1000 GB at 0.0125 for 30 days of a month of 730 hours.
        #expect(staged.money?.cents == "12.33")
    }

    @Test("a month that ends while bytes still move begins its tiers anew")
    func monthBoundary() throws {
        func cost(_ start: String) throws -> Money {
            try Books.decide(
                """
                start: \(start)
                sites: {a: {}, b: {offers: {m: {price_per_hour: 0}}}}
                links: [{from: a, to: b, bandwidth: 8Gbit/s, tariff: t, month_to_date: 100TB}]
                datasets: {d: {size: 10TB, at: a}}
                workloads: {w: {reads: [d], runtime: 1h}}
                """, book: tiered()
            ).total.money
        }
        // Well within the month all is in the second tier; half an hour before midnight 1.8 TB are, and the rest in the first.
        #expect(try cost("2026-11-15T00:00:00Z").decimal == "100.00")
        #expect(try cost("2026-11-30T23:30:00Z").decimal == "182.00")
        #expect(try cost("2026-12-01T00:00:00Z").decimal == "100.00")
    }

    private func tiered() throws -> PriceBook {
        try PriceBook(
            yaml: """
                schema: perigee.pricebook/1
                id: t
                date: 2026-11
                entries:
                  - {id: t, kind: traffic, provider: p, unit: GB, tiers: [{up_to: 100000, price: 0.02}, {price: 0.01}], as_of: 2026, confidence: A, source: test}
                """, file: "t")
    }

    @Test("losses hold single connections back, and never let them exceed what was measured")
    func losses() throws {
        let clean = try move(
            "{from: a, to: b, bandwidth: 1Gbit/s, round_trip: 100ms, price_per_gb: 0}", size: "10GB",
            work: "runtime: 0s")
        let lossy = try move(
            "{from: a, to: b, bandwidth: 1Gbit/s, round_trip: 100ms, loss: 1%, streams: 4, price_per_gb: 0}",
            size: "10GB", work: "runtime: 0s")
        let tiny = try move(
            "{from: a, to: b, bandwidth: 1Gbit/s, round_trip: 1ms, loss: 0.0001%, streams: 64, price_per_gb: 0}",
            size: "10GB", work: "runtime: 0s")
        #expect(abs(clean.total.seconds - 80.9) < 0.01)
        // 4 connections of 1.2247 x 1448 / (0.1 x 0.1) bytes a second.
        #expect(abs(lossy.total.seconds - (0.9 + 10e9 / (4 * 177_343.9))) < 1)
        #expect(tiny.total.seconds >= 80)
    }

    @Test("runs that come again make a copy worth its storage from the run on that pays for it")
    func breakEven() throws {
        func way(_ runs: Int) throws -> String {
            try move(
                "{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.01}", extra: "price_per_gb_month: 0.025",
                work: "runtime: 1h, runs_per_month: \(runs)"
            ).placements[0].way
        }
        // A copy: 10 + 25 a month; each remote read: 10. From the fourth run on the copy is cheaper.
        #expect(try way(3) == "read remotely")
        #expect(try way(4) == "stage and keep")
    }
}
