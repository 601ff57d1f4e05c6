internal import Model

/// Tariffs under which moves of one decision are billed together: a free allowance counts once, and tiers go on.
///
/// Links of one entry of the price book share it, and so do all moves over one link. Their bytes of the first month are
/// billed as one sum, from the largest month-to-date of these links on, which no order changes. A tariff of one price for
/// all bytes that there can be is left out: there sums are what their parts are.
struct SharedTariffs {
    /// What the solver prices as one sum.
    private(set) var meters: [SharedMeter] = []
    private let scenario: Scenario
    private let monthLeft: Double?
    /// The tariff of each link, as a number of `links`.
    private let tariff: [Int]
    /// The links of each tariff.
    private let links: [[Int]]
    /// The meter of each tariff; negative for none.
    private var meter: [Int]

    /// The tariffs of all moves that `options`, by workload, and shared `staging` can make.
    init(_ scenario: Scenario, _ options: [[[MovePlan]]], _ staging: [MovePlan], _ monthLeft: Double?) {
        self.scenario = scenario
        self.monthLeft = monthLeft
        var numbers: [String: Int] = [:]
        var tariff: [Int] = []
        var links: [[Int]] = []
        for link in scenario.links.indices {
            let name = Self.name(scenario, link)
            let number = numbers[name] ?? links.count
            if number == links.count { links.append([]) }
            numbers[name] = number
            links[number].append(link)
            tariff.append(number)
        }
        (self.tariff, self.links) = (tariff, links)
        meter = links.map { _ in -1 }
        var most: [Int: UInt64] = [:]
        for workload in options {
            var largest: [Int: UInt64] = [:]
            for plans in workload { largest.merge(amounts(plans)) { max($0, $1) } }
            most.merge(largest, uniquingKeysWith: Self.sum)
        }
        for plan in staging { most.merge(amounts([plan]), uniquingKeysWith: Self.sum) }
        for (name, number) in numbers.sorted(by: { $0.key < $1.key }) {
            if let bytes = most[number] { open(number, name, upTo: bytes) }
        }
    }

    private mutating func open(_ number: Int, _ name: String, upTo most: UInt64) {
        guard let schedule = scenario.links[links[number][0]].tariff.schedule else { return }
        let seen = links[number].map { scenario.links[$0].monthToDate }
        let start = seen.max() ?? 0
        let edges = schedule.edges.filter { $0 > start }.map { $0 - start }
        guard edges.contains(where: { $0 < most }) || seen.contains(where: { $0 != start }) else { return }
        meter[number] = meters.count
        meters.append(SharedMeter(name: name, edges: edges) { schedule.cost($0, monthToDate: start).micros })
    }

    /// What `plans` use of them, each priced as by itself.
    func uses(_ plans: [MovePlan]) -> [SharedMeter.Use] {
        guard !meters.isEmpty else { return [] }
        return crossings(plans).compactMap { link, bytes in
            let at = meter[tariff[link]]
            guard at >= 0, let schedule = scenario.links[link].tariff.schedule else { return nil }
            return SharedMeter.Use(
                meter: at, amount: bytes,
                single: schedule.cost(bytes, monthToDate: scenario.links[link].monthToDate).micros)
        }
    }

    /// The bytes of `plans` by tariff.
    private func amounts(_ plans: [MovePlan]) -> [Int: UInt64] {
        var out: [Int: UInt64] = [:]
        for (link, bytes) in crossings(plans) { out[tariff[link]] = Self.sum(out[tariff[link]] ?? 0, bytes) }
        return out
    }

    /// What crosses which link in the first month.
    private func crossings(_ plans: [MovePlan]) -> [(link: Int, bytes: UInt64)] {
        plans.flatMap { plan in
            plan.parts.flatMap { part in
                part.route.legs.filter { $0.link >= 0 }.map { ($0.link, plan.inFirstMonth(part, monthLeft)) }
            }
        }.filter { $0.1 > 0 }
    }

    /// The tariffs that have tiers within what a scenario can move, by link; none where there is but one thing to be moved, and
    /// that once.
    static func tiered(_ scenario: Scenario) -> [Int: String] {
        let outputs = scenario.workloads.reduce(0) { $0 + $1.outputs.count }
        let isOnce = scenario.workloads.allSatisfy { $0.runs <= 1 && $0.reads.allSatisfy { $0.passes <= 1 } }
        guard !isOnce || scenario.datasets.count + scenario.workloads.count + outputs > 2 else { return [:] }
        let most = mostInMonth(scenario)
        var out: [Int: String] = [:]
        for (index, link) in scenario.links.enumerated() {
            guard let schedule = link.tariff.schedule else { continue }
            let reach = sum(link.monthToDate, most)
            if schedule.edges.contains(where: { $0 > link.monthToDate && $0 < reach }) {
                out[index] = name(scenario, index)
            }
        }
        return out
    }

    /// More than moves of a month can have, whatever is decided.
    static func mostInMonth(_ scenario: Scenario) -> UInt64 {
        let work = scenario.workloads
        let made = work.flatMap(\.outputs).reduce(0.0) { $0 + Double($1.size) }
        let all = scenario.datasets.reduce(made) { $0 + Double($1.size) } * (1 + scenario.overhead)
        let often = work.map { max(1, $0.runsPerMonth ?? 1) * max(1, $0.reads.map(\.passes).max() ?? 1) }.max() ?? 1
        return UInt64(min(all * often * Double(max(1, work.count)), 0x1p62))
    }

    private static func sum(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }

    private static func name(_ scenario: Scenario, _ link: Int) -> String {
        scenario.links[link].tariff.name ?? "\(scenario.links[link].from) -> \(scenario.links[link].to)"
    }
}
