/// Which routes data may take, by the policies of a scenario.
struct RoutePolicy: Sendable {
    private let scenario: Scenario
    /// This host, which has in clear what it brings from one site to another; nil where nobody says which site it is.
    private let here: Scenario.Site?

    init(_ scenario: Scenario) {
        self.scenario = scenario
        here = scenario.here.map { name in scenario.sites.first { $0.name == name } ?? Scenario.Site(name: name) }
    }

    /// Why data of `labels` may not take a route; nil where it may.
    ///
    /// What is brought is sealed on each link, and relays and countries between are asked about sealed bytes. What work reads
    /// from afar it reads by itself; nobody here seals that, so they are asked about plain bytes too.
    ///
    /// - Parameters:
    ///   - isRead: whether work reads from afar, and nothing is brought.
    ///   - isMade: whether work made it: that is brought by this host, whoever else could.
    func refusal(_ route: Route, _ labels: [String], isRead: Bool, isMade: Bool = false) -> Refusal? {
        for verb in isRead ? [PolicyVerb.transitCiphertext, .transitPlaintext] : [.transitCiphertext] {
            guard let denial = denial(verb, route, labels) else { continue }
            return verb == .transitPlaintext
                ? Refusal(denial, "what is read remotely passes there in clear") : Refusal(denial)
        }
        return isRead ? nil : refusalHere(route, labels, isMade)
    }

    /// The first denial of a relay, or of a country that a link passes through.
    private func denial(_ verb: PolicyVerb, _ route: Route, _ labels: [String]) -> Denial? {
        if let relay = route.relay {
            let site = scenario.sites[relay]
            if let denial = scenario.policy.denial(verb, of: labels, at: site.name, site.attributes) { return denial }
        }
        for leg in route.legs {
            let link =
                leg.link >= 0 ? scenario.links[leg.link] : leg.link <= -2 ? scenario.dedicated[-2 - leg.link].link : nil
            for country in link?.transit ?? [] {
                let place = "a link through \(country)"
                let passed = ["country": country, "jurisdiction": country, "site": place]
                if let denial = scenario.policy.denial(verb, of: labels, at: place, passed) { return denial }
            }
        }
        return nil
    }

    /// Why this host may not bring it: it is neither end, and the ends do not send to each other.
    private func refusalHere(_ route: Route, _ labels: [String], _ isMade: Bool) -> Refusal? {
        let (from, to) = (scenario.sites[route.from], scenario.sites[route.to])
        guard let here, here.name != from.name, here.name != to.name, route.capacity == nil else { return nil }
        if !isMade, route.relay == nil, from.hasAgent, to.hasAgent { return nil }
        let denial = scenario.policy.denial(.transitPlaintext, of: labels, at: here.name, here.attributes)
        return denial.map { Refusal($0, "what goes from \(from.name) to \(to.name) passes this host in clear") }
    }
}
