internal import Model

extension OptionBuilder {
    /// A workload may have so many options at one offer where all are taken as they are.
    static let optionsMax = 64
    /// Where tiers are shared, so many of those of which none is better than another for certain.
    static let openOptionsMax = 256

    /// All combinations of ways of several datasets; where there are too many, those of which none is better than another for
    /// certain, and where these are too many, the best of them by each of several measures.
    func combinations(_ ways: [[DataWay]], _ work: Scenario.Workload) -> [[DataWay]] {
        let count = ways.reduce(1) { min($0 * max(1, $1.count), Self.optionsMax + 1) }
        guard count > Self.optionsMax else {
            return ways.reduce([[]]) { heads, all in heads.flatMap { head in all.map { head + [$0] } } }
        }
        var open = [Combination()]
        for all in ways {
            let next = open.flatMap { head in all.map { add($0, to: head, work) } }
            open = []
            for one in Self.best(2 * openMax, of: next).sorted(by: { $0.alone < $1.alone })
            where !open.contains(where: { isBetter($0, one) }) { open.append(one) }
            open = Self.best(openMax, of: open)
        }
        return open.map(\.ways)
    }

    /// The cheapest by themselves, with copies that others pay, and with others by whom tiers are cheapest; and the quickest.
    private static func best(_ count: Int, of all: [Combination]) -> [Combination] {
        guard all.count > count else { return all }
        var out = Set<Int>()
        for measure in [\.alone, \.besideCopies, \.least, \.seconds] as [KeyPath<Combination, Double>] {
            let order = all.indices.sorted { (all[$0][keyPath: measure], $0) < (all[$1][keyPath: measure], $1) }
            out.formUnion(order.prefix(count / 4))
        }
        return out.sorted().map { all[$0] }
    }

    /// So many can be told apart at each offer of `scenario`.
    static func openMax(_ scenario: Scenario, isTiered: Bool) -> Int {
        guard isTiered else { return optionsMax }
        let offers = scenario.sites.reduce(0) { $0 + $1.offers.count }
        // Tables of pairs have the square of them.
        let all = scenario.isIndependent ? 65_536 / max(1, scenario.workloads.count) : 1_024
        return max(optionsMax, min(openOptionsMax, all / max(1, offers)))
    }

    /// Ways of some datasets together.
    private struct Combination {
        var ways: [DataWay] = []
        /// What they cost, and use of tariffs that others may use.
        var cost: CostSpan.Cost = (0, [])
        /// The same with copies that others can share.
        var alone = 0.0
        /// The same where a byte costs no more than the cheapest of its tariff.
        var least = 0.0
        var copies: Set<Int> = []
        /// How far bytes may be off, and how long work waits for what it needs first, and goes on at least.
        var times: [Double] = []

        var besideCopies: Double { Double(cost.cost) }
        var seconds: Double { times.dropFirst().max() ?? 0 }
    }

    private func add(_ way: DataWay, to head: Combination, _ work: Scenario.Workload) -> Combination {
        var out = head
        out.ways.append(way)
        out.alone += Double(way.cost.micros)
        out.cost.cost += way.lines.total.micros
        var cost: CostSpan.Cost = (0, [])
        if let copy = way.staging {
            out.copies.insert(copy)
            cost = planner.tiered.cost(staging[copy].lines.total, staging[copy].plan, monthLeft: planner.monthLeft)
        } else if let plan = way.plan {
            cost = planner.tiered.cost(way.lines.total, plan, monthLeft: planner.monthLeft)
            out.cost.uses += cost.uses
        }
        out.least += planner.tiered.span.least(cost)
        let isStream = way.isStream || work.overlaps
        let sure = scenario.confidence(work).map { q in
            way.plan?.sureSeconds(q, startSecond: planner.startSecond, error: way.error) ?? 0
        }
        let staged = planner.countsTime ? [way.seconds, sure ?? 0] : [0, 0]
        let times = [way.error] + (isStream ? [0, 0, way.seconds, sure ?? 0] : staged + [0, 0])
        out.times = head.times.isEmpty ? times : zip(head.times, times).map { max($0, $1) }
        return out
    }

    private func isBetter(_ a: Combination, _ b: Combination) -> Bool {
        a.copies.isSubset(of: b.copies) && planner.tiered.span.most(a.cost, over: b.cost) <= 0
            && zip(a.times, b.times).allSatisfy { $0 <= $1 }
    }
}
