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
        /// Whether all is moved as quickly as can be, whatever that costs.
        var isHasty = false

        /// The routes of all.
        var key: [String] { (results + [image].compactMap(\.self)).map(\.key) }
    }

    /// The ways to do these: cheaply, and where time counts and that is another way, quickly.
    func errandsOfAll(_ work: Scenario.Workload, _ site: Int, _ reasons: inout [String]) -> [Errands] {
        guard let cheap = errands(work, site, &reasons, isHasty: scenario.objective.aim == .time) else { return [] }
        guard planner.countsTime, scenario.objective.aim != .time, routes.hasSeveral,
            let quick = errands(work, site, &reasons, isHasty: true), quick.key != cheap.key || isRead(work)
        else { return [cheap] }
        return [cheap, quick]
    }

    /// What code and results of work at `site` take; nil where they may not or cannot go.
    private func errands(
        _ work: Scenario.Workload, _ site: Int, _ reasons: inout [String], isHasty: Bool
    ) -> Errands? {
        var out = Errands(isHasty: isHasty)
        if let image = work.image, let from = siteIndex[image.from], from != site {
            var why: [String] = []
            guard let plan = plan(image.size, from, site, [], &why, isHasty: isHasty) else {
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
            guard
                var plan = plan(MovePlan.whole(bytes), site, target, made, &reasons, isHasty: isHasty)
            else { return nil }
            let recurrence = work.recurrence()
            out.lines[.results] = out.lines[.results] + plan.lines(recurrence).total
            plan.recurrence = recurrence
            out.seconds = max(out.seconds, plan.seconds)
            out.bytes = MovePlan.sum(out.bytes, plan.bytes)
            out.results.append(plan)
        }
        return out
    }

    /// The cheapest way of what work made, or of its image, from one site to another, or the quickest.
    func plan(
        _ bytes: UInt64, _ from: Int, _ to: Int, _ labels: [String], _ reasons: inout [String], isHasty: Bool,
        writes: Bool = true
    ) -> MovePlan? { Self.pick(plans(bytes, from, to, labels, &reasons, writes: writes), isHasty: isHasty) }

    /// The ways of what work made, or of its image, from one site to another, the cheapest first.
    func plans(
        _ bytes: UInt64, _ from: Int, _ to: Int, _ labels: [String], _ reasons: inout [String], writes: Bool = true
    ) -> [MovePlan] {
        let objects = (bytes + (32 << 20) - 1) / (32 << 20)
        let parts = [MovePlanner.Part(bytes: bytes, plain: bytes, sites: [from], objects: objects)]
        let isRead = !writes && scenario.ways?.contains(.readRemotely) ?? true
        let found = planner.plans(parts, to: to, writes: writes) {
            policy.refusal($0, labels, isRead: isRead, isMade: true)
        }
        if found.plans.isEmpty {
            reasons.append(
                found.refusals.first?.reason
                    ?? "no link leads from \(scenario.sites[from].name) to \(scenario.sites[to].name)")
        }
        return found.plans
    }

    /// The first of ways by cost, or the quickest.
    static func pick(_ plans: [MovePlan], isHasty: Bool) -> MovePlan? {
        isHasty ? plans.min { $0.seconds < $1.seconds } : plans.first
    }

    /// One way of doing a workload at an offer, its data coming in the ways of `combination`.
    func option(
        _ work: Scenario.Workload, _ site: Int, _ offerIndex: Int, _ runtime: Double, _ combination: [DataWay],
        _ errands: Errands, after first: PlacementOption.FirstPart? = nil
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
            out.stagedAgain = max(out.stagedAgain, way.again)
            if let plan = way.plan {
                if way.isStream || work.overlaps { out.streams.append(plan) } else { out.moves.append(plan) }
            }
        }
        out.first = first
        out.isHasty = errands.isHasty
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
        let staged = out.staged(after: out.first?.ready() ?? 0, \.seconds)
        let after = work.queuesAfterStaging
        out.ready = after ? staged : max(staged, offer.queue)
        out.work = (after ? offer.queue : 0) + out.working + errands.seconds
        (out.sureReady, out.sureWork) = (out.ready, out.work)
        guard let q = scenario.confidence(work) else { return }
        let z = Normal.quantile(q)
        let start = planner.startSecond
        let sureFirst = out.first.map { sureRun($0.seconds, $0.spot, work, q) + Self.queue($0.queue, $0.queueP90, z) }
        let sureStaged = out.staged(after: sureFirst ?? 0) { [error = out.error] in
            $0.sureSeconds(q, startSecond: start, error: error)
        }
        let sureStreamed = out.streams.map { $0.sureSeconds(q, startSecond: start, error: out.error) }.max() ?? 0
        let queue = Self.queue(offer.queue, offer.queueP90, z)
        let sureResults = errands.results.map { $0.sureSeconds(q, startSecond: nil, error: 0) }.max() ?? 0
        out.sureReady = after ? sureStaged : max(sureStaged, queue)
        let run = sureRun(out.plainWork, out.spot, work, q)
        out.sureWork = (after ? queue : 0) + max(run, sureStreamed) + sureResults
    }

    /// Seconds that a run of so many in the middle takes in a share `q` of cases.
    private func sureRun(_ seconds: Double, _ spot: Scenario.Spot?, _ work: Scenario.Workload, _ q: Double) -> Double {
        let longest = seconds * (1 + max(0, Normal.quantile(q)) * work.variation)
        return spot.map { max(longest, Interruptions($0, expected: longest).seconds(within: q)) } ?? longest
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
        var grams = offer.power * working / 3600 * Double(work.machines) * (carbon ?? 0)
        if let first = out.first {
            lines[.compute] = lines[.compute] + first.price.cost(seconds: first.billed) * work.machines
            grams += first.energy * Double(work.machines) * (first.carbon ?? 0)
        }
        out.carbon = grams * work.runs
        if let price = scenario.carbonPrice, grams > 0 {
            lines[.carbon] = Money(nearestDollars: Double(price.picos) / 1e12 * grams / 1e6)
        }
        out.lines += lines.times(work.runs)
        if work.hourValue > .zero {
            out.again = out.work + (work.queuesAfterStaging ? out.stagedAgain : max(out.stagedAgain, out.queue.middle))
            out.lines[.waiting] = work.hourValue.cost(seconds: out.ready + out.work + (work.runs - 1) * out.again)
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
