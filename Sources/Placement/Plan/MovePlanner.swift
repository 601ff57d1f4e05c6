internal import Model

/// Finds how parts of data best come to a site.
struct MovePlanner: Sendable {
    /// Bytes on the wire and at rest, the sites that have them, and how many objects they are.
    struct Part: Sendable {
        var bytes: UInt64
        var plain: UInt64
        var sites: [Int]
        var objects: UInt64
    }

    /// So many combinations of routes are tried; where tiers are shared, more for each where there are few to be tried for.
    static let combinationsMax = 256
    /// For all datasets and sites together.
    static let allCombinationsMax = 200_000
    /// So many plans are told apart for all datasets and sites together.
    static let allPlansMax = 800
    /// So many pairs of datasets and sites are few.
    private static let finePairsMax = 400
    /// So many plans are compared each with each.
    private static let comparedMax = 1_024
    /// So many times within which data must be at a site are looked at.
    private static let slackMax = 16

    private let scenario: Scenario
    private let routes: RouteTable
    /// The second of the day at which all begins.
    let startSecond: Int?
    /// Seconds to the end of the month.
    let monthLeft: Double?
    /// Tariffs whose tiers moves of one decision can share.
    let tiered: TieredTariffs
    /// How sure deadlines are to be kept.
    private let confidences: [Double]
    /// So many combinations of routes are tried for the parts of a dataset, and so many plans are told apart.
    private let combinationsMax: Int
    private let plansMax: Int
    /// Whether there are so few datasets and sites that many mixtures of sources can be looked at for each.
    private let isFine: Bool
    /// Seconds by site within which data must be there for a deadline to be kept, offer by offer.
    private let slack: [[Double]]
    /// Whether it matters how long what is written takes.
    let countsTime: Bool

    init(_ scenario: Scenario, _ routes: RouteTable) {
        self.scenario = scenario
        self.routes = routes
        tiered = TieredTariffs(scenario)
        let asked = scenario.workloads.compactMap(\.confidence) + [scenario.objective.confidence].compactMap(\.self)
        let countsTime = scenario.countsTime || scenario.workloads.contains(where: \.overlaps)
        let confidences = countsTime ? Set(asked).sorted() : []
        (self.countsTime, self.confidences) = (countsTime, confidences)
        let pairs = max(1, scenario.sites.count * scenario.datasets.count)
        let each = min(Self.allCombinationsMax / pairs, 8_192)
        combinationsMax = tiered.isEmpty ? Self.combinationsMax : max(Self.combinationsMax, each)
        // Without tiers only what is read from afar has more than a cheapest and a quickest plan that count.
        let (least, all) = tiered.isEmpty ? (1, Self.allPlansMax / 4) : (4, Self.allPlansMax)
        plansMax = max(countsTime ? 12 : least, min(all / pairs, 64))
        let isFine = pairs <= Self.finePairsMax
        self.isFine = isFine
        slack = scenario.sites.map {
            countsTime && isFine ? Self.slack(scenario, $0, confidences) : []
        }
        guard let start = scenario.start else {
            (startSecond, monthLeft) = (nil, nil)
            return
        }
        let second = Int(((start.seconds % 86_400) + 86_400) % 86_400)
        let day = CivilDate(daysSince1970: (start.seconds - Int64(second)) / 86_400)
        let days = CivilDate.days(inMonth: day.month, of: day.year) - day.day
        startSecond = second
        monthLeft = Double(days) * 86_400 + Double(86_400 - second)
    }

    /// How long data may take to a site so that one of its offers is done in time, surely where that is asked; of very many, some.
    private static func slack(_ scenario: Scenario, _ site: Scenario.Site, _ confidences: [Double]) -> [Double] {
        var out: Set<Double> = []
        let sigma = scenario.links.filter { $0.to == site.name }.map(\.sigma).max() ?? 0
        for work in scenario.workloads {
            let limit = scenario.limit(work)
            guard limit < .infinity else { continue }
            for offer in site.offers {
                guard let seconds = work.seconds(on: offer, at: site.name), seconds < limit else { continue }
                out.insert(limit - seconds)
                for q in confidences {
                    let z = max(0, Normal.quantile(q))
                    out.insert((limit - seconds * (1 + z * work.variation)) / Normal.exp(z * sigma))
                }
            }
        }
        let sorted = out.filter { $0 > 0 }.sorted()
        return sorted.count <= slackMax
            ? sorted : (0..<slackMax).map { sorted[$0 * (sorted.count - 1) / (slackMax - 1)] }
    }

    /// The ways to bring `parts` to `site`: the cheapest, the quickest, on a device, over a link to be rented.
    ///
    /// - Parameters:
    ///   - allowed: why a route may not be taken by this data; nil where it may.
    ///   - writes: whether the bytes are written into the storage there.
    /// - Returns: plans, none of which is both dearer and slower than another; why other ways cannot be taken; and routes that
    ///   are both, where there are not many datasets and sites.
    func plans(_ parts: [Part], to site: Int, writes: Bool, allowed: (Route) -> Refusal?) -> MovePlans {
        var refusals: [Refusal] = []
        var open: [[Route]] = []
        for part in parts {
            var mine: [Route] = []
            for source in part.sites {
                refusals += routes.refusals[source][site]
                for route in routes.links[source][site] {
                    if let refusal = allowed(route) { refusals.append(refusal) } else { mine.append(route) }
                }
            }
            open.append(mine)
        }
        let whole = single(parts, site, writes, allowed)
        refusals += whole.refusals
        var plans: [MovePlan] = []
        if open.allSatisfy({ !$0.isEmpty }) {
            plans = assignments(parts, open).map { routes in
                let chosen = zip(parts, routes).map { MovePlan.Part(route: $1, bytes: $0.bytes) }
                return plan(parts, chosen, site, writes)
            }
            plans += mixtures(parts, open, site, writes)
        } else if let missing = open.firstIndex(where: \.isEmpty), refusals.isEmpty {
            let names = parts[missing].sites.map { scenario.sites[$0].name }.joined(separator: ", ")
            refusals.append(Refusal("no link leads here from \(names)"))
        }
        plans += whole.plans
        // What is read from afar is paid for as long as it comes.
        let kept = undominated(plans, isTimed: countsTime || !writes)
        return MovePlans(
            plans: kept, refusals: Set(refusals).sorted { $0.reason < $1.reason },
            beaten: isFine ? BeatenRoute.all(of: plans, keeping: kept) : [])
    }

    /// A route for each part: all combinations where they are few, because tiers make many bytes by one route cheaper than the
    /// same bytes by several; else the cheapest of each part, and all by one route.
    private func assignments(_ parts: [Part], _ open: [[Route]]) -> [[Route]] {
        let count = open.reduce(1) { min($0 * $1.count, combinationsMax + 1) }
        if count <= combinationsMax {
            return open.reduce([[]]) { heads, mine in heads.flatMap { head in mine.map { head + [$0] } } }
        }
        return [zip(parts, open).compactMap { part, mine in alone(part, mine) }]
            + common(open).map { route in open.map { _ in route } }
    }

    /// The routes by which every part can come.
    private func common(_ open: [[Route]]) -> [Route] {
        (open.first ?? []).filter { route in open.allSatisfy { mine in mine.contains { $0.name == route.name } } }
    }

    /// The route that is cheapest for one part by itself.
    private func alone(_ part: Part, _ mine: [Route]) -> Route? {
        let priced = mine.map {
            (
                route: $0,
                cost:
                    ($0.cost(part.bytes, monthLeft: monthLeft)
                    + reading(Double(part.plain), Double(part.objects), $0.from)).total
            )
        }
        return priced.min { ($0.cost, $0.route.name) < ($1.cost, $1.route.name) }?.route
    }

    /// All sources at once, so that the last byte comes as early as can be; and where time counts, or some of the bytes can be
    /// cheaper by a tier than others, what is cheaper and comes early enough, by one route from each source.
    private func mixtures(_ parts: [Part], _ open: [[Route]], _ site: Int, _ writes: Bool) -> [MovePlan] {
        let total = parts.reduce(0) { $0 + $1.bytes }
        // One route for each source: the one that would bring all soonest.
        var fastest: [Int: (route: Route, seconds: Double)] = [:]
        for route in open.joined() {
            let seconds = route.seconds(total, startSecond: startSecond)
            if seconds < fastest[route.from]?.seconds ?? .infinity { fastest[route.from] = (route, seconds) }
        }
        let sources = fastest.keys.sorted().compactMap { fastest[$0] }
        guard sources.count > 1 else {
            return sources.map { plan(parts, [.init(route: $0.route, bytes: total)], site, writes) }
        }
        let rates = sources.map { route, seconds in
            // Where a window closes, what comes through it on average.
            let rate = route.legs.contains { $0.windows != nil } ? Double(total) / seconds : route.rate
            return min(rate, scenario.sites[route.from].egressCap?.bytesPerSecond ?? .infinity, 1e18)
        }
        let into = scenario.sites[site].ingressCap?.bytesPerSecond ?? 1e18
        let prices = sources.map { $0.route.cost(1_000_000_000, monthLeft: nil)[.egress].micros }
        let held = zip(parts, open).map { part, mine in
            (
                bytes: Int64(clamping: part.bytes),
                sources: sources.indices.filter { index in mine.contains { $0.from == sources[index].route.from } }
            )
        }
        guard let quickest = TransferSplit(parts: held, rates: rates, into: into, prices: prices) else { return [] }
        var splits = [quickest]
        if countsTime || !tiered.isEmpty, Set(prices).count > 1 {
            let start = sources.map(\.route.start).max() ?? 0
            let longest = rates.map { Double(total) / $0 }.max() ?? 0
            let even = (1...(isFine ? 8 : 1)).map { quickest.seconds + (longest - quickest.seconds) * Double($0) / 9 }
            for seconds in even + slack[site].map({ ($0 - start) * (1 - 1e-9) }) where seconds > quickest.seconds {
                if let split = TransferSplit(parts: held, rates: rates, into: into, prices: prices, within: seconds) {
                    splits.append(split)
                }
            }
        }
        return splits.map { split in
            var chosen: [MovePlan.Part] = []
            for list in split.sent {
                for (index, bytes) in list.enumerated() where bytes > 0 {
                    chosen.append(.init(route: sources[index].route, bytes: UInt64(bytes)))
                }
            }
            return plan(parts, chosen, site, writes)
        }
    }

    /// All parts from one site, on a device or over a link to be rented; nothing is read from afar on a device, or over what has
    /// to be made first.
    private func single(
        _ parts: [Part], _ site: Int, _ writes: Bool, _ allowed: (Route) -> Refusal?
    ) -> (plans: [MovePlan], refusals: [Refusal]) {
        let total = parts.reduce(0) { $0 + $1.bytes }
        var (plans, refusals): ([MovePlan], [Refusal]) = ([], [])
        guard total > 0 else { return (plans, refusals) }
        for source in scenario.sites.indices where parts.allSatisfy({ $0.sites.contains(source) }) {
            for route in routes.others[source][site] where writes || route.isStanding {
                if let refusal = allowed(route) {
                    refusals.append(refusal)
                } else {
                    plans.append(plan(parts, [.init(route: route, bytes: total)], site, writes))
                }
            }
        }
        return (plans, refusals)
    }

    private func plan(_ parts: [Part], _ chosen: [MovePlan.Part], _ site: Int, _ writes: Bool) -> MovePlan {
        var merged: [MovePlan.Part] = []
        for part in chosen {
            if let at = merged.firstIndex(where: { $0.route.name == part.route.name }) {
                merged[at].bytes += part.bytes
            } else {
                merged.append(part)
            }
        }
        merged.sort { $0.route.name < $1.route.name }
        var lines = CostLines()
        for part in merged { lines += part.route.cost(part.bytes, monthLeft: monthLeft) }
        let total = parts.reduce(0) { $0 + $1.bytes }
        let plain = parts.reduce(0) { $0 + $1.plain }
        let objects = parts.reduce(0) { $0 + $1.objects }
        for part in merged {
            let share = total == 0 ? 0 : Double(part.bytes) / Double(total)
            lines += reading((Double(plain) * share).rounded(), (Double(objects) * share).rounded(.up), part.route.from)
        }
        if writes, let put = scenario.sites[site].storage?.put {
            lines[.requests] = lines[.requests] + put.cost(units: objects)
        }
        var out = MovePlan(name: Self.name(merged), parts: merged, lines: lines, seconds: 0)
        (out.plain, out.objects, out.isWritten) = (plain, objects, writes)
        if let cap = scenario.sites[site].ingressCap, merged.contains(where: { $0.route.capacity == nil }) {
            out.least = cap.seconds(for: ByteCount(total))
        }
        out.seconds = out.seconds(startSecond: startSecond) { _ in 1 }
        return out
    }

    /// Reading objects out of the storage of `site`: plain bytes, however few of them cross the wire.
    private func reading(_ plain: Double, _ objects: Double, _ site: Int) -> CostLines {
        var lines = CostLines()
        guard let storage = scenario.sites[site].storage else { return lines }
        if let get = storage.get { lines[.requests] = get.cost(units: UInt64(min(objects, 0x1p62))) }
        lines[.retrieval] = storage.retrieval.cost(UInt64(min(plain, 0x1p62)), unit: ByteUnit.gigabyte.bytes)
        return lines
    }

    private static func name(_ parts: [MovePlan.Part]) -> String {
        let names = parts.map(\.route.name)
        guard names.count > 1 else { return names.first ?? "" }
        let plain = parts.allSatisfy { $0.route.relay == nil && $0.route.isStanding }
        return plain
            ? "from " + names.map { $0.dropFirst(5) }.joined(separator: " and ") : names.joined(separator: ", ")
    }

    /// Plans of which no other is as cheap for certain, and where time counts as quick, by cost; and the quickest.
    private func undominated(_ plans: [MovePlan], isTimed: Bool) -> [MovePlan] {
        var out: [(plan: MovePlan, cost: CostSpan.Cost, times: [Double])] = []
        let sorted = plans.sorted { ($0.lines.total, $0.seconds, $0.name) < ($1.lines.total, $1.seconds, $1.name) }
        for (plan, cost) in compared(sorted.map { ($0, tiered.cost($0.lines.total, $0, monthLeft: monthLeft)) }) {
            let times = isTimed ? times(plan) : []
            let isWorse = out.contains { known in
                tiered.span.most(known.cost, over: cost) <= 0 && zip(known.times, times).allSatisfy { $0 <= $1 }
            }
            if !isWorse { out.append((plan, cost, times)) }
        }
        var kept = few(out.map { ($0.plan, tiered.span.least($0.cost)) }, isTimed)
        if let quick = sorted.min(by: { $0.seconds < $1.seconds }), kept.allSatisfy({ $0.seconds > quick.seconds }) {
            kept.append(quick)
        }
        return kept
    }

    /// Of very many plans, by cost, the cheapest, and those that would be where all tiers were at their cheapest.
    private func compared(_ plans: [(plan: MovePlan, cost: CostSpan.Cost)]) -> [(plan: MovePlan, cost: CostSpan.Cost)] {
        guard plans.count > Self.comparedMax else { return plans }
        let least = plans.map { tiered.span.least($0.cost) }
        let order = plans.indices.sorted { (least[$0], $0) < (least[$1], $1) }
        let half = Self.comparedMax / 2
        return Set(0..<half).union(order.prefix(half)).sorted().map { plans[$0] }
    }

    /// Of too many plans, by cost, the cheapest, and the cheapest without each of its tariffs.
    ///
    /// Besides those that would be the cheapest where all tiers were, each with what it then costs; and where time counts, some
    /// from the cheapest to the dearest.
    private func few(_ plans: [(plan: MovePlan, least: Double)], _ isTimed: Bool) -> [MovePlan] {
        guard plans.count > plansMax, let best = plans.first?.plan else { return plans.map(\.plan) }
        var kept: Set<Int> = [0]
        if isTimed {
            for index in 0..<plansMax / 2 { kept.insert(index * (plans.count - 1) / max(1, plansMax / 2 - 1)) }
        }
        for tariff in tariffs(best).sorted() {
            if let other = plans.firstIndex(where: { !tariffs($0.plan).contains(tariff) }) { kept.insert(other) }
        }
        let order = plans.indices.sorted { (plans[$0].least, $0) < (plans[$1].least, $1) }
        for (first, second) in zip(order, plans.indices) where kept.count < plansMax {
            kept.insert(first)
            if kept.count < plansMax { kept.insert(second) }
        }
        return kept.sorted().map { plans[$0].plan }
    }

    private func tariffs(_ plan: MovePlan) -> Set<Int> { Set(plan.parts.flatMap { tiered.used(by: $0.route) }) }

    /// How long a plan takes, in the middle and as surely as is asked, and until each of its requests is answered.
    private func times(_ plan: MovePlan) -> [Double] {
        [plan.seconds, plan.roundTrip] + confidences.map { plan.sureSeconds($0, startSecond: startSecond, error: 0) }
    }
}
