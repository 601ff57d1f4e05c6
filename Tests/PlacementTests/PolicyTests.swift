import Model
import Placement
import Testing

@Suite("Policies of residency")
struct PolicyTests {
    private static let sites = """
        sites:
          de: {attributes: {country: DE, operator_jurisdiction: DE}, offers: {m: {price_per_hour: 10}}, storage: {}}
          fr: {attributes: {country: FR, operator_jurisdiction: US}, offers: {m: {price_per_hour: 5}}, storage: {}}
          us: {attributes: {country: US, operator_jurisdiction: US}, offers: {m: {price_per_hour: 1}}, storage: {}}
        links:
          - {from: de, to: fr, bandwidth: 1Gbit/s, price_per_gb: 0, both_ways: true}
          - {from: de, to: us, bandwidth: 1Gbit/s, price_per_gb: 0, both_ways: true}
          - {from: fr, to: us, bandwidth: 1Gbit/s, price_per_gb: 0, both_ways: true}

        """
    private static let work = """

        datasets: {d: {size: 10GB, at: de, class: c}}
        workloads: {w: {reads: [d], runtime: 10h}}
        """

    private func site(_ policy: String, _ rest: String = PolicyTests.work) throws -> String {
        try #require(try Books.decide(Self.sites + policy + rest).placements.last).site
    }

    @Test("decide who may process and store, by attributes of sites")
    func verbs() throws {
        #expect(try site("classes: {c: {}}") == "us")
        #expect(try site("classes: {c: {process: \"country in {DE, FR}\"}}") == "fr")
        #expect(
            try site("classes: {c: {process: \"country in {DE, FR}\", operator: \"operator_jurisdiction = DE\"}}")
                == "de")
        #expect(try site("classes: {c: {process: \"country = DE\"}}") == "de")
        // Reading remotely stores nothing; so denying to store alone leaves that.
        let remote = try Books.decide(Self.sites + "classes: {c: {store: \"country = DE\"}}" + Self.work)
        #expect(remote.placements[0].site == "us")
        #expect(remote.placements[0].way == "read remotely")
    }

    @Test("name rule, class, verb, site and what failed in each refusal")
    func denials() throws {
        let decision = try Books.decide(Self.sites + "classes: {c: {process: \"country in {DE, FR}\"}}" + Self.work)
        let denial = try #require(decision.placements[0].whyNot.first { $0.site == "us" }?.denial)
        #expect(denial.rule == "c.process")
        #expect(denial.dataClass == "c")
        #expect(denial.verb == "process")
        #expect(denial.because == "country=US, in {DE, FR} is asked")
        #expect(decision.compliancePremium?.cents == "40.00")
    }

    @Test("deny wins, over whatever else allows")
    func denyWins() throws {
        let classes = "classes: {c: {process: \"*\", store: \"*\"}}\nrules:\n"
        #expect(try site(classes + "  - {id: r, classes: [c], deny: \"country = US\"}\n") == "fr")
        let both =
            "  - {id: r, classes: [c], deny: \"country = US\"}\n  - {id: s, allow: \"country in {US, FR, DE}\"}\n"
        #expect(try site(classes + both) == "fr")
    }

    @Test("follow data into what is made of it, and end where a class says so")
    func propagation() throws {
        let chain = """

            datasets: {d: {size: 10GB, at: de, class: c}}
            workloads:
              first: {reads: [d], runtime: 1h, outputs: {o: {size: 1GB}}}
              second: {reads: [first.o], runtime: 10h}
            """
        let classes = "classes: {open: {}, c: {process: \"country = DE\", derive: {aggregate: open}}}"
        #expect(try site(classes, chain) == "de")
        #expect(try site(classes, chain.replacingOccurrences("{size: 1GB}", "{size: 1GB, derive: aggregate}")) == "us")
        // Two parents: the strictest counts.
        let join = """

            datasets: {d: {size: 10GB, at: de, class: c}, e: {size: 10GB, at: us}}
            workloads:
              first: {reads: [d, e], runtime: 1h, outputs: {o: {size: 1GB}}}
              second: {reads: [first.o], runtime: 10h}
            """
        #expect(try site(classes, join) == "de")
        // A workload may have a class of its own, whatever it reads.
        let own = """

            datasets: {d: {size: 10GB, at: us}}
            workloads:
              first: {reads: [d], runtime: 1h, class: c, sites: "country = DE", outputs: {o: {size: 1GB}}}
              second: {reads: [first.o], runtime: 10h}
            """
        #expect(try site(classes, own) == "de")
        #expect(try site(classes, own.replacingOccurrences("class: c, ", "")) == "us")
    }

    @Test("keep relays and countries between from sealed bytes where they are told to")
    func transit() throws {
        let yaml = """
            objective: {minimise: time}
            sites:
              a: {attributes: {country: CA}}
              r: {attributes: {country: US}}
              b: {attributes: {country: JP}, offers: {m: {price_per_hour: 1}}}
            links:
              - {from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0}
              - {from: a, to: r, bandwidth: 8Gbit/s, price_per_gb: 0}
              - {from: r, to: b, bandwidth: 8Gbit/s, price_per_gb: 0}
            datasets: {d: {size: 1TB, at: a, class: c}}
            workloads: {w: {reads: [d], runtime: 1h}}

            """
        #expect(try Books.decide(yaml + "classes: {c: {}}").placements[0].detail == "from a by way of r")
        let denied = try Books.decide(yaml + "classes: {c: {transit: {ciphertext: \"!(country = US)\"}}}")
        #expect(denied.placements[0].detail == "from a")
        let plain = try Books.decide(yaml + "classes: {c: {transit: {plaintext: \"!(country = US)\"}}}")
        #expect(plain.placements[0].detail == "from a by way of r", "relays see what is brought sealed only")
        #expect(plain.placements[0].way != "read remotely")
        let through = yaml.replacingOccurrences(
            "{from: a, to: b, bandwidth: 1Gbit/s,", "{from: a, to: b, bandwidth: 1Gbit/s, transit: [US],")
        let error = #expect(throws: PerigeeError.self) {
            try Books.decide(through + "classes: {c: {transit: {ciphertext: \"!(country = US)\"}}}")
        }
        #expect(error?.code == .refused)
        // A relay is the way where the direct link may not be taken, though it is neither quicker nor cheaper.
        let around = through.replacingOccurrences("country: US", "country: MX").replacingOccurrences(
            "8Gbit/s, price_per_gb: 0", "1Gbit/s, price_per_gb: 0.01")
        #expect(
            try Books.decide(around + "classes: {c: {transit: {ciphertext: \"!(country = US)\"}}}").placements[0].detail
                == "from a by way of r")
        #expect(try Books.decide(around + "classes: {c: {}}").placements[0].detail == "from a")
    }

    @Test("keep plain bytes from what is between where work reads remotely, and say so")
    func readInClear() throws {
        let yaml = """
            sites:
              a: {attributes: {country: DE}}
              b: {attributes: {country: FR}, offers: {m: {price_per_hour: 1}}}
            links:
              - {from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0, transit: CH}
            datasets: {d: {size: 1TB, at: a, class: c}}
            workloads: {w: {reads: [d], runtime: 1h}}

            """
        func decide(_ transit: String) throws -> Explanation {
            try Books.decide(yaml + "classes: {c: {store: \"country = DE\", transit: \(transit)}}")
        }
        #expect(try decide("{plaintext: \"country in {DE, CH}\"}").placements[0].way == "read remotely")
        for rule in ["transit.plaintext", "transit.ciphertext"] {
            let error = #expect(throws: PerigeeError.self) { try decide("{\(rule.dropFirst(8)): \"country = DE\"}") }
            #expect(error?.code == .refused && error?.message.contains("dropping c.") == true)
            #expect(error?.message.contains("c.\(rule) alone opens one") == true, "\(error?.message ?? "")")
        }
        // What is brought is sealed on its way, so that only the country itself counts.
        let brought = try Books.decide(yaml + "classes: {c: {transit: {plaintext: \"country = DE\"}}}")
        #expect(brought.placements[0].way == "stage and keep")
        let row = try #require(brought.placements[0].whyNot.first { $0.denial?.rule == "c.transit.plaintext" })
        let says = "c.transit.plaintext denies transit.plaintext of c at a link through CH: country=CH, = DE is asked"
        #expect(row.reason == says + "; what is read remotely passes there in clear")
    }

    @Test("keep plain bytes from this host where it would bring them from one site to another")
    func broughtInClear() throws {
        func decide(_ here: String, agents: String = "", _ transit: String = "country = DE") throws -> Explanation {
            try Books.decide(
                """
                \(here)
                sites:
                  a: {attributes: {country: DE}\(agents)}
                  b: {attributes: {country: DE}, offers: {m: {price_per_hour: 1}}\(agents)}
                  desk: {attributes: {country: US}}
                links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0, transit: US}]
                datasets: {d: {size: 1TB, at: a, class: c}}
                workloads: {w: {reads: [d], runtime: 1h, runs_per_month: 9}}
                classes: {c: {transit: {plaintext: "\(transit)"}}}
                """)
        }
        let error = #expect(throws: PerigeeError.self) { try decide("here: desk") }
        #expect(
            error?.message.contains(
                "c.transit.plaintext denies transit.plaintext of c at desk: country=US, = DE is asked; what goes from a to b "
                    + "passes this host in clear") == true, "\(error?.message ?? "")")
        for allowed in [
            try decide("here: a"), try decide("here: b"), try decide("note: nobody says"),
            try decide("here: desk", agents: ", agent: true"), try decide("here: desk", "country in {DE, US}"),
        ] { #expect(allowed.placements[0].way == "stage and keep") }
        let unknown = #expect(throws: PerigeeError.self) { try decide("here: dsk") }
        #expect(unknown?.remedy?.contains("did you mean desk?") == true, "\(unknown?.remedy ?? "")")
    }

    @Test("keep what work made, and what lies where a path says, from this host also between agents")
    func madeInClear() throws {
        func decide(paths: String = "", outputs: String = "") throws -> Explanation {
            let scenario = try Books.scenario(
                """
                sites:
                  a: {attributes: {country: DE}, agent: true}
                  b:
                    attributes: {country: DE}
                    agent: true
                    offers: {m: {price_per_hour: 1, executor: {kind: ssh, host: b.example.org, folder: /jobs}}}
                links:
                  - {from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0}
                  - {from: b, to: a, bandwidth: 1Gbit/s, price_per_gb: 0}
                datasets: {d: {size: 1TB, at: a, class: c\(paths)}}
                workloads: {w: {reads: [d], runtime: 1h, run: {command: [x]}\(outputs)}}
                classes: {c: {transit: {plaintext: "site in {a, b, lab}"}}}
                """)
            return try Decision.make(scenario.executable(here: "desk"), book: .empty)
        }
        #expect(try decide().placements[0].site == "b")
        for (paths, outputs) in [(", paths: {a: /data/d}", ""), ("", ", outputs: {o: {size: 1GB, to: a}}")] {
            let error = #expect(throws: PerigeeError.self) { try decide(paths: paths, outputs: outputs) }
            #expect(
                error?.message.contains("of c at desk: site=desk, in {a, b, lab} is asked") == true,
                "\(error?.message ?? "")")
        }
    }

    @Test("know the host that work is executed from, or let nothing pass it in clear")
    func executed() throws {
        func able(_ more: String, _ executor: String, here: String? = nil) throws -> Scenario {
            try Books.scenario(
                """
                sites:
                  a: {attributes: {country: DE}}
                  b: {attributes: {country: DE}, offers: {m: {price_per_hour: 1, executor: \(executor)}}}
                  desk: {attributes: {country: DE}}
                links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0}]
                datasets: {d: {size: 1TB, at: a, class: c}}
                workloads: {w: {reads: [d], runtime: 1h, run: {command: [x]}}}
                classes: {c: {transit: {plaintext: "country = DE"}}}
                \(more)
                """
            ).executable(here: here)
        }
        let remote = "{kind: ssh, host: b.example.org, folder: /jobs}"
        #expect(try able("", "shell").here == "b")
        #expect(
            try able("here: a", "shell", here: "desk").here == "desk", "whoever wrote the scenario may be elsewhere")
        #expect(try able("here: a", remote).here == "a")
        #expect(try able("", remote, here: "desk").here == "desk")
        #expect(try Decision.make(able("", remote, here: "desk"), book: .empty).placements[0].site == "b")
        for host in [nil, "elsewhere"] {
            let error = #expect(throws: PerigeeError.self) {
                try Decision.make(able("", remote, here: host), book: .empty)
            }
            #expect(
                error?.message.contains("at \(host ?? "this host"): country is not stated, = DE is asked") == true,
                "\(error?.message ?? "")")
        }
    }

    @Test("that leave no way are told as the smallest set in conflict, and what would relax it")
    func conflict() throws {
        let rules = """
            classes: {c: {process: "country in {DE, US}"}}
            rules:
              - {id: not-german, classes: [c], verbs: [process], deny: "country = DE"}
              - {id: not-american, classes: [c], verbs: [process], deny: "country = US"}
              - {id: idle, classes: [c], verbs: [process], deny: "country = BR"}
            """
        let error = #expect(throws: PerigeeError.self) { try Books.decide(Self.sites + rules + Self.work) }
        #expect(error?.code == .refused)
        let relaxation = try #require(Relaxation(try Books.scenario(Self.sites + rules + Self.work)))
        #expect(relaxation.conflict == ["c.process", "not-american", "not-german"])
        #expect(relaxation.relaxes == ["c.process", "not-american", "not-german"])
        #expect(error?.description.contains("dropping c.process or not-american or not-german alone opens one") == true)
    }

    @Test("to hold copies are checked against where copies are")
    func hold() throws {
        let warned = try Books.decide(
            Self.sites + "classes: {c: {hold: {in: \"country = FR\", copies: 1}}}" + Self.work)
        #expect(warned.warnings.contains { $0.hasPrefix("c.hold asks for 1 whole copies of d") })
        let kept = try Books.decide(Self.sites + "classes: {c: {hold: {in: \"country = DE\", copies: 1}}}" + Self.work)
        #expect(kept.warnings.isEmpty)
    }
}

extension String {
    fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String {
        split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
    }
}
