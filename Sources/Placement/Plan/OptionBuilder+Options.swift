internal import Model

extension OptionBuilder {
    /// What work needs at a site besides its data: its code brought there, its results brought where they must be.
    struct Errands {
        /// For all runs.
        var lines = CostLines()
        /// Of the results of one run.
        var seconds = 0.0
        /// Bytes of the results of one run.
        var bytes: UInt64 = 0
        /// The moves of the results.
        var results: [MovePlan] = []
        /// The move of the code; nil where it is there.
        var image: MovePlan?
    }

    /// How sure deadlines of a workload are to be kept; nil for by the middle.
    func confidence(_ work: Scenario.Workload) -> Double? { work.confidence ?? scenario.objective.confidence }

    /// What code and results of work at `site` take; nil where they may not or cannot go.
    func errands(_ work: Scenario.Workload, _ site: Int, _ reasons: inout [String]) -> Errands? {
        var out = Errands()
        if let image = work.image, let from = siteIndex[image.from], from != site {
            var why: [String] = []
            guard let plan = cheapest(image.size, from, site, [], &why) else {
                reasons.append("its image cannot come: " + (why.first ?? "there is no way"))
                return nil
            }
            out.lines[.image] = plan.lines.total
            out.image = plan
        }
        for output in work.outputs {
            guard let name = output.to, let target = siteIndex[name], target != site else { continue }
            let made = labels.labels["\(work.name).\(output.name)"] ?? []
            let place = scenario.sites[target]
            if let denial = scenario.policy.denial(.store, of: made, at: name, place.attributes) {
                reasons.append(denial.sentence)
                return nil
            }
            let bytes = (Double(output.size) * output.ratio * (1 + scenario.overhead)).rounded()
            guard var plan = cheapest(UInt64(min(bytes, 0x1p62)), site, target, made, &reasons) else { return nil }
            let recurrence = work.recurrence()
            out.lines[.results] = out.lines[.results] + plan.lines(recurrence).total
            plan.recurrence = recurrence
            out.seconds = max(out.seconds, plan.seconds)
            out.bytes = MovePlan.sum(out.bytes, plan.bytes)
            out.results.append(plan)
        }
        return out
    }

    /// The cheapest way of some bytes from one site to another; where the aim is time, the quickest.
    func cheapest(_ bytes: UInt64, _ from: Int, _ to: Int, _ labels: [String], _ reasons: inout [String]) -> MovePlan? {
        let objects = (bytes + (32 << 20) - 1) / (32 << 20)
        let parts = [MovePlanner.Part(bytes: bytes, plain: bytes, sites: [from], objects: objects)]
        let found = planner.plans(parts, to: to, writes: true) { [scenario] in RouteTable.refusal($0, labels, scenario)
        }
        if found.plans.isEmpty {
            reasons.append(
                found.refusals.first?.reason
                    ?? "no link leads from \(scenario.sites[from].name) to \(scenario.sites[to].name)")
        }
        return scenario.objective.aim == .time ? found.plans.min { $0.seconds < $1.seconds } : found.plans.first
    }

    /// One way of doing a workload at an offer, its data coming in the ways of `combination`.
    func option(
        _ work: Scenario.Workload, _ site: Int, _ offerIndex: Int, _ runtime: Double, _ combination: [DataWay],
        _ errands: Errands
    ) -> PlacementOption {
        let offer = scenario.sites[site].offers[offerIndex]
        let main = combination.filter { $0.way != .runAtData }.max { $0.cost < $1.cost }
        var out = PlacementOption(
            site: site, offer: offerIndex, way: main?.way ?? .runAtData, detail: Self.detail(combination))
        for way in combination {
            out.lines += way.lines
            if let shared = way.staging {
                out.staging.append(shared)
            } else if let plan = way.plan {
                out.bytes = MovePlan.sum(out.bytes, plan.bytes)
                out.own.append(plan)
            }
            out.bytes = MovePlan.sum(out.bytes, way.laterBytes)
            out.error = max(out.error, way.error)
            if let plan = way.plan {
                if way.isStream || work.overlaps { out.streams.append(plan) } else { out.moves.append(plan) }
            }
        }
        out.plainWork = runtime
        out.spot = offer.spot
        out.queue = (offer.queue, offer.queueP90)
        if let image = errands.image {
            out.bytes = MovePlan.sum(out.bytes, image.bytes)
            out.moves.append(image)
            out.own.append(image)
            out.image = image
        }
        out.lines += errands.lines
        out.returned = errands.results
        out.bytes = MovePlan.sum(out.bytes, MovePlan.whole(Double(errands.bytes) * work.runs))
        time(work, offer, errands, &out)
        price(work, offer, site, offer.price.price ?? .zero, scenario.sites[site].carbon, &out)
        return out
    }

    private func time(
        _ work: Scenario.Workload, _ offer: Scenario.Offer, _ errands: Errands, _ out: inout PlacementOption
    ) {
        let staged = out.moves.map(\.seconds).max() ?? 0
        let after = work.queuesAfterStaging
        out.ready = after ? staged : max(staged, offer.queue)
        out.work = (after ? offer.queue : 0) + out.working + errands.seconds
        (out.sureReady, out.sureWork) = (out.ready, out.work)
        guard let q = confidence(work) else { return }
        let z = Normal.quantile(q)
        let start = planner.startSecond
        let sureStaged = out.moves.map { $0.sureSeconds(q, startSecond: start, error: out.error) }.max() ?? 0
        let sureStreamed = out.streams.map { $0.sureSeconds(q, startSecond: start, error: out.error) }.max() ?? 0
        let queue = Self.queue(offer.queue, offer.queueP90, z)
        let sureResults = errands.results.map { $0.sureSeconds(q, startSecond: nil, error: 0) }.max() ?? 0
        out.sureReady = after ? sureStaged : max(sureStaged, queue)
        let longest = out.plainWork * (1 + max(0, z) * work.variation)
        let run = out.spot.map { max(longest, Interruptions($0, expected: longest).seconds(within: q)) } ?? longest
        out.sureWork = (after ? queue : 0) + max(run, sureStreamed) + sureResults
    }

    /// Seconds for a slot `z` standard deviations off the middle, ln-normal through the middle and the ninth decile.
    static func queue(_ middle: Double, _ p90: Double, _ z: Double) -> Double {
        guard middle > 0, p90 > middle else { return p90 > middle && z > 0 ? p90 * z / Normal.z90 : middle }
        return middle * Normal.exp(z * Normal.log(p90 / middle) / Normal.z90)
    }

    /// Machines, carbon and the value of time, for all runs.
    private func price(
        _ work: Scenario.Workload, _ offer: Scenario.Offer, _ site: Int, _ hour: Price, _ carbon: Double?,
        _ out: inout PlacementOption
    ) {
        let working = out.working
        let billed = max(working, offer.minimumBilling)
        out.hour = Price(picos: hour.picos.multipliedReportingOverflow(by: Int64(work.machines)).partialValue)
        var lines = CostLines()
        lines[.compute] = hour.cost(seconds: billed) * work.machines
        if let carbon {
            let grams = offer.power * working / 3600 * Double(work.machines) * carbon
            out.carbon = grams * work.runs
            if let price = scenario.carbonPrice {
                lines[.carbon] = Money(nearestDollars: Double(price.picos) / 1e12 * grams / 1e6)
            }
        }
        out.lines += lines.times(work.runs)
        if work.hourValue > .zero {
            let repeats = (work.runs - 1) * (out.queue.middle + out.work)
            out.lines[.waiting] = work.hourValue.cost(seconds: out.ready + out.work + repeats)
        }
    }

    /// The same, begun later.
    func waiting(
        _ base: PlacementOption, _ work: Scenario.Workload, _ offer: Scenario.Offer, _ later: Scenario.Later,
        _ site: Int
    ) -> PlacementOption {
        var out = base
        out.wait = later.wait
        out.ready = max(base.ready, later.wait)
        out.sureReady = max(base.sureReady, later.wait)
        for line in [CostLine.compute, .carbon, .waiting] { out.lines[line] = .zero }
        price(
            work, offer, site, later.price ?? offer.price.price ?? .zero, later.carbon ?? scenario.sites[site].carbon,
            &out)
        return out
    }

    private static func detail(_ combination: [DataWay]) -> String {
        let names = combination.compactMap { $0.plan?.name }
        return Array(Set(names)).sorted().joined(separator: "; ")
    }
}

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
            guard let plan = cheapest(UInt64(min(bytes, 0x1p62)), other, site, reduced, &reasons),
                let errands = errands(work, site, &reasons)
            else { continue }
            let first = there.offers.compactMap { offer in
                runtime(work, offer, there.name, &reasons).map { (offer: offer, seconds: $0 * split.share) }
            }.min { cost($0.offer, $0.seconds) < cost($1.offer, $1.seconds) }
            guard let first else { continue }
            for (index, offer) in place.offers.enumerated() {
                guard let runtime = runtime(work, offer, place.name, &reasons) else { continue }
                out.append(
                    splitOption(
                        work, site, index, runtime * (1 - split.share), (other, first.offer, first.seconds), plan,
                        errands))
            }
        }
    }

    private func cost(_ offer: Scenario.Offer, _ seconds: Double) -> Money {
        (offer.price.price ?? .zero).cost(seconds: max(seconds, offer.minimumBilling))
    }

    /// What is left of the first part travels for each run.
    private func splitWay(_ work: Scenario.Workload, _ plan: MovePlan) -> DataWay {
        let recurrence = work.recurrence()
        var way = DataWay(way: .split, plan: plan, lines: plan.lines(recurrence))
        way.plan?.recurrence = recurrence
        return way
    }

    private func splitOption(
        _ work: Scenario.Workload, _ site: Int, _ index: Int, _ rest: Double,
        _ first: (site: Int, offer: Scenario.Offer, seconds: Double), _ plan: MovePlan, _ errands: Errands
    ) -> PlacementOption {
        var out = option(
            work, site, index, rest, [splitWay(work, plan)], errands)
        let name = scenario.sites[first.site].name
        out.detail = "\(plan.name) after the first part at \(name)"
        out.first = .init(site: first.site, price: first.offer.price.price ?? .zero, seconds: first.seconds)
        var lines = CostLines()
        lines[.compute] = cost(first.offer, first.seconds) * work.machines
        out.lines += lines.times(work.runs)
        // What travels is made first.
        let made = first.offer.queue + first.seconds
        out.ready = max(out.queue.middle, made + plan.seconds)
        let grow =
            out.sureReady > 0 && out.ready > 0 ? max(1, out.sureReady / max(out.queue.middle, plan.seconds, 1e-9)) : 1
        out.sureReady = out.ready * min(grow, 10)
        return out
    }
}
