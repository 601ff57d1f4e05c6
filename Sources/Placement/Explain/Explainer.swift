internal import Model
internal import Workers

/// Explains a decision.
struct Explainer {
    /// So many options of a workload are compared in samples.
    var comparedMax: Int { isLarge ? 2 : 12 }
    /// So many routes that others are better than are told of for a workload.
    static let beatenMax = 6
    /// Whether there are more workloads than are decided together: then less is told of each.
    var isLarge: Bool { scenario.workloads.count > Planner.togetherMax }

    /// So many workloads are told of by several threads.
    private static let atOnce = 64

    let planner: Planner
    let book: PriceBook
    let prices: [Scenario.PriceUse]
    /// What was decided, for what else could have been.
    let state: AssignmentState
    /// How many workloads need each shared staging, by number.
    let stagers: [Int]
    /// The pairs that matter, by workload.
    let pairs: [[Int]]
    // The planner's, which are asked for all the time: what is computed of it is copied each time.
    let compiled: CompiledScenario
    let scenario: Scenario
    let assignment: [Int]

    /// What explains the decision of `planner`.
    init(planner: Planner, book: PriceBook, prices: [Scenario.PriceUse]) {
        self.planner = planner
        self.book = book
        self.prices = prices
        let compiled = planner.compiled
        let assignment = planner.answer.assignment
        (self.compiled, scenario, self.assignment) = (compiled, compiled.scenario, assignment)
        state = AssignmentState(compiled.problem, assignment)
        var stagers = [Int](repeating: 0, count: compiled.staging.count)
        for (workload, index) in assignment.enumerated() {
            for one in Set(compiled.options[workload][index].staging) { stagers[one] += 1 }
        }
        self.stagers = stagers
        var pairs = [[Int]](repeating: [], count: compiled.problem.choices.count)
        for (number, edge) in compiled.problem.edges.enumerated() {
            pairs[edge.from].append(number)
            pairs[edge.to].append(number)
        }
        self.pairs = pairs
    }

    func explanation(deep: Bool) -> Explanation {
        let samples = SampleSet(scenario)
        let choices = Crew.values(scenario.workloads.count, atOnceFrom: Self.atOnce) {
            choice($0, samples, deep: deep)
        }
        let search = deep ? Flips(planner) : nil
        let found = search?.found()
        let premium = premium()
        return Explanation(
            scenario: scenario.name, date: scenario.date, objective: scenario.objective.aim.rawValue,
            sentence: sentence(choices), total: total(samples, choices), placements: choices, solver: planner.solver,
            compliancePremium: premium.money, complianceDelay: premium.seconds, inputsTried: search?.tried ?? 0,
            flips: found?.flips ?? [], flipPair: found?.pair, naive: naive(), provenance: provenance(samples.count),
            warnings: warnings())
    }

    private func provenance(_ samples: Int) -> Explanation.Provenance {
        let policy = scenario.policy
        let sets = Set(
            (policy.expressions.map(\.expression) + scenario.workloads.map(\.sites)).flatMap(\.sets).map { set in
                [
                    "\(set.name)\(set.date.map { ":" + $0 } ?? "")",
                    policy.sets.edition(set.name, at: set.date)?.from,
                ].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " from ")
            })
        return Explanation.Provenance(
            priceBook: book.id, priceBookDate: book.date, policy: policy.name, policyDate: policy.date, prices: prices,
            sets: sets.sorted(), manifests: manifests(), links: probes(), seed: scenario.seed, samples: samples)
    }

    private func manifests() -> [Explanation.Manifest] {
        scenario.datasets.flatMap { dataset in
            dataset.known.map {
                Explanation.Manifest(
                    dataset: dataset.name, site: $0.site, share: dataset.share(at: $0.site), how: $0.how, at: $0.at,
                    root: $0.root)
            }
        }
    }

    private func probes() -> [Explanation.Probe] {
        scenario.links.compactMap { link in
            link.measured.map {
                Explanation.Probe(
                    from: link.from, to: link.to, at: $0.at, probes: $0.probes, transfers: $0.transfers)
            }
        }
    }

    private func warnings() -> [String] {
        var out = scenario.warnings
        let closed = Set(scenario.devices.filter { $0.unavailable != nil }.compactMap(\.tariffName))
        out += prices.filter { !closed.contains($0.entry) }.compactMap(\.doubt)
        for device in scenario.devices {
            if let reason = device.unavailable { out.append("\(device.name) cannot be had: \(reason)") }
        }
        out += unpricedRequests().map { "requests to \($0) have no price, and count for nothing: see storage.requests" }
        for dataset in scenario.datasets {
            for need in scenario.policy.holds(dataset.labels) {
                let holders = scenario.sites.filter { site in
                    dataset.share(at: site.name) > 1 - 1e-9
                        && need.hold.sites.judge(site.attributes, sets: scenario.policy.sets).truth == .yes
                }
                if holders.count < need.hold.copies {
                    out.append(
                        "\(need.rule) asks for \(need.hold.copies) whole copies of \(dataset.name) in \(need.hold.sites), and there are \(holders.count)"
                    )
                }
            }
        }
        let placements = planner.placements
        out += SharedUse(compiled, assignment, placements).sentences(scenario, placements)
        if !planner.answer.isExact {
            out.append(
                "the search ended at its limit; the decision is at most \(Quantity.decimal(planner.answer.gap * 100, places: 2)) % above the best"
            )
        }
        return out
    }

    /// The sites whose storage has a tariff without requests, where chosen moves write or read there.
    private func unpricedRequests() -> [String] {
        var sites: Set<Int> = []
        for placement in planner.placements {
            let option = placement.option
            for plan in option.own + option.returned + option.staging.map({ compiled.staging[$0].plan }) {
                if plan.isWritten { sites.formUnion(plan.parts.map(\.route.to)) }
                sites.formUnion(plan.parts.map(\.route.from))
            }
        }
        return sites.sorted().map { scenario.sites[$0] }.filter { site in
            site.storage.map { $0.put == nil || $0.get == nil } ?? false
        }.map(\.name)
    }

    /// What policies cost, in money and in time; nil for what they do not.
    private func premium() -> (money: Money?, seconds: Double?) {
        guard !scenario.policy.ruleIDs.isEmpty else { return (nil, nil) }
        var free = scenario
        free.policy = scenario.policy.without(scenario.policy.ruleIDs)
        guard let other = try? Planner(free) else { return (nil, nil) }
        let (money, seconds) = (planner.cost - other.cost, planner.finish - other.finish)
        return (money > .zero ? money : nil, seconds > 1e-3 ? seconds : nil)
    }

    /// What a model says that takes each dataset for whole or absent, at one place, without compression.
    private func naive() -> Explanation.Naive? {
        guard !scenario.datasets.isEmpty, !isLarge else { return nil }
        var simple = scenario
        for index in simple.datasets.indices {
            let shares = simple.sites.map { ($0.name, simple.datasets[index].share(at: $0.name)) }
            guard let home = shares.max(by: { ($0.1, $1.0) < ($1.1, $0.0) }) else { continue }
            for part in simple.datasets[index].presence.indices {
                simple.datasets[index].presence[part].sites = [home.0]
            }
            simple.datasets[index].ratio = 1
        }
        guard let other = try? Planner(simple, limits: .brief) else { return nil }
        let places = other.placements.map { "\($0.workload) at \(scenario.sites[$0.option.site].name)" }
        let same = zip(other.placements, planner.placements).allSatisfy { $0.option.site == $1.option.site }
        let really = same ? planner.cost : reality(of: other)
        let told = same ? "the same sites" : places.prefix(3).joined(separator: ", ") + (places.count > 3 ? " ..." : "")
        let time = scenario.objective.aim == .cost ? "" : " and \(Durations.text(other.finish))"
        return Explanation.Naive(
            sentence: "a model that copies everything would have said \(told), for $\(other.cost.cents)\(time)",
            expected: other.cost, really: really)
    }

    /// What the sites of another plan really cost.
    private func reality(of other: Planner) -> Money? {
        var pinned = scenario
        for (index, placement) in other.placements.enumerated() {
            let site = SiteExpression(
                node: .compare("site", .equal, scenario.sites[placement.option.site].name), text: "site", warnings: [])
            pinned.workloads[index].sites = site
        }
        return (try? Planner(pinned, limits: .brief))?.cost
    }

    private func sentence(_ choices: [Explanation.Choice]) -> String {
        if choices.count == 1 { return choices[0].sentence }
        let sites = Dictionary(grouping: choices, by: \.site).map { ($0.key, $0.value.count) }.sorted {
            ($1.1, $0.0) < ($0.1, $1.0)
        }
        let told = sites.prefix(4).map { "\($0.1) at \($0.0)" }.joined(separator: ", ")
        return "of \(choices.count) workloads, \(told), for $\(planner.cost.cents) in \(Durations.text(planner.finish))"
    }

    private func total(_ samples: SampleSet, _ choices: [Explanation.Choice]) -> Explanation.Total {
        let placements = planner.placements
        let lines = placements.map { placement in
            placement.option.staging.reduce(placement.option.lines) { $0 + compiled.staging[$1].lines }
        }
        var problem = compiled.problem
        problem.deadline = .infinity
        let (start, works, cost, chosen) = (compiled.startSecond, scenario.workloads, planner.cost.dollars, assignment)
        // By thread as many samples, so that each needs one copy of the problem.
        let drawn = Crew.shares(of: samples.count, atOnce: works.count >= Self.atOnce) { [problem] range in
            var problem = problem
            return range.map { sample in
                var money = cost
                for (index, placement) in placements.enumerated() {
                    let outcome = samples.outcome(
                        placement.option, works[index], .zero, lines[index], sample, startSecond: start)
                    money += outcome.dollars
                    problem.choices[index][chosen[index]].ready = outcome.ready
                    problem.choices[index][chosen[index]].work = outcome.work
                }
                return (dollars: money, seconds: problem.ends(chosen, sure: false).max() ?? 0)
            }
        }.flatMap(\.self)
        return Explanation.Total(
            money: planner.cost, shared: planner.cost - choices.reduce(.zero) { $0 + $1.money },
            seconds: planner.finish, bytes: planner.bytes,
            moneySpread: Percentile.spread(drawn.map(\.dollars)).map { Money(nearestDollars: max(0, $0)) },
            secondsSpread: Percentile.spread(drawn.map(\.seconds)))
    }
}

/// Times for people.
enum Durations {
    /// `40 s`, `12 min`, `3.5 h`, `12 days`.
    static func text(_ seconds: Double) -> String {
        if seconds < 1 { return "\(Quantity.decimal(seconds * 1000, places: 0)) ms" }
        if seconds < 120 { return "\(Quantity.decimal(seconds, places: 0)) s" }
        if seconds < 7200 { return "\(Quantity.decimal(seconds / 60, places: 0)) min" }
        if seconds < 172_800 { return "\(Quantity.decimal(seconds / 3600, places: 1)) h" }
        return "\(Quantity.decimal(seconds / 86_400, places: 1)) days"
    }
}
