import Model
import Placement
import Testing

/// Mistakes that were seen in the code of others, a test for each.
///
/// - tiers that fall; prices rounded to cents; GB for GiB; a month's end ignored; "no price" taken for nothing
/// - free hops between regions; prices looked up in the wrong direction; a relay where data must not pass
/// - short transfers at the rate of long ones; lossy links at their nominal rate
/// - one input only; a runtime that is guessed; a break-even of runs that leaves storage out
/// - old prices of machines; a device that is no more; storage that is paid longer, and by larger objects, than it is used
/// - operators without precedence, as in expressions of Rucio; carbon counted twice
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

    @Test("more bytes in all runs than a number holds are no crash")
    func many() throws {
        let work = "runtime: 1s, runs_per_month: 1000000, months: 36, outputs: {o: {size: 50TB, to: a}}"
        let decision = try move(
            "{from: a, to: b, bandwidth: 100Gbit/s, both_ways: true, price_per_gb: 0.01}", size: "100TB", work: work)
        #expect(decision.total.bytes >= 1 << 60)
        let streamed = try Books.decide(
            """
            sites:
              a: {}
              b: {offers: {m: {price_per_hour: 0}}}
            links: [{from: a, to: b, bandwidth: 100Gbit/s, price_per_gb: 0.01}]
            datasets: {d: {size: 100TB, at: a}}
            workloads: {w: {reads: [{data: d, passes: 1000000}], runtime: 1s, runs_per_month: 1000000}}
            """)
        #expect(streamed.placements.count == 1)
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
        let none = #expect(throws: PerigeeError.self) { try move("{from: a, to: b, bandwidth: 1Gbit/s, tariff: t.t}") }
        #expect(none?.remedy?.contains("--price-book") == true, "\(String(describing: none))")
        // Storage by a tariff whose requests nobody prices is told.
        func stored(_ more: String) throws -> [String] {
            try Books.decide(
                """
                sites: {a: {}, b: {offers: {m: {price_per_hour: 0}}, storage: {tariff: gcp.gcs.us-central1.standard\(more)}}}
                links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 1}]
                datasets: {d: {size: 1GB, at: a}}
                workloads: {w: {reads: [{data: d, passes: 9}], runtime: 1h}}
                """, book: Books.prices()
            ).warnings
        }
        #expect(try stored("") == ["requests to b have no price, and count for nothing: see storage.requests"])
        #expect(try stored(", put: 0.000005, get: 0.0000004").isEmpty)
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
        // Nor where it is read from afar.
        let dear = yaml.replacing("offers:", with: "storage: {price_per_gb_month: 9}, offers:")
        let remote = try Books.decide(dear).placements[0]
        #expect(remote.way == "read remotely")
        #expect(remote.carbonGrams == 10_000)
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

    @Test("small objects are paid for as what they count at least")
    func minimumObject() throws {
        let link = "{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0}"
        func stored(_ more: String) throws -> String? {
            let yaml = """
                sites:
                  a: {}
                  b: {offers: {m: {price_per_hour: 0}}, storage: {price_per_gb_month: 0.01, min_days: 73\(more)}}
                links: [\(link)]
                datasets: {d: {size: 1GB, object: 8000, at: a}}
                workloads: {w: {reads: [d], runtime: 1h}}
                """
            return try Books.decide(yaml).placements[0].whyNot.first { $0.way == "stage and keep" }?.money?.cents
        }
        // 125,000 objects of 8 kB: 1 GB, or as 131,072 bytes each 16.384 GB, for 73 of 730 / 24 days: 2.4 months.
        #expect(try stored("") == "0.02")
        #expect(try stored(", min_object: 128KiB") == "0.39")
        // The price book says so of storage that it prices.
        let book = try Books.prices()
        let priced = try Books.scenario(
            "sites: {a: {offers: {m: {price_per_hour: 0}}, storage: {tariff: aws.s3.us-east-1.standard_ia}}}\nworkloads: {w: {runtime: 1h}}"
        ).priced(by: book).scenario
        #expect(priced.sites[0].storage?.minimumObject == 131_072)
        #expect(priced.sites[0].storage?.minimumDays == 30)
    }

    @Test("what is kept is plain files, however few bytes crossed the wire")
    func atRest() throws {
        let decision = try Books.decide(
            """
            sites: {a: {}, b: {offers: {m: {price_per_hour: 0}}, storage: {price_per_gb_month: 0.01}}}
            links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.10}]
            datasets: {d: {size: 1TB, ratio: 0.4, at: {a: 1, b: 0.5}}}
            workloads: {w: {reads: [{data: d, passes: 9}], runtime: 73h}}
            """)
        // Half of it: 200 GB at 0.10 on the wire, 500 GB at 0.01 for a tenth of a month.
        let column = decision.placements[0].waterfall[0]
        #expect(column.option == "b: stage and keep")
        #expect(column.lines["egress"]?.decimal == "20.00")
        #expect(column.lines["storage"]?.decimal == "0.50")
    }

    @Test("an image that no link can bring is not there already")
    func images() throws {
        let yaml = """
            sites: {a: {offers: {m: {price_per_hour: 9}}}, b: {offers: {m: {price_per_hour: 1}}}, c: {}}
            links: [{from: c, to: a, bandwidth: 1Gbit/s, price_per_gb: 0.01}]
            workloads: {w: {runtime: 1h, image: {size: 10GB, from: c}}}
            """
        let decision = try Books.decide(yaml)
        #expect(decision.placements[0].site == "a")
        #expect(decision.total.money.decimal == "9.10")
        let left = decision.placements[0].whyNot.first { $0.site == "b" }
        #expect(left?.reason == "its image cannot come: no link leads here from c")
    }

    @Test("operators of site expressions bind as everywhere, and not from left to right as Rucio's do")
    func precedence() throws {
        func site(_ expression: String) throws -> Explanation {
            try Books.decide(
                """
                sites:
                  de: {attributes: {country: DE, tier: 1}, offers: {m: {price_per_hour: 9}}}
                  us: {attributes: {country: US, tier: 2}, offers: {m: {price_per_hour: 1}}}
                classes: {c: {process: "\(expression)"}}
                datasets: {d: {size: 1GB, at: [de, us], class: c}}
                workloads: {w: {reads: [d], runtime: 1h}}
                """)
        }
        // From left to right this would ask for tier 1 in both countries.
        let mixed = try site("country = US | country = DE & tier = 1")
        #expect(mixed.placements[0].site == "us")
        #expect(mixed.warnings.contains { $0.contains("bind more tightly than |") }, "\(mixed.warnings)")
        let clear = try site("(country = US | country = DE) & tier = 1")
        #expect(clear.placements[0].site == "de")
        #expect(clear.warnings.isEmpty)
        // And a difference takes away from what stands beside it alone.
        #expect(try site("country = US | country = DE \\\\ tier = 2").placements[0].site == "us")
    }

    @Test("no bytes take a relay where they must not be: neither data, nor results, nor what workloads hand on")
    func relays() throws {
        func decide(_ relay: String, _ policy: String, _ work: String) throws -> Explanation {
            try Books.decide(
                """
                objective: {minimise: time}
                sites:
                  a: {attributes: {country: CA}, offers: {slow: {price_per_hour: 0, speed: 0.001}}}
                  b: {attributes: {country: JP}, offers: {m: {price_per_hour: 0}}}
                  r: {attributes: {\(relay)}}
                links:
                  - {from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 9, both_ways: true}
                  - {from: a, to: r, bandwidth: 9Gbit/s, price_per_gb: 0, both_ways: true}
                  - {from: r, to: b, bandwidth: 9Gbit/s, price_per_gb: 0, both_ways: true}
                classes: {c: {\(policy)}}
                datasets: {d: {size: 1TB, at: a, class: c}}
                workloads:
                  \(work)
                """)
        }
        let reads = "w: {reads: [d], runtime: 60s}"
        let returns = "w: {reads: [d], runtime: 60s, sites: \"site = b\", outputs: {o: {size: 1TB, to: a}}}"
        let chain = """
            first: {reads: [d], runtime: 60s, sites: "site = a", outputs: {o: {size: 1TB}}}
              w: {reads: [first.o], runtime: 60s, sites: "site = b"}
            """
        let passes = "transit: {ciphertext: \"!(country = US)\"}"
        // At 9 Gbit/s a terabyte takes 15 minutes, at 1 Gbit/s more than two hours.
        for (work, before) in [(reads, 60.0), (returns, 60), (chain, 60_000)] {
            let open = try decide("country: US", "", work)
            #expect(open.total.seconds < before + 2400, "\(open.sentence)")
            #expect(open.total.money == .zero)
            let denied = try decide("country: US", passes, work)
            #expect(denied.total.seconds > before + 7200, "\(denied.sentence)")
            #expect(denied.total.money >= Money(micros: 9_000_000_000))
            // A relay that does not say where it is might be there.
            #expect(try decide("owner: somebody", passes, work).total.seconds > before + 7200)
        }
    }

    @Test("prices of machines that are old or known to have changed are told, whatever is decided by them")
    func oldPrices() throws {
        func warnings(_ asOf: String, _ more: String = "", kind: String = "hourly", on date: String = "2026-11-25")
            throws -> [String]
        {
            let book = try PriceBook(
                yaml: """
                    schema: perigee.pricebook/1
                    id: old
                    date: 2026-11-01
                    entries:
                      - {id: gpu, kind: hourly, provider: p, price: 98.32, as_of: \(kind == "hourly" ? asOf : "2026-11"), confidence: B, source: test\(more)}
                      - {id: bytes, kind: traffic, unit: GB, provider: p, price: 0.02, as_of: \(kind == "hourly" ? "2026-11" : asOf), confidence: B, source: test}
                    """, file: "old.yaml")
            return try Books.decide(
                """
                date: \(date)
                sites: {a: {}, b: {offers: {p5: {tariff: gpu}}}}
                links: [{from: a, to: b, bandwidth: 1Gbit/s, tariff: bytes}]
                datasets: {d: {size: 1GB, at: a}}
                workloads: {w: {reads: [d], runtime: 1h}}
                """, book: book
            ).warnings
        }
        #expect(try warnings("2025-05") == ["the price gpu is of 2025-05: see whether it still holds"])
        #expect(try warnings("2025-11-30").isEmpty && warnings("2025").isEmpty && warnings("2026").isEmpty)
        #expect(try warnings("2025-11-30", on: "2026-12-01").count == 1)
        #expect(try warnings("2024").count == 1)
        #expect(try warnings("2026-03", ", status: stale") == ["the price gpu of 2026-03 is stale"])
        // Bytes are repriced less often.
        #expect(try warnings("2025-05", kind: "traffic").isEmpty)
        #expect(
            try warnings("2024-10", kind: "traffic") == ["the price bytes is of 2024-10: see whether it still holds"])
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
