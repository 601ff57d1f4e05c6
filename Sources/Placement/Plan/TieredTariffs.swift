internal import Model

/// The tariffs whose tiers count in what a scenario can move, and by which plans can cost others less or more than alone.
struct TieredTariffs: Sendable {
    /// Within which a byte of each is priced, wherever in the month it is.
    let span: CostSpan
    /// The number of each link's tariff; none for those of one price.
    private let numbers: [Int: Int]

    init(_ scenario: Scenario) {
        let names = SharedTariffs.tiered(scenario)
        let most = SharedTariffs.mostInMonth(scenario)
        // What recurs, or crosses the end of a month, meets tiers from their beginning.
        let isOnce = scenario.start == nil && scenario.workloads.allSatisfy { $0.runs <= 1 }
        var numbers: [Int: Int] = [:]
        var slopes: [ClosedRange<Double>] = []
        for (_, links) in Dictionary(grouping: names, by: \.value).sorted(by: { $0.key < $1.key }) {
            for link in links { numbers[link.key] = slopes.count }
            let ranges = links.map { scenario.links[$0.key] }.compactMap { link in
                link.tariff.schedule.map {
                    let (end, overflow) = link.monthToDate.addingReportingOverflow(most)
                    return $0.slopes(from: isOnce ? link.monthToDate : 0, to: overflow ? .max : end)
                }
            }
            let (low, high) = (ranges.map(\.lowerBound).min() ?? 0, ranges.map(\.upperBound).max() ?? 0)
            slopes.append(low...high)
        }
        (self.numbers, span) = (numbers, CostSpan(slopes: slopes))
    }

    /// Whether there are any.
    var isEmpty: Bool { numbers.isEmpty }

    /// Those that a route uses.
    func used(by route: Route) -> Set<Int> { isEmpty ? [] : Set(route.legs.compactMap { numbers[$0.link] }) }

    /// What a plan costs, `total` as often as it is made, and what it uses of them.
    func cost(_ total: Money, _ plan: MovePlan, monthLeft: Double?) -> CostSpan.Cost {
        guard !isEmpty else { return (total.micros, []) }
        let uses = plan.parts.flatMap { part in
            part.route.legs.compactMap { leg -> SharedMeter.Use? in
                guard let meter = numbers[leg.link] else { return nil }
                return SharedMeter.Use(
                    meter: meter, amount: MovePlan.times(part.bytes, plan.recurrence.total),
                    single: plan.egress(part, leg, monthLeft: monthLeft).micros)
            }
        }
        return (total.micros, uses)
    }
}
