internal import Model
internal import Placement

/// A decision to make, as it is believed and as it turns out: regions with their links, one dataset that is partly
/// elsewhere, one job.
package struct Instance: Sendable {
    /// So many regions take part.
    static let sites = 6
    /// So many of them, besides the home of the data, hold a part of it.
    static let partial = 2
    /// Machines with eight accelerators by the hour, as providers listed them in 2026.
    private static let hourly = [55.04, 31.92, 23.60, 21.957642, 32.77, 27.04]

    /// What a decision goes by: the middle of what is known.
    let believed: Scenario
    /// What comes about.
    let actual: Scenario
    /// The region where all of the data is.
    let home: String
    /// The grid's round trips, by sender and receiver.
    let roundTrips: [String: Double]

    /// An instance drawn from `grid`, with so much of the data at some other regions.
    package init(_ grid: Grid, presence: Double, seed: UInt64) {
        var draws = Draws(seed)
        var regions: [String] = []
        while regions.count < Self.sites {
            let next = grid.regions[Int(draws.next() % UInt64(grid.regions.count))]
            let isKnown = regions.allSatisfy { grid.pair($0, next) != nil && grid.pair(next, $0) != nil && $0 != next }
            if isKnown { regions.append(next) }
        }
        home = regions[0]
        var believed = Scenario(name: "regret")
        believed.objective.aim = .weighted
        believed.objective.hourValue = Self.price([0, 20, 100][Int(draws.next() % 3)])
        var actual = believed
        var trips: [String: Double] = [:]
        for region in regions {
            var site = Scenario.Site(name: region)
            let hour = Self.hourly[Int(draws.next() % UInt64(Self.hourly.count))] * draws.uniform(0.9, 1.25)
            site.offers = [Scenario.Offer(name: "x8", price: HourlyTariff(price: Self.price(hour)))]
            site.attributes = ["site": region]
            believed.sites.append(site)
            actual.sites.append(site)
            for other in regions where other != region {
                guard let pair = grid.pair(region, other) else { continue }
                trips["\(region) \(other)"] = pair.roundTrip
                believed.links.append(Self.link(region, other, pair, gigabits: pair.sent))
                // Short tests see between what arrived and what was sent; a long transfer comes to anything between.
                let gigabits = draws.uniform(pair.received, pair.sent)
                actual.links.append(Self.link(region, other, pair, gigabits: gigabits))
            }
        }
        roundTrips = trips
        let size = UInt64(draws.spanning(20e9, 20e12))
        var dataset = Scenario.Dataset(name: "data", size: size)
        dataset.ratio = draws.uniform(0.4, 1)
        dataset.presence = Self.presence(regions, presence)
        believed.datasets = [dataset]
        dataset.ratio = min(1, dataset.ratio * (1 + 0.05 * draws.normal()))
        actual.datasets = [dataset]
        var work = Scenario.Workload(name: "job")
        work.reads = [Scenario.Read(name: "data")]
        work.runtime = draws.spanning(0.5, 48) * 3600
        believed.workloads = [work]
        work.runtime = work.runtime.map { $0 * max(0.5, 1 + 0.1 * draws.normal()) }
        actual.workloads = [work]
        believed.sites.sort { $0.name < $1.name }
        actual.sites.sort { $0.name < $1.name }
        believed.links.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        actual.links.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        (self.believed, self.actual) = (believed, actual)
    }

    /// All at home, the same share at some others.
    private static func presence(_ regions: [String], _ share: Double) -> [Scenario.Presence] {
        let holders = Array(regions[0...partial])
        var out: [Scenario.Presence] = []
        if share > 0 { out.append(.init(sites: holders.sorted(), share: share)) }
        if share < 1 { out.append(.init(sites: [regions[0]], share: 1 - share)) }
        return out
    }

    private static func link(_ from: String, _ to: String, _ pair: Grid.Pair, gigabits: Double) -> Scenario.Link {
        var link = Scenario.Link(from: from, to: to, rate: ByteRate(bytesPerSecond: gigabits * 1e9 / 8))
        link.roundTrip = pair.roundTrip
        link.streams = 64
        link.tariff = Tariff(schedule: TierSchedule(flat: price(pair.price)))
        return link
    }

    static func price(_ dollars: Double) -> Price { Price(picos: Int64((dollars * 1e12).rounded())) }
}
