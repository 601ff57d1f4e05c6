import Model
import Placement
import Testing

@Suite("Scenario files")
struct ScenarioTests {
    @Test("tell all that is wrong at once, with line, column, key path and remedy")
    func allFaults() {
        let yaml = """
            sites:
              berlin: {offers: {cpu: {capacity: many}}}
              berlin2: {atributes: {}}
            links:
              - {from: berlin, to: paris, bandwidth: 1Gbit/s}
              - {from: berlin, to: berlin, bandwidth: quick, price_per_gb: 0}
            datasets:
              d: {size: 1TB, at: {berlin: 0.5}}
              e: {size: 1TB, at: berlni, class: secret}
            workloads:
              w: {reads: [d, f]}
              x: {runtime: 1h, after: [y]}
              y: {runtime: 1h, after: [x], sites: "country ="}
            """
        let error = #expect(throws: PerigeeError.self) { try Books.scenario(yaml) }
        let told = error?.description ?? ""
        for part in [
            "s.yaml:3:37", "is not a whole number", "the price is missing", "there is no key atributes here",
            "did you mean attributes?",
            "there is no site paris", "the price of the link is missing, and none is not free",
            "\"quick\" is not a rate",
            "hold 50.0 % of it", "there is no site berlni", "did you mean berlin?", "there is no class secret",
            "there is no dataset or output f", "runtime is missing, and none is guessed", "in a circle",
            "a value is needed here", "^",
            "s.yaml:14:", "workloads.y.sites",
        ] { #expect(told.contains(part), "\(part) in:\n\(told)") }
        #expect(error?.code == .usage)
    }

    @Test("that are no mapping at their top are told by their own name, and nothing that follows from it is")
    func top() {
        let sound = "schema: perigee.scenario/1\nsites: {a: {}}\nworkloads: {w: {runtime: 1h}}\n"
        for (text, place, kind) in [
            ("# of ours\n- a\n", "p.yaml:2:1", "a list"), ("rules", "p.yaml:1:1", "a single value"),
            ("", "p.yaml:1:1", "empty"),
        ] {
            for files in [[("s.yaml", sound), ("p.yaml", text)], [("p.yaml", text), ("s.yaml", sound)]] {
                let error = #expect(throws: PerigeeError.self) {
                    try Scenario(files: files.map { Scenario.File(name: $0.0, text: $0.1) })
                }
                #expect(error?.place == place && error?.code == .usage, "\(error?.place ?? "")")
                #expect(error?.message == "the document is \(kind), not a mapping of keys", "\(error?.message ?? "")")
                #expect(error?.remedy?.contains("schema: perigee.scenario/1") == true)
            }
        }
    }

    @Test("take no nothing for a ratio, or for runs in a month: either would count as something else")
    func nothing() throws {
        func scenario(ratio: String = "0.5", output: String = "1", runs: String = "30") throws {
            _ = try Books.scenario(
                """
                sites: {a: {offers: {m: {price_per_hour: 1}}}}
                datasets: {d: {size: 1GB, at: a, ratio: \(ratio)}}
                workloads:
                  w: {reads: [d], runtime: 1h, runs_per_month: \(runs), outputs: {o: {size: 1GB, ratio: \(output)}}}
                """)
        }
        try scenario()
        try scenario(ratio: "0.000001", output: "4", runs: "0.25")
        for fault in [
            #expect(throws: PerigeeError.self) { try scenario(ratio: "0") },
            #expect(throws: PerigeeError.self) { try scenario(output: "-1") },
            #expect(throws: PerigeeError.self) { try scenario(output: "4.5") },
        ] { #expect(fault?.message.contains("is not a number above 0, 4 at most") == true, "\(fault?.message ?? "")") }
        let runs = #expect(throws: PerigeeError.self) { try scenario(runs: "0") }
        #expect(runs?.place == "s.yaml:5:48 workloads.w.runs_per_month", "\(runs?.place ?? "")")
    }

    @Test("of several names are put together from several files")
    func severalFiles() throws {
        let head = "schema: perigee.scenario/1\n"
        let scenario = try Scenario(files: [
            .init(
                name: "a",
                text: head
                    + "name: both\nsites: {a: {attributes: {country: DE}, offers: {m: {price_per_hour: 1}}}}\nworkloads: {w: {reads: [d], runtime: 1h}}\n"
            ),
            .init(name: "b", text: head + "sets: {eu: [DE]}\nclasses: {c: {store: \"country in @eu\"}}\n"),
            .init(name: "c", text: head + "datasets: {d: {size: 1GB, at: a, class: c}}\n"),
        ])
        #expect(scenario.name == "both")
        #expect(scenario.datasets[0].labels == ["c"])
        #expect(scenario.policy.ruleIDs == ["c.store"])
    }

    @Test("put producers before consumers, whatever their order")
    func order() throws {
        let scenario = try Books.scenario(
            """
            sites: {a: {offers: {m: {price_per_hour: 1}}}}
            workloads:
              last: {reads: [middle.out], runtime: 1h}
              middle: {after: [first], runtime: 1h, outputs: {out: {size: 1GB}}}
              first: {runtime: 1h}
            """)
        #expect(scenario.workloads.map(\.name) == ["first", "middle", "last"])
    }

    @Test("take smaller shares of a dataset to lie within larger ones, unless presence says otherwise")
    func presence() throws {
        let scenario = try Books.scenario(
            """
            sites: {a: {offers: {m: {price_per_hour: 1}}}, b: {}, c: {}}
            datasets:
              nested: {size: 1TB, at: {a: 1, b: 0.9, c: 25%}}
              apart: {size: 1TB, presence: [{sites: [a], share: 0.5}, {sites: [b], share: 0.5}]}
            workloads: {w: {reads: [nested], runtime: 1h}}
            """)
        let apart = scenario.datasets[0]
        let nested = scenario.datasets[1]
        #expect(nested.presence.map(\.sites) == [["a", "b", "c"], ["a", "b"], ["a"]])
        #expect(abs(nested.share(at: "b") - 0.9) < 1e-12)
        #expect(abs(nested.share(at: "c") - 0.25) < 1e-12)
        #expect(apart.share(at: "a") == 0.5)
    }

    @Test("name parts of a dataset, which workloads read alone: where these are, nothing is missing")
    func parts() throws {
        let yaml = """
            sites:
              lake: {offers: {m: {price_per_hour: 9}}}
              edge: {offers: {m: {price_per_hour: 1}}}
            links: [{from: lake, to: edge, bandwidth: 1Gbit/s, price_per_gb: 0.01}]
            datasets:
              events:
                size: 10TB
                presence:
                  - {name: today, sites: [lake, edge], share: 0.01}
                  - {name: month, sites: [lake], share: 0.09}
                  - {name: rest, sites: [lake], share: 0.9}
            workloads: {w: {reads: [{data: events, parts: PARTS}], runtime: 1h}}
            """
        func decide(_ parts: String) throws -> Explanation {
            try Books.decide(yaml.split(separator: "PARTS").joined(separator: parts))
        }
        let today = try decide("today")
        #expect(today.placements[0].site == "edge" && today.placements[0].way == "run at the data")
        #expect(today.total.money.decimal == "1.00" && today.total.bytes == 0)
        // 900 GB are more than the eight dollars of the lake, half of what is there of the month is less.
        #expect(try decide("[today, month]").placements[0].site == "lake")
        let half = try decide("[today, month], share: 0.5")
        #expect(half.placements[0].site == "edge" && half.total.bytes == 450_000_000_000)
        #expect(half.total.money.decimal == "5.50")
        let error = #expect(throws: PerigeeError.self) { try decide("monthly") }
        #expect(
            error?.description.contains("there is no part of events monthly") == true, "\(String(describing: error))")
        #expect(error?.description.contains("did you mean month?") == true)
    }

    @Test("tell a tenth percentile above the middle, and a price that is no price once")
    func links() {
        let error = #expect(throws: PerigeeError.self) {
            try Books.scenario(
                """
                sites: {a: {}, b: {offers: {m: {price_per_hour: 1}}}}
                links:
                  - {from: a, to: b, bandwidth: {p10: 2Gbit/s, p50: 1Gbit/s}, price_per_gb: -1}
                workloads: {w: {runtime: 1h}}
                """)
        }
        let told = error?.description ?? ""
        #expect(
            told.contains("the tenth percentile is above the middle") && told.contains("\"-1\" is not a price"),
            "\(told)")
        #expect(!told.contains("the price of the link is missing"), "\(told)")
    }

    @Test("tell sets that a workload's sites name and that are not there, too")
    func setsOfWorkloads() {
        let yaml = """
            sites: {a: {attributes: {country: DE}, offers: {m: {price_per_hour: 1}}}}
            sets: {nordic: [SE, DK]}
            workloads: {w: {runtime: 1h, sites: "country in @nordics"}}
            """
        let error = #expect(throws: PerigeeError.self) { try Books.scenario(yaml) }
        #expect(error?.description.contains("did you mean @nordic?") == true, "\(String(describing: error))")
    }

    @Test(
        "may not be of another form, nor be empty",
        arguments: ["", "schema: other/1", "[]", "schema: perigee.scenario/1"])
    func refusals(text: String) {
        let error = #expect(throws: PerigeeError.self) { try Scenario(files: [.init(name: "s", text: text)]) }
        #expect(error?.code == .usage)
        #expect(error?.remedy != nil)
    }

    @Test("windows open and close by the minute")
    func windows() throws {
        let night = try #require(DayWindows(parsing: "22:00-06:00"))
        #expect(night.elapsed(3600, fromSecond: 22 * 3600) == 3600)
        #expect(night.elapsed(3600, fromSecond: 20 * 3600) == 3 * 3600)
        #expect(night.elapsed(8 * 3600, fromSecond: 22 * 3600) == 8 * 3600)
        #expect(night.elapsed(9 * 3600, fromSecond: 22 * 3600) == 25 * 3600)
        #expect(night.elapsed(3600, fromSecond: 5 * 3600 + 1800) == 17 * 3600)
        #expect(DayWindows(parsing: "22:00-22:00") == nil)
        #expect(DayWindows(parsing: "25:00-26:00") == nil)
        #expect(DayWindows(parsing: "") == nil)
    }
}
