internal import Model
internal import Placement

/// A way of deciding where to work.
package enum Rule: String, Sendable, CaseIterable {
    /// By the bytes that are really missing, compressed, at prices and rates of each pair.
    case perigee = "missing bytes"
    /// By the whole size of the data where it is not at home, never compressed.
    case fullSize = "full size"
    /// Where most bytes are.
    case local = "most bytes local"
    /// By prices and rates, all that is missing brought from the nearest replica that has any of it.
    case nearest = "nearest replica"
    /// Where the data is at home.
    case stay = "always stay"
    /// Where machines are the cheapest.
    case move = "always move"

    /// The site that it chooses, and what it lets stand: nil for the best way of bringing the data there.
    func choice(_ instance: Instance) throws -> (site: String, source: String?) {
        let scenario = instance.believed
        switch self {
        case .perigee: return (try Self.site(Planner(scenario)), nil)
        case .fullSize:
            var whole = scenario
            whole.datasets[0].presence = [.init(sites: [instance.home], share: 1)]
            whole.datasets[0].ratio = 1
            return (try Self.site(Planner(whole)), nil)
        case .local:
            let ranked = scenario.sites.sorted { a, b in
                let (x, y) = (scenario.datasets[0].share(at: a.name), scenario.datasets[0].share(at: b.name))
                return x > y || x == y && Self.hour(a) < Self.hour(b)
            }
            return (ranked[0].name, nil)
        case .nearest:
            // The best site when each may only take from the holder that is nearest to it.
            let options = try scenario.sites.compactMap { site -> (String, Double, String?)? in
                let source = Self.nearest(instance, to: site.name)
                guard let value = try Self.value(scenario, at: site.name, from: source) else { return nil }
                return (site.name, value, source)
            }
            guard let best = options.min(by: { $0.1 < $1.1 }) else { throw RegretError("nothing is near") }
            return (best.0, best.2)
        case .stay: return (instance.home, nil)
        case .move: return (scenario.sites.min { Self.hour($0) < Self.hour($1) }?.name ?? instance.home, nil)
        }
    }

    private static func hour(_ site: Scenario.Site) -> Price { site.offers[0].price.price ?? .zero }

    private static func site(_ planner: Planner) throws -> String {
        guard let placement = planner.placements.first else { throw RegretError("nothing was decided") }
        return planner.siteName(placement)
    }

    /// The holder of any of the data with the shortest round trip; nil where the site holds all of it.
    private static func nearest(_ instance: Instance, to site: String) -> String? {
        let dataset = instance.believed.datasets[0]
        guard dataset.share(at: site) < 1 else { return nil }
        let holders = dataset.presence.filter { !$0.sites.contains(site) }.flatMap(\.sites)
        return Set(holders).min {
            (instance.roundTrips["\($0) \(site)"] ?? 1, $0) < (instance.roundTrips["\($1) \(site)"] ?? 1, $1)
        }
    }

    /// What working at a site comes to: money, and hours at what one is worth; nil where that cannot be done.
    ///
    /// - Parameter source: where what it has of the missing bytes is taken from; nil for wherever that is best.
    static func value(_ scenario: Scenario, at site: String, from source: String? = nil) throws -> Double? {
        var held = try scenario.pinned(to: site)
        if let source {
            for index in held.datasets[0].presence.indices
            where held.datasets[0].presence[index].sites.contains(source)
                && !held.datasets[0].presence[index].sites.contains(site)
            {
                held.datasets[0].presence[index].sites = [source]
            }
        }
        guard let planner = try? Planner(held) else { return nil }
        return planner.cost.dollars + scenario.objective.hourValue.dollarsAnHour * planner.finish / 3600
    }
}
