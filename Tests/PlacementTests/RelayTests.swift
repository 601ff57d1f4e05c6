import Model
import Placement
import TestSupport
import Testing

@Suite("Relays")
struct RelayTests {
    /// A terabyte at `a` for work at `b`: a direct link with `direct` besides, a relay whose links cost `first` and `second`.
    private func decide(_ direct: String, _ first: String, _ second: String, _ top: String = "") throws -> Explanation {
        try Books.decide(
            """
            \(top)
            sites: {a: {}, b: {offers: {m: {price_per_hour: 0}}}, r: {}}
            links:
              - {from: a, to: b, bandwidth: 1Gbit/s, \(direct)}
              - {from: a, to: r, bandwidth: 1Gbit/s, \(first)}
              - {from: r, to: b, bandwidth: 1Gbit/s, \(second)}
            datasets: {d: {size: 1TB, at: a}}
            workloads: {w: {reads: [d], runtime: 60s}}
            """)
    }

    @Test("go around a link that is open for minutes a day, where time counts")
    func windows() throws {
        let top = "start: 2026-11-27T10:00:00Z\nobjective: {minimise: time}"
        let links = ("price_per_gb: 0.01, windows: \"02:00-02:10\"", "price_per_gb: 0.01", "price_per_gb: 0.01")
        let quick = try decide(links.0, links.1, links.2, top)
        #expect(quick.placements[0].detail == "from a by way of r")
        #expect(quick.total.seconds < 3 * 3600)
        #expect(try decide(links.0, links.1, links.2).placements[0].detail == "from a")
    }

    @Test("are as dear as their units say")
    func units() throws {
        let free = "price_per_gb: 0"
        #expect(
            try decide("price_per_gb: 0.1", "price_per_gib: 0.105", free).placements[0].detail == "from a by way of r")
        #expect(try decide("price_per_gb: 0.1", "price_per_gib: 0.109", free).placements[0].detail == "from a")
        #expect(try decide("price_per_gib: 0.1", "price_per_gb: 0.095", free).placements[0].detail == "from a")
    }

    @Test("are chosen as trying all routes does: the cheapest that comes in time, or the quickest")
    func allRoutes() throws {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 300) {
            var scenario = Scenario(name: "relays", date: "2026-11-25")
            let count = Int.random(in: 2...6, using: &seed)
            for index in 0..<count {
                var site = Scenario.Site(name: "s\(index)")
                site.attributes = ["site": site.name]
                if index == 1 { site.offers = [.init(name: "m", price: .init(price: .zero))] }
                scenario.sites.append(site)
            }
            var rates: [[(rate: Double, cents: Int64)?]] = Array(
                repeating: Array(repeating: nil, count: count), count: count)
            for from in 0..<count {
                for to in 0..<count where from != to && Int.random(in: 0..<4, using: &seed) > 0 {
                    let one = (Double.random(in: 1e6...1e9, using: &seed), Int64.random(in: 0...9, using: &seed))
                    rates[from][to] = one
                    var link = Scenario.Link(from: "s\(from)", to: "s\(to)", rate: ByteRate(bytesPerSecond: one.0))
                    let price = Price(picos: one.1 * 10_000_000_000)
                    link.tariff = Tariff(schedule: TierSchedule(flat: price, unit: .gigabyte))
                    scenario.links.append(link)
                }
            }
            scenario.overhead = 0
            scenario.ways = [.readRemotely]
            var data = Scenario.Dataset(name: "d", size: 100_000_000_000)
            data.presence = Scenario.Presence.nested(["s0": 1])
            scenario.datasets = [data]
            var work = Scenario.Workload(name: "w")
            (work.reads, work.runtime) = ([Scenario.Read(name: "d")], 1)
            let deadline = Double.random(in: 100...20_000, using: &seed)
            work.deadline = deadline
            scenario.workloads = [work]

            // Cents for 100 GB, and seconds, of every route.
            var routes: [(cents: Int64, seconds: Double)] = []
            if let one = rates[0][1] { routes.append((one.cents * 100, 1e11 / one.rate)) }
            for relay in 2..<max(2, count) {
                guard let first = rates[0][relay], let second = rates[relay][1] else { continue }
                routes.append(((first.cents + second.cents) * 100, 1e11 / min(first.rate, second.rate)))
            }
            let note = "run \(run), seed \(seed.value)"
            let cheapest = routes.filter { $0.seconds <= deadline }.map(\.cents).min()
            #expect((try? Planner(scenario))?.cost == cheapest.map { Money(micros: $0 * 10_000) }, "\(note)")
            guard let quickest = routes.map(\.seconds).min() else { continue }
            scenario.workloads[0].deadline = nil
            scenario.objective.aim = .time
            let finish = try Planner(scenario).finish
            #expect(abs(finish - max(1, quickest)) < 1e-6 * quickest, "\(note)")
        }
    }
}
