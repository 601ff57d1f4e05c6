internal import Model

/// Finds how far inputs are from where the decision would change.
struct Flips {
    /// Scenarios with more workloads are not searched: each value tried is a decision of its own.
    static let workloadsMax = 8
    /// So many inputs are tried.
    static let leversMax = 48
    /// So many are told.
    static let toldMax = 8
    /// Values are tried up to so many times, and down to as small a part of, what they are.
    private static let steps = [1.25, 2, 5, 20, 100]

    /// An input that can be turned.
    struct Lever {
        var name: String
        var turn: (inout Scenario, Double) -> Void
    }

    private let planner: Planner
    private let scenario: Scenario

    init(_ planner: Planner) {
        self.planner = planner
        scenario = planner.compiled.scenario
    }

    /// The inputs that change the decision, the nearest first.
    func found() -> [Explanation.Flip] {
        guard scenario.workloads.count <= Self.workloadsMax else { return [] }
        let decided = signature(planner)
        let flips = levers().prefix(Self.leversMax).compactMap { flip($0, decided) }
        return Array(flips.sorted { ($0.distance, $0.input) < ($1.distance, $1.input) }.prefix(Self.toldMax))
    }

    private func signature(_ planner: Planner) -> [String] {
        planner.placements.map { placement in
            "\(placement.workload) at \(placement.option.name(in: scenario))"
        }
    }

    private func decide(_ lever: Lever, _ factor: Double) -> [String]? {
        var turned = scenario
        lever.turn(&turned, factor)
        return (try? Planner(turned)).map(signature)
    }

    private func flip(_ lever: Lever, _ decided: [String]) -> Explanation.Flip? {
        let up = edge(lever, decided) { $0 }
        let down = edge(lever, decided) { 1 / $0 }
        let both = [up, down].compactMap { $0 }
        guard let nearest = both.min(by: { distance($0.factor) < distance($1.factor) }) else { return nil }
        // A hair's breadth away stands something that is as good: that is a tie, and nothing that an input changes.
        guard distance(nearest.factor) > 1e-3 else { return nil }
        // Four digits say enough, and are the same on every machine.
        let rounded = (nearest.factor * 10_000).rounded() / 10_000
        return Explanation.Flip(
            input: lever.name, factor: rounded, distance: (distance(rounded) * 1000).rounded() / 10,
            becomes: nearest.becomes)
    }

    private func distance(_ factor: Double) -> Double { abs(factor - 1) }

    /// Where turning one way changes the decision, by halving what is left between two values.
    private func edge(_ lever: Lever, _ decided: [String], _ direction: (Double) -> Double) -> (
        factor: Double, becomes: String
    )? {
        var same = 1.0
        for step in Self.steps {
            let factor = direction(step)
            guard let other = decide(lever, factor), other != decided else {
                same = factor
                continue
            }
            var (low, high, told) = (same, factor, other)
            for _ in 0..<18 {
                let middle = (low + high) / 2
                if let found = decide(lever, middle), found != decided {
                    (high, told) = (middle, found)
                } else {
                    low = middle
                }
            }
            let changed = zip(told, decided).filter { $0 != $1 }.map(\.0)
            return (high, changed.joined(separator: ", "))
        }
        return nil
    }

    private func levers() -> [Lever] {
        linkLevers() + dataLevers() + offerLevers() + workLevers() + rentLevers()
    }

    /// Devices and links that can be had for a fee.
    private func rentLevers() -> [Lever] {
        let devices = scenario.devices.indices.filter { scenario.devices[$0].fee ?? .zero > .zero }.map { index in
            Lever(name: "fee of \(scenario.devices[index].name)") { scenario, factor in
                scenario.devices[index].fee = scenario.devices[index].fee?.scaled(by: factor)
            }
        }
        let links = scenario.dedicated.indices.filter { scenario.dedicated[$0].price.price ?? .zero > .zero }.map {
            index in
            Lever(name: "price of \(scenario.dedicated[index].name)") { scenario, factor in
                let price = scenario.dedicated[index].price.price
                scenario.dedicated[index].price.price = price?.scaled(by: factor)
            }
        }
        return devices + links
    }

    private func linkLevers() -> [Lever] {
        scenario.links.indices.flatMap { index -> [Lever] in
            let name = "\(scenario.links[index].from) -> \(scenario.links[index].to)"
            return [
                Lever(name: "price of the link \(name)") { scenario, factor in
                    let schedule = scenario.links[index].tariff.schedule
                    scenario.links[index].tariff.schedule = schedule?.scaled(by: factor)
                },
                Lever(name: "rate of the link \(name)") { scenario, factor in
                    let rate = scenario.links[index].rate.bytesPerSecond
                    scenario.links[index].rate = ByteRate(bytesPerSecond: rate * factor)
                },
            ]
        }
    }

    private func dataLevers() -> [Lever] {
        scenario.datasets.indices.flatMap { index -> [Lever] in
            let dataset = scenario.datasets[index]
            let size = Lever(name: "size of \(dataset.name)") { scenario, factor in
                scenario.datasets[index].size = UInt64(min(Double(scenario.datasets[index].size) * factor, 0x1p60))
            }
            let ratio = Lever(name: "wire bytes of a byte of \(dataset.name)") { $0.datasets[index].ratio *= $1 }
            let partly = scenario.sites.map(\.name).filter { (1e-9..<1 - 1e-9).contains(dataset.share(at: $0)) }
            return [size, ratio]
                + partly.map { site in
                    Lever(name: "what \(site) lacks of \(dataset.name)") {
                        Self.scaleMissing(&$0.datasets[index], at: site, $1)
                    }
                }
        }
    }

    /// Scales what a site lacks, at most to all of it; what the others hold stays.
    private static func scaleMissing(_ dataset: inout Scenario.Dataset, at site: String, _ factor: Double) {
        let lacking = 1 - dataset.share(at: site)
        let wanted = min(1, lacking * factor)
        let moves = wanted - lacking
        // From the parts that it has to the same parts without it, or back.
        let from = dataset.presence.filter { $0.sites.contains(site) == (moves > 0) }.reduce(0) { $0 + $1.share }
        guard from > 0 else { return }
        var out: [Scenario.Presence] = []
        for part in dataset.presence {
            guard part.sites.contains(site) == (moves > 0) else {
                out.append(part)
                continue
            }
            let share = part.share * min(1, abs(moves) / from)
            let others = moves > 0 ? part.sites.filter { $0 != site } : (part.sites + [site]).sorted()
            if share < part.share { out.append(.init(sites: part.sites, share: part.share - share)) }
            out.append(.init(sites: others.isEmpty ? part.sites : others, share: share))
        }
        dataset.presence = out
    }

    private func offerLevers() -> [Lever] {
        scenario.sites.indices.flatMap { site in
            scenario.sites[site].offers.indices.filter { scenario.sites[site].offers[$0].price.price ?? .zero > .zero }
                .map { offer in
                    Lever(name: "price of \(scenario.sites[site].offers[offer].name) at \(scenario.sites[site].name)") {
                        scenario, factor in
                        let price = scenario.sites[site].offers[offer].price.price
                        scenario.sites[site].offers[offer].price.price = price?.scaled(by: factor)
                    }
                }
        }
    }

    private func workLevers() -> [Lever] {
        scenario.workloads.indices.flatMap { index -> [Lever] in
            let work = scenario.workloads[index]
            var out = [
                Lever(name: "runtime of \(work.name)") { scenario, factor in
                    scenario.workloads[index].runtime = scenario.workloads[index].runtime.map { $0 * factor }
                    scenario.workloads[index].runtimeByOffer = scenario.workloads[index].runtimeByOffer.mapValues {
                        $0 * factor
                    }
                }
            ]
            if work.deadline != nil {
                out.append(
                    Lever(name: "deadline of \(work.name)") { scenario, factor in
                        scenario.workloads[index].deadline = scenario.workloads[index].deadline.map { $0 * factor }
                    })
            }
            if work.runsPerMonth != nil {
                out.append(
                    Lever(name: "runs of \(work.name)") { scenario, factor in
                        scenario.workloads[index].runsPerMonth = scenario.workloads[index].runsPerMonth.map {
                            $0 * factor
                        }
                    })
            }
            return out
        }
    }
}
