internal import Model

/// How one dataset comes to a workload at a site.
struct DataWay {
    /// In words.
    var way: PlacementOption.Way
    /// Who sends what; nil where all is there.
    var plan: MovePlan?
    /// What it costs for all runs, shared staging not counted.
    var lines = CostLines()
    /// What is shared.
    var staging: Int?
    /// What shared staging costs if nobody else needs it, for comparing.
    var stagingCost = Money.zero
    /// Whether work goes on meanwhile.
    var isStream = false
    /// Bytes of later runs.
    var laterBytes: UInt64 = 0
    /// How far the bytes may be off.
    var error = 0.0

    var cost: Money { lines.total + stagingCost }
    var seconds: Double { plan?.seconds ?? 0 }
}

/// Ways of a dataset, or why there are none.
struct DataWays {
    var ways: [DataWay] = []
    var reasons: [String] = []
    var denial: Denial?

    func rejection(_ site: String) -> Rejection {
        Rejection(
            site: site, reason: denial?.sentence ?? reasons.first ?? "there is no way to bring the data there",
            denial: denial)
    }
}

extension OptionBuilder {
    /// The parts of a dataset that a site lacks, as they would travel.
    func missing(_ dataset: Scenario.Dataset, _ site: Int, share: Double) -> [MovePlanner.Part] {
        let name = scenario.sites[site].name
        return dataset.presence.filter { !$0.sites.contains(name) && $0.share > 0 }.map { part in
            let plain = Double(dataset.size) * part.share * share
            let wire = (plain * dataset.ratio * (1 + scenario.overhead)).rounded()
            return MovePlanner.Part(
                bytes: UInt64(min(wire, 0x1p62)), sites: part.sites.compactMap { siteIndex[$0] },
                objects: UInt64((plain / Double(dataset.object)).rounded(.up)))
        }
    }

    /// How a dataset can come to a workload at a site.
    mutating func dataWays(_ work: Scenario.Workload, _ read: Scenario.Read, _ index: Int, _ site: Int) -> DataWays {
        let dataset = scenario.datasets[index]
        let lacking = missing(dataset, site, share: 1).filter { $0.bytes > 0 }
        var out = DataWays()
        guard !lacking.isEmpty else {
            out.ways = [local(work, dataset, site)]
            return out
        }
        let place = scenario.sites[site]
        let allowed = { [scenario] (route: Route) in RouteTable.refusal(route, dataset.labels, scenario) }
        out.denial = scenario.policy.denial(.store, of: dataset.labels, at: place.name, place.attributes)
        if out.denial == nil {
            let all = plans("\(index) \(site) whole") { $0.plans(lacking, to: site, writes: true, allowed: allowed) }
            out.reasons += all.reasons
            for plan in all.plans { out.ways += staged(work, dataset, index, site, plan) }
            if read.share < 1 {
                let some = missing(dataset, site, share: read.share).filter { $0.bytes > 0 }
                let found = plans("\(index) \(site) \(read.share)") {
                    $0.plans(some, to: site, writes: true, allowed: allowed)
                }
                for plan in found.plans {
                    out.ways.append(lazily(work, read, index, site, plan))
                }
            }
        }
        let streamed = missing(dataset, site, share: read.share).filter { $0.bytes > 0 }
        let remote = plans("\(index) \(site) \(read.share) remote") {
            $0.plans(streamed, to: site, writes: false, allowed: allowed)
        }
        if out.reasons.isEmpty { out.reasons += remote.reasons }
        for plan in remote.plans where plan.parts.allSatisfy({ $0.route.capacity == nil && $0.route.delay == 0 }) {
            out.ways.append(remotely(work, read, dataset, plan, streamed))
        }
        if let wanted = scenario.ways { out.ways.removeAll { !wanted.contains($0.way) } }
        if !out.ways.isEmpty { out.denial = nil }
        return out
    }

    /// All is there; what changes from run to run is taken to arrive by itself.
    private func local(_ work: Scenario.Workload, _ dataset: Scenario.Dataset, _ site: Int) -> DataWay {
        DataWay(way: .runAtData)
    }

    /// The whole is brought: to be kept for all runs, and where there are several, to be dropped after each.
    private mutating func staged(
        _ work: Scenario.Workload, _ dataset: Scenario.Dataset, _ index: Int, _ site: Int, _ plan: MovePlan
    ) -> [DataWay] {
        var ways: [DataWay] = []
        let renewal = renewal(dataset, plan)
        if let lines = kept(work, index, site, plan, renewal) {
            var kept = plan
            kept.inFirstMonth = work.recurrence(share: renewal).first
            let shared = share(
                SharedStaging(
                    key: "\(index) \(site) \(plan.name) \(work.runs) \(work.months)", dataset: index, site: site,
                    plan: kept, lines: lines, error: dataset.error))
            var way = DataWay(way: .stage, plan: plan, staging: shared, stagingCost: lines.total)
            way.error = dataset.error
            way.laterBytes = UInt64(Double(plan.bytes) * renewal * (work.runs - 1))
            ways.append(way)
        }
        if work.runs > 1 {
            let recurrence = work.recurrence()
            var way = DataWay(way: .stageOnce, plan: plan, lines: plan.lines(recurrence))
            way.plan?.inFirstMonth = recurrence.first
            way.lines[.storage] =
                shortKeeping(work, index, plan, site).map {
                    way.lines[.storage] + Money(nearestDollars: $0.dollars * work.runs)
                } ?? way.lines[.storage]
            way.error = dataset.error
            way.laterBytes = UInt64(Double(plan.bytes) * (work.runs - 1))
            ways.append(way)
        }
        return ways
    }

    /// What is read is brought, and kept for later runs.
    private mutating func lazily(
        _ work: Scenario.Workload, _ read: Scenario.Read, _ index: Int, _ site: Int, _ plan: MovePlan
    ) -> DataWay {
        let dataset = scenario.datasets[index]
        let renewal = renewal(dataset, plan) * read.share
        var way = DataWay(way: .stageLazily, plan: plan, lines: kept(work, index, site, plan, renewal) ?? plan.lines)
        way.plan?.inFirstMonth = work.recurrence(share: renewal).first
        way.error = dataset.error
        way.laterBytes = UInt64(Double(plan.bytes) * renewal * (work.runs - 1))
        return way
    }

    /// What each later run brings, as a share of what `plan` brings at first: of the whole dataset that is new with each run,
    /// wherever the rest of it lay before.
    private func renewal(_ dataset: Scenario.Dataset, _ plan: MovePlan) -> Double {
        let whole = Double(dataset.size) * dataset.ratio * (1 + scenario.overhead)
        return plan.stored == 0 ? 0 : dataset.churn * whole / Double(plan.stored)
    }

    private func remotely(
        _ work: Scenario.Workload, _ read: Scenario.Read, _ dataset: Scenario.Dataset, _ plan: MovePlan,
        _ parts: [MovePlanner.Part]
    ) -> DataWay {
        var plan = plan
        // Each object is asked for, so many at once; every pass asks again.
        let trip = plan.parts.map { $0.route.legs.map(\.roundTrip).reduce(0, +) }.max() ?? 0
        let objects = parts.reduce(0) { $0 + $1.objects }
        plan.repeats = read.passes
        plan.extra = Double(objects) * read.passes * trip / Self.remoteRequests
        plan.seconds = plan.seconds * plan.repeats + plan.extra
        let recurrence = work.recurrence(passes: read.passes)
        let lines = plan.lines(recurrence)
        plan.lines = plan.lines(Recurrence(first: read.passes))
        plan.inFirstMonth = recurrence.first
        var way = DataWay(way: .readRemotely, plan: plan, lines: lines, isStream: true)
        way.error = dataset.error
        way.laterBytes = UInt64(Double(plan.bytes) * (work.runs * read.passes - 1))
        return way
    }

    /// What bringing a copy, keeping it and keeping it fresh costs; nil where the price of keeping is unknown.
    private mutating func kept(
        _ work: Scenario.Workload, _ index: Int, _ site: Int, _ plan: MovePlan, _ renewal: Double
    ) -> CostLines? {
        let storage = scenario.sites[site].storage ?? Scenario.Storage()
        guard let schedule = storage.tariff.schedule else { return nil }
        var lines = plan.lines(work.recurrence(share: renewal))
        // A copy for one run is kept as long as that, of all who may share it the longest, and as must be paid.
        let months = work.runsPerMonth == nil ? longestRun(index, site) / 3600 / 730 : work.months
        let held = max(months, storage.minimumDays * 24 / 730)
        let month = schedule.cost(plan.stored, monthToDate: storage.stored)
        lines[.storage] = lines[.storage] + Money(nearestDollars: month.dollars * held)
        return lines
    }

    /// What a copy costs that is dropped after its run: as long as that, and as must be paid.
    private mutating func shortKeeping(
        _ work: Scenario.Workload, _ index: Int, _ plan: MovePlan, _ site: Int
    ) -> Money? {
        let storage = scenario.sites[site].storage ?? Scenario.Storage()
        guard let schedule = storage.tariff.schedule else { return nil }
        let month = schedule.cost(plan.stored, monthToDate: storage.stored)
        let hours = max(storage.minimumDays * 24, longestRun(index, site) / 3600)
        return Money(nearestDollars: month.dollars * hours / 730)
    }
}

extension MovePlan {
    /// Bytes at rest when it has ended: those of each part once, relays or not.
    var stored: UInt64 { parts.reduce(0) { $0 + $1.bytes } }
}
