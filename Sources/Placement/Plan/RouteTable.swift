internal import Model

/// All ways between sites that have a price, and why others have none.
struct RouteTable: Sendable {
    /// With more sites than this no relays are looked for.
    static let relaySitesMax = 48

    /// By sender, then receiver: ways over links, the direct one first.
    private(set) var links: [[[Route]]]
    /// By sender, then receiver: devices and links to be rented.
    private(set) var others: [[[Route]]]
    /// Why a way cannot be taken, by sender and receiver.
    private(set) var refusals: [[[Refusal]]]
    /// Whether there is more than one way between any two sites.
    private(set) var hasSeveral = false

    init(_ scenario: Scenario) {
        let count = scenario.sites.count
        let none = [[[Route]]](repeating: [[Route]](repeating: [], count: count), count: count)
        (links, others) = (none, none)
        refusals = [[[Refusal]]](repeating: [[Refusal]](repeating: [], count: count), count: count)
        var index: [String: Int] = [:]
        for (number, site) in scenario.sites.enumerated() { index[site.name] = number }
        addDirect(scenario, index)
        addRelays(scenario)
        addDevices(scenario, index)
        addDedicated(scenario, index)
        hasSeveral = zip(links, others).contains { zip($0, $1).contains { $0.count + $1.count > 1 } }
    }

    private mutating func addDirect(_ scenario: Scenario, _ index: [String: Int]) {
        for (number, link) in scenario.links.enumerated() {
            guard let from = index[link.from], let to = index[link.to] else { continue }
            guard let leg = Self.leg(scenario, link, number, from, to) else {
                refusals[from][to].append(Refusal("the price of the link from \(link.from) is unknown"))
                continue
            }
            links[from][to].append(
                Route(from: from, to: to, name: "from \(link.from)", legs: [leg], fee: link.fee))
        }
    }

    private static func leg(_ scenario: Scenario, _ link: Scenario.Link, _ number: Int, _ from: Int, _ to: Int) -> Route
        .Leg?
    {
        guard let schedule = link.tariff.schedule else { return nil }
        let rate = Route.rate(
            link, egressCap: scenario.sites[from].egressCap, ingressCap: scenario.sites[to].ingressCap)
        return Route.Leg(
            link: number, rate: rate, sigma: link.sigma, roundTrip: link.roundTrip, schedule: schedule,
            monthToDate: link.monthToDate, windows: link.windows)
    }

    /// Ways by one relay, but for those that a direct one is as good as in all.
    private mutating func addRelays(_ scenario: Scenario) {
        let direct = links
        guard scenario.usesRelays, direct.count <= Self.relaySitesMax else { return }
        for from in direct.indices {
            for to in direct.indices where from != to {
                for relay in direct.indices where relay != from && relay != to {
                    guard let first = direct[from][relay].first, let second = direct[relay][to].first else { continue }
                    let route = Route(
                        from: from, to: to,
                        name: "from \(scenario.sites[from].name) by way of \(scenario.sites[relay].name)", relay: relay,
                        legs: first.legs + second.legs, fee: first.fee + second.fee)
                    guard route.isEverOpen else {
                        refusals[from][to].append(
                            Refusal("the links by way of \(scenario.sites[relay].name) are never open at once"))
                        continue
                    }
                    if let straight = direct[from][to].first, !Self.canBeBetter(route, than: straight, scenario) {
                        continue
                    }
                    links[from][to].append(route)
                }
            }
        }
    }

    /// Whether a relayed route can be quicker, surer, cheaper or allowed where the direct one is not.
    private static func canBeBetter(_ route: Route, than direct: Route, _ scenario: Scenario) -> Bool {
        if route.rate > direct.rate || route.sigma < direct.sigma || route.fee < direct.fee { return true }
        if direct.legs.contains(where: { $0.windows != nil || !scenario.links[$0.link].transit.isEmpty }) {
            return true
        }
        func dollars(_ route: Route, _ price: (TierSchedule) -> Price) -> Double {
            route.legs.reduce(0) { $0 + Double(price($1.schedule).picos) / Double($1.schedule.unit.bytes) }
        }
        return dollars(route, \.least) < dollars(direct, \.most)
    }

    private mutating func addDevices(_ scenario: Scenario, _ index: [String: Int]) {
        let all = scenario.sites.map(\.name)
        for device in scenario.devices {
            for from in device.from.isEmpty ? all : device.from {
                for to in device.to.isEmpty ? all : device.to where from != to {
                    guard let a = index[from], let b = index[to] else { continue }
                    if let reason = device.unavailable {
                        refusals[a][b].append(Refusal("\(device.name) cannot be had: \(reason)"))
                        continue
                    }
                    guard let fee = device.fee, let seconds = device.seconds, let schedule = device.tariff.schedule
                    else {
                        refusals[a][b].append(Refusal("the price or the time of \(device.name) is unknown"))
                        continue
                    }
                    let leg = Route.Leg(
                        link: -1, rate: .infinity, sigma: 0, roundTrip: 0, schedule: schedule, monthToDate: 0,
                        windows: nil)
                    others[a][b].append(
                        Route(
                            from: a, to: b, name: "from \(from) on \(device.name)", legs: [leg],
                            fee: fee.cost(units: 1),
                            capacity: device.capacity, delay: seconds))
                }
            }
        }
    }

    private mutating func addDedicated(_ scenario: Scenario, _ index: [String: Int]) {
        for (number, one) in scenario.dedicated.enumerated() {
            guard let from = index[one.link.from], let to = index[one.link.to] else { continue }
            guard let price = one.price.price, var leg = Self.leg(scenario, one.link, -2 - number, from, to) else {
                refusals[from][to].append(Refusal("the price of \(one.name) is unknown"))
                continue
            }
            leg.link = -2 - number
            others[from][to].append(
                Route(
                    from: from, to: to, name: "from \(one.link.from) on \(one.name)", legs: [leg],
                    fee: one.link.fee + price.cost(seconds: one.commitment * 3600), delay: one.provisioning))
        }
    }
}
