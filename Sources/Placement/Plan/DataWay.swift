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
    /// Seconds that each later run waits for what it needs anew.
    var again = 0.0

    var cost: Money { lines.total + stagingCost }
    var seconds: Double { plan?.seconds ?? 0 }
}

/// Ways of a dataset, or why there are none.
struct DataWays {
    var ways: [DataWay] = []
    /// Why other ways cannot be taken.
    var refusals: [Refusal] = []
    /// Other routes, and why they are not taken.
    private var beaten: [(route: BeatenRoute, dataset: String)] = []

    /// Why there is none.
    func rejection(_ site: String) -> Rejection {
        let first = refusals.first ?? Refusal("there is no way to bring the data there")
        return Rejection(site: site, reason: first.reason, denial: first.denial)
    }

    /// Why there are no others.
    func partial(_ site: String) -> [Rejection] {
        // A route that is beaten for one way of reading may be the best for another.
        let taken = Set(ways.flatMap { $0.plan?.parts.map(\.route.name) ?? [] })
        return refusals.map { Rejection(site: site, reason: $0.reason, denial: $0.denial, isPartial: true) }
            + beaten.filter { !taken.contains($0.route.name) }.map { route, dataset in
                Rejection(
                    site: site, reason: route.reason(dataset), isPartial: true, route: route.name,
                    isRelayed: route.isRelayed)
            }
    }

    /// Notes the routes that are beaten among the ways of bringing `dataset`.
    mutating func note(_ found: MovePlans, _ dataset: String) {
        for route in found.beaten where !beaten.contains(where: { $0.route.name == route.name }) {
            beaten.append((route, dataset))
        }
    }
}

extension OptionBuilder {
    /// The parts of a dataset that a site lacks, as they would travel: of what `read` reads, or of the whole.
    func missing(_ dataset: Scenario.Dataset, _ site: Int, _ read: Scenario.Read? = nil) -> [MovePlanner.Part] {
        let name = scenario.sites[site].name
        return dataset.presence.compactMap { part in
            guard !part.sites.contains(name), part.share > 0, read?.selects(part) ?? true else { return nil }
            let plain = Double(dataset.size) * part.share * (read?.share ?? 1)
            let wire = (plain * dataset.ratio * (1 + scenario.overhead)).rounded()
            guard wire > 0 else { return nil }
            return MovePlanner.Part(
                bytes: UInt64(min(wire, 0x1p62)), plain: UInt64(min(plain.rounded(), 0x1p62)),
                sites: part.sites.compactMap { siteIndex[$0] },
                objects: MovePlan.whole((plain / Double(dataset.object)).rounded(.up)))
        }
    }

    /// How a dataset can come to a workload at a site.
    mutating func dataWays(_ work: Scenario.Workload, _ read: Scenario.Read, _ index: Int, _ site: Int) -> DataWays {
        let dataset = scenario.datasets[index]
        let wanted = missing(dataset, site, read)
        var out = DataWays()
        guard !wanted.isEmpty else {
            out.ways = [local(work, dataset, site)]
            return out
        }
        let place = scenario.sites[site]
        let whole = read.isPartial ? missing(dataset, site) : wanted
        let allowed = { [policy] (route: Route) in policy.refusal(route, dataset.labels, isRead: false) }
        let readable = { [policy] (route: Route) in policy.refusal(route, dataset.labels, isRead: true) }
        if let denial = scenario.policy.denial(.store, of: dataset.labels, at: place.name, place.attributes) {
            out.refusals.append(Refusal(denial))
        } else {
            let all = plans("\(index) \(site) whole") {
                $0.plans(whole, to: site, writes: true, allowed: allowed)
            }
            out.refusals += all.refusals
            out.note(all, dataset.name)
            for plan in all.plans { out.ways += staged(work, dataset, index, site, plan) }
            if read.isPartial {
                let found = plans("\(index) \(site) \(read.extent)") {
                    $0.plans(wanted, to: site, writes: true, allowed: allowed)
                }
                for plan in found.plans {
                    out.ways.append(lazily(work, read, index, site, plan))
                }
            }
        }
        if scenario.ways?.contains(.readRemotely) ?? true {
            let remote = plans("\(index) \(site) \(read.extent) remote") {
                $0.plans(wanted, to: site, writes: false, allowed: readable)
            }
            for refusal in remote.refusals where !out.refusals.contains(refusal) { out.refusals.append(refusal) }
            out.note(remote, dataset.name)
            for plan in remote.plans { out.ways.append(remotely(work, read, dataset, plan, wanted)) }
        }
        if let open = scenario.ways { out.ways.removeAll { !open.contains($0.way) } }
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
            kept.recurrence = work.recurrence(share: renewal)
            kept.months = months(work, index, site)
            let shared = share(
                SharedStaging(
                    key:
                        "\(index) \(site) \(plan.key) \(kept.recurrence.words) \(kept.months) \(work.runsPerMonth == nil)",
                    dataset: index, site: site,
                    plan: kept, lines: lines, error: dataset.error))
            var way = DataWay(way: .stage, plan: plan, staging: shared, stagingCost: lines.total)
            way.error = dataset.error
            way.again = plan.seconds * renewal
            way.laterBytes = MovePlan.whole(Double(plan.bytes) * renewal * (work.runs - 1))
            ways.append(way)
        }
        if work.runs > 1 {
            let recurrence = work.recurrence()
            var way = DataWay(way: .stageOnce, plan: plan, lines: plan.lines(recurrence))
            way.plan?.recurrence = recurrence
            if let month = month(plan, site) {
                // It is kept as long as the run takes, and as must be paid.
                let months = max(longestRun(index, site) / 3600 / 730, leastMonths(site))
                way.plan?.months = months
                way.plan?.kept = work.runs
                way.lines[.storage] = way.lines[.storage] + Money(nearestDollars: month.dollars * months * work.runs)
            }
            way.error = dataset.error
            way.again = plan.seconds
            way.laterBytes = MovePlan.whole(Double(plan.bytes) * (work.runs - 1))
            ways.append(way)
        }
        return ways
    }

    /// What is read is brought, and kept for later runs.
    private mutating func lazily(
        _ work: Scenario.Workload, _ read: Scenario.Read, _ index: Int, _ site: Int, _ plan: MovePlan
    ) -> DataWay {
        let dataset = scenario.datasets[index]
        let renewal = renewal(dataset, plan) * read.portion(of: dataset)
        var way = DataWay(way: .stageLazily, plan: plan, lines: kept(work, index, site, plan, renewal) ?? plan.lines)
        way.plan?.recurrence = work.recurrence(share: renewal)
        way.plan?.months = months(work, index, site)
        way.error = dataset.error
        way.again = plan.seconds * renewal
        way.laterBytes = MovePlan.whole(Double(plan.bytes) * renewal * (work.runs - 1))
        return way
    }

    /// What each later run brings, as a share of what `plan` brings at first: of the whole dataset that is new with each run,
    /// wherever the rest of it lay before.
    private func renewal(_ dataset: Scenario.Dataset, _ plan: MovePlan) -> Double {
        let whole = Double(dataset.size) * dataset.ratio * (1 + scenario.overhead)
        return plan.payload == 0 ? 0 : dataset.churn * whole / Double(plan.payload)
    }

    private func remotely(
        _ work: Scenario.Workload, _ read: Scenario.Read, _ dataset: Scenario.Dataset, _ plan: MovePlan,
        _ parts: [MovePlanner.Part]
    ) -> DataWay {
        var plan = plan
        // Each object is asked for, so many at once; every pass asks again.
        let trip = plan.roundTrip
        let objects = parts.reduce(0) { $0 + $1.objects }
        plan.repeats = read.passes
        plan.extra = Double(objects) * read.passes * trip / Self.remoteRequests
        plan.seconds = plan.seconds * plan.repeats + plan.extra
        let recurrence = work.recurrence(passes: read.passes)
        let lines = plan.lines(recurrence)
        plan.lines = plan.lines(Recurrence(first: read.passes))
        plan.recurrence = recurrence
        var way = DataWay(way: .readRemotely, plan: plan, lines: lines, isStream: true)
        way.error = dataset.error
        way.laterBytes = MovePlan.whole(Double(plan.bytes) * (work.runs * read.passes - 1))
        return way
    }

    /// What bringing a copy, keeping it and keeping it fresh costs; nil where the price of keeping is unknown.
    private mutating func kept(
        _ work: Scenario.Workload, _ index: Int, _ site: Int, _ plan: MovePlan, _ renewal: Double
    ) -> CostLines? {
        guard let month = month(plan, site) else { return nil }
        var lines = plan.lines(work.recurrence(share: renewal))
        let months = months(work, index, site)
        lines[.storage] = lines[.storage] + Money(nearestDollars: month.dollars * months)
        return lines
    }

    /// Months for which a kept copy is paid: one for a single run as long as that, of all who may share it the longest.
    private mutating func months(_ work: Scenario.Workload, _ index: Int, _ site: Int) -> Double {
        max(work.runsPerMonth == nil ? longestRun(index, site) / 3600 / 730 : work.months, leastMonths(site))
    }

    /// Months that must be paid for whatever is kept at a site.
    private func leastMonths(_ site: Int) -> Double { (scenario.sites[site].storage?.minimumDays ?? 0) * 24 / 730 }

    /// What keeping a copy for a month costs; nil where that is unknown.
    private func month(_ plan: MovePlan, _ site: Int) -> Money? {
        let storage = scenario.sites[site].storage ?? Scenario.Storage()
        return storage.tariff.schedule?.cost(plan.atRest(in: storage), monthToDate: storage.stored)
    }
}

extension MovePlan {
    /// The bytes at rest that `storage` charges for: small objects count as so many at least.
    func atRest(in storage: Scenario.Storage) -> UInt64 {
        max(plain, objects.multipliedReportingOverflow(by: storage.minimumObject).partialValue)
    }
}
