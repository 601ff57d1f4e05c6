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

    /// So many combinations of routes are tried.
    static let combinationsMax = 256

    private let scenario: Scenario
    private let routes: RouteTable
    /// The second of the day at which all begins.
    let startSecond: Int?
    /// Seconds to the end of the month.
    let monthLeft: Double?
    /// Tariffs whose tiers moves of one decision can share, by link.
    private let shared: [Int: String]

    init(_ scenario: Scenario, _ routes: RouteTable) {
        self.scenario = scenario
        self.routes = routes
        shared = SharedTariffs.tiered(scenario)
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

    /// The ways to bring `parts` to `site`: the cheapest, the quickest, on a device, over a link to be rented.
    ///
    /// - Parameters:
    ///   - allowed: why a route may not be taken by this data; nil where it may.
    ///   - writes: whether the bytes are written into the storage there.
    /// - Returns: plans, none of which is both dearer and slower than another, and why other ways cannot be taken.
    func plans(
        _ parts: [Part], to site: Int, writes: Bool, allowed: (Route) -> Refusal?
    ) -> (plans: [MovePlan], refusals: [Refusal]) {
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
        var plans: [MovePlan] = []
        if open.allSatisfy({ !$0.isEmpty }) {
            let best = cheapest(parts, open, site, writes)
            plans.append(best)
            // With what others move under the same tariff, another one may be cheaper after all.
            for tariff in tariffs(best).sorted() {
                let others = open.map { $0.filter { !tariffs($0).contains(tariff) } }
                if others.allSatisfy({ !$0.isEmpty }) { plans.append(cheapest(parts, others, site, writes)) }
            }
            if let quick = quickest(parts, open, site, writes) { plans.append(quick) }
            // What is neither may be the cheapest that comes in time.
            let total = parts.reduce(0) { $0 + $1.bytes }
            for route in scenario.countsTime ? common(open) : [] {
                plans.append(plan(parts, [.init(route: route, bytes: total)], site, writes))
            }
        } else if let missing = open.firstIndex(where: \.isEmpty), refusals.isEmpty {
            let names = parts[missing].sites.map { scenario.sites[$0].name }.joined(separator: ", ")
            refusals.append(Refusal("no link leads here from \(names)"))
        }
        plans += single(parts, site, writes, allowed)
        return (undominated(plans), Set(refusals).sorted { $0.reason < $1.reason })
    }

    /// The cheapest routes: of all combinations where they are few, because tiers make many bytes by one route cheaper than
    /// the same bytes by several; else the cheapest of each part, or all by one route.
    private func cheapest(_ parts: [Part], _ open: [[Route]], _ site: Int, _ writes: Bool) -> MovePlan {
        let count = open.reduce(1) { min($0 * $1.count, Self.combinationsMax + 1) }
        var candidates: [[Route]]
        if count <= Self.combinationsMax {
            candidates = open.reduce([[]]) { heads, mine in heads.flatMap { head in mine.map { head + [$0] } } }
        } else {
            candidates = [zip(parts, open).compactMap { part, mine in alone(part, mine) }]
            for route in common(open) {
                candidates.append(open.map { _ in route })
            }
        }
        var best: MovePlan?
        for routes in candidates {
            let chosen = zip(parts, routes).map { MovePlan.Part(route: $1, bytes: $0.bytes) }
            let found = plan(parts, chosen, site, writes)
            guard let known = best else {
                best = found
                continue
            }
            if (found.lines.total, found.seconds, found.name) < (known.lines.total, known.seconds, known.name) {
                best = found
            }
        }
        return best ?? plan(parts, [], site, writes)
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

    /// All sources at once, so that the last byte comes as early as can be.
    private func quickest(_ parts: [Part], _ open: [[Route]], _ site: Int, _ writes: Bool) -> MovePlan? {
        let total = parts.reduce(0) { $0 + $1.bytes }
        // One route for each source: the one that would bring all soonest.
        var fastest: [Int: (route: Route, seconds: Double)] = [:]
        for route in open.joined() {
            let seconds = route.seconds(total, startSecond: startSecond)
            if seconds < fastest[route.from]?.seconds ?? .infinity { fastest[route.from] = (route, seconds) }
        }
        let sources = fastest.keys.sorted()
        guard !sources.isEmpty else { return nil }
        if sources.count == 1, let route = fastest[sources[0]]?.route {
            return plan(parts, [.init(route: route, bytes: total)], site, writes)
        }
        let rates = sources.compactMap { source in
            fastest[source].map { route, seconds in
                // Where a window closes, what comes through it on average.
                let rate = route.legs.contains { $0.windows != nil } ? Double(total) / seconds : route.rate
                return min(rate, scenario.sites[source].egressCap?.bytesPerSecond ?? .infinity)
            }
        }
        let prices = sources.compactMap { source in
            fastest[source].map { $0.route.cost(1_000_000_000, monthLeft: nil)[.egress].micros }
        }
        let split = TransferSplit(
            parts: zip(parts, open).map { part, mine in
                (
                    Int64(clamping: part.bytes),
                    sources.indices.filter { index in mine.contains { $0.from == sources[index] } }
                )
            }, rates: rates.map { min($0, 1e18) }, into: scenario.sites[site].ingressCap?.bytesPerSecond ?? 1e18,
            prices: prices)
        guard let split else { return nil }
        var chosen: [MovePlan.Part] = []
        for list in split.sent {
            for (index, bytes) in list.enumerated() where bytes > 0 {
                if let route = fastest[sources[index]]?.route {
                    chosen.append(.init(route: route, bytes: UInt64(bytes)))
                }
            }
        }
        return plan(parts, chosen, site, writes)
    }

    /// All parts from one site, on a device or over a link to be rented.
    private func single(_ parts: [Part], _ site: Int, _ writes: Bool, _ allowed: (Route) -> Refusal?) -> [MovePlan] {
        let total = parts.reduce(0) { $0 + $1.bytes }
        guard total > 0 else { return [] }
        return scenario.sites.indices.filter { source in parts.allSatisfy { $0.sites.contains(source) } }
            .flatMap { source in routes.others[source][site] }.filter { allowed($0) == nil }
            .map { plan(parts, [.init(route: $0, bytes: total)], site, writes) }
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
        let plain = parts.allSatisfy { $0.route.relay == nil && $0.route.capacity == nil && $0.route.delay == 0 }
        return plain
            ? "from " + names.map { $0.dropFirst(5) }.joined(separator: " and ") : names.joined(separator: ", ")
    }

    /// Plans of which no other is both as cheap and as quick, by cost; one that needs another shared tariff is no better for
    /// certain.
    private func undominated(_ plans: [MovePlan]) -> [MovePlan] {
        let sorted = plans.sorted { ($0.lines.total, $0.seconds, $0.name) < ($1.lines.total, $1.seconds, $1.name) }
        var out: [MovePlan] = []
        for plan in sorted
        where !out.contains(where: { $0.seconds <= plan.seconds && tariffs($0).isSubset(of: tariffs(plan)) }) {
            out.append(plan)
        }
        return out
    }

    /// The shared tariffs of a plan, or of a route.
    private func tariffs(_ plan: MovePlan) -> Set<String> { Set(plan.parts.flatMap { tariffs($0.route) }) }

    private func tariffs(_ route: Route) -> Set<String> {
        shared.isEmpty ? [] : Set(route.legs.compactMap { shared[$0.link] })
    }
}
