internal import Model

/// What bytes cost at least between any two sites: one price for each route.
struct ByteFloors {
    private struct Way {
        /// Micro-dollars a byte, of what is moved once and of what is moved again and again.
        var once: Double
        var often: Double
        /// Micro-dollars for each move.
        var fee: Double
    }

    private let count: Int
    private let ways: [[Way]]
    private let get: [Double]
    private let putPrice: [Double]
    private let retrieval: [Double]
    /// What all lines together begin below nothing, in micro-dollars; that much less than these prices things may cost.
    let start: Int64

    init(_ scenario: Scenario, _ routes: RouteTable) {
        count = scenario.sites.count
        let lines = TariffLines(scenario)
        start = lines.start
        var ways = [[Way]](repeating: [], count: count * count)
        for from in 0..<count {
            for to in 0..<count {
                ways[from * count + to] = (routes.links[from][to] + routes.others[from][to]).map { route in
                    Way(
                        once: route.legs.reduce(0) { $0 + lines.once($1) },
                        often: route.legs.reduce(0) { $0 + lines.least($1) },
                        fee: Double(route.fee.micros))
                }
            }
        }
        self.ways = ways
        get = scenario.sites.map { Double($0.storage?.get?.picos ?? 0) / 1e6 }
        putPrice = scenario.sites.map { Double($0.storage?.put?.picos ?? 0) / 1e6 }
        retrieval = scenario.sites.map { Double($0.storage?.retrieval.picos ?? 0) / 1e15 }
    }

    /// Moving so many bytes costs at least so much; infinite where there is no way.
    func micros(_ bytes: Double, from: Int, to: Int, repeats: Bool, withFee: Bool) -> Double {
        var least = Double.infinity
        for way in ways[from * count + to] {
            least = min(least, bytes * (repeats ? way.often : way.once) + (withFee ? way.fee : 0))
        }
        return least
    }

    /// Reading so many objects out of the storage of a site.
    func reading(_ bytes: Double, _ objects: Double, at site: Int) -> Double {
        get[site] * objects + retrieval[site] * bytes
    }

    /// Writing one object into the storage of a site.
    func put(at site: Int) -> Double { putPrice[site] }
}

/// Lines below the tariffs that moves can share, and the flat prices of the others, in micro-dollars a byte.
private struct TariffLines {
    private var slopes: [Int: Double] = [:]
    private let restarts: Bool
    private(set) var start: Int64 = 0

    init(_ scenario: Scenario) {
        // Where a month ends meanwhile, allowances and tiers begin anew.
        restarts = scenario.start != nil
        let most = SharedTariffs.mostInMonth(scenario)
        for (name, links) in Dictionary(grouping: SharedTariffs.tiered(scenario), by: \.value).sorted(by: {
            $0.key < $1.key
        }) {
            let indices = links.map(\.key).sorted()
            guard let schedule = scenario.links[indices[0]].tariff.schedule else { continue }
            let seen = indices.map { scenario.links[$0].monthToDate }.max() ?? 0
            let edges = schedule.edges.filter { $0 > seen }.map { $0 - seen }
            let meter = SharedMeter(name: name, edges: edges) { schedule.cost($0, monthToDate: seen).micros }
            let slope = meter.slope(at: most, in: 0...most)
            for index in indices { slopes[index] = slope }
            start += Int64(max(0, -meter.least(less: slope, in: 0...most).value).rounded(.up)) + 1
        }
    }

    /// A byte that is moved once.
    func once(_ leg: Route.Leg) -> Double {
        if let slope = slopes[leg.link] { return restarts ? min(slope, least(leg)) : slope }
        guard !leg.schedule.isFlat, !restarts else { return least(leg) }
        return Self.micros(leg.schedule.marginal(monthToDate: leg.monthToDate), leg.schedule)
    }

    /// A byte in the cheapest of all months.
    func least(_ leg: Route.Leg) -> Double { Self.micros(leg.schedule.least, leg.schedule) }

    private static func micros(_ price: Price, _ schedule: TierSchedule) -> Double {
        Double(price.picos) / 1e6 / Double(schedule.unit.bytes)
    }
}
