internal import Model

extension OptionBuilder {
    /// Adds the ways of doing a part of a workload where all its data is, and the rest at `site`.
    func addSplits(_ work: Scenario.Workload, _ site: Int, _ out: inout [PlacementOption]) {
        guard let split = work.split, scenario.ways?.contains(.split) ?? true else { return }
        let place = scenario.sites[site]
        let reduced = scenario.policy.derived(split.derive, from: labels.read(by: work))
        for verb in [PolicyVerb.store, .process]
        where scenario.policy.denial(verb, of: reduced, at: place.name, place.attributes) != nil { return }
        let reads = work.reads.compactMap { read in datasetIndex[read.name].map { (read, scenario.datasets[$0]) } }
        let bytes =
            reads.map { Double($1.size) * $0.portion(of: $1) * $1.ratio }.reduce(0, +) * split.keeps
            * (1 + scenario.overhead)
        guard !reads.isEmpty, reads.count == work.reads.count else { return }
        for other in scenario.sites.indices where other != site {
            let there = scenario.sites[other]
            guard reads.allSatisfy({ missing($1, other, $0).isEmpty }),
                scenario.policy.denial(.process, of: labels.read(by: work), at: there.name, there.attributes) == nil
            else { continue }
            var reasons: [String] = []
            let found = plans(MovePlan.whole(bytes), other, site, reduced, &reasons)
            guard let cheap = Self.pick(found, isHasty: false),
                let quick = Self.pick(found, isHasty: planner.countsTime)
            else { continue }
            let errands = errandsOfAll(work, site, &reasons)
            for first in firstParts(work, split, other) {
                for (index, offer) in place.offers.enumerated() {
                    guard let runtime = runtime(work, offer, place.name, &reasons) else { continue }
                    for plan in cheap.key == quick.key ? [cheap] : [cheap, quick] {
                        for errands in errands {
                            out.append(
                                splitOption(work, site, index, runtime * (1 - split.share), first, plan, errands))
                        }
                    }
                }
            }
        }
    }

    /// The offers of a site for a part of a workload, of which none costs as much as another and takes as long.
    private func firstParts(
        _ work: Scenario.Workload, _ split: Scenario.Split, _ site: Int
    ) -> [PlacementOption.FirstPart] {
        let there = scenario.sites[site]
        var reasons: [String] = []
        let all = there.offers.compactMap { offer in
            runtime(work, offer, there.name, &reasons).map { seconds in
                let part = seconds * split.share
                return PlacementOption.FirstPart(
                    site: site, price: offer.price.price ?? .zero, seconds: part,
                    billed: max(part, offer.minimumBilling), queue: offer.queue, queueP90: offer.queueP90,
                    spot: offer.spot, energy: offer.power * part / 3600, carbon: there.carbon)
            }
        }
        // Carbon is another price of the same machines.
        let sorted = all.sorted { (cost($0), $0.ready()) < (cost($1), $1.ready()) }
        guard planner.countsTime else { return Array(sorted.prefix(1)) }
        var out: [PlacementOption.FirstPart] = []
        for part in sorted where out.allSatisfy({ $0.ready() > part.ready() }) { out.append(part) }
        return out
    }

    private func cost(_ part: PlacementOption.FirstPart) -> Double {
        let grams = part.energy * (part.carbon ?? 0)
        let carbon = Double(scenario.carbonPrice?.picos ?? 0) / 1e12 * grams / 1e6
        return part.price.cost(seconds: part.billed).dollars + carbon
    }

    /// What is left of the first part travels for each run.
    private func splitWay(_ work: Scenario.Workload, _ plan: MovePlan) -> DataWay {
        let recurrence = work.recurrence()
        var way = DataWay(way: .split, plan: plan, lines: plan.lines(recurrence))
        way.plan?.recurrence = recurrence
        return way
    }

    private func splitOption(
        _ work: Scenario.Workload, _ site: Int, _ index: Int, _ rest: Double, _ first: PlacementOption.FirstPart,
        _ plan: MovePlan, _ errands: Errands
    ) -> PlacementOption {
        var way = splitWay(work, plan)
        way.again = first.ready() + plan.seconds
        var out = option(work, site, index, rest, [way], errands, after: first)
        out.detail = "\(plan.name) after the first part at \(scenario.sites[first.site].name)"
        return out
    }
}
