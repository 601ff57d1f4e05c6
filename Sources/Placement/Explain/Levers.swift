internal import Model

// The inputs of a scenario that can be turned; what is nothing stays nothing, and is left away.
extension Flips {
    /// All of them: what is asked for, what is read, what is offered, and how it is brought.
    static func levers(_ scenario: Scenario) -> [Lever] {
        workLevers(scenario) + dataLevers(scenario) + offerLevers(scenario) + wholeLevers(scenario)
            + rentLevers(scenario) + linkLevers(scenario)
    }

    /// Devices and links that can be had for a fee.
    private static func rentLevers(_ scenario: Scenario) -> [Lever] {
        let devices = scenario.devices.indices.filter { scenario.devices[$0].fee ?? .zero > .zero }.map { index in
            Lever(name: "fee of \(scenario.devices[index].name)") { scenario, factor in
                scenario.devices[index].fee = scenario.devices[index].fee?.scaled(by: factor)
            }
        }
        let travels = scenario.devices.indices.filter { scenario.devices[$0].unavailable == nil }.map { index in
            Lever(name: "time of \(scenario.devices[index].name)") { scenario, factor in
                scenario.devices[index].seconds = scenario.devices[index].seconds.map { $0 * factor }
            }
        }
        let links = scenario.dedicated.indices.filter { scenario.dedicated[$0].price.price ?? .zero > .zero }.map {
            index in
            Lever(name: "price of \(scenario.dedicated[index].name)") { scenario, factor in
                let price = scenario.dedicated[index].price.price
                scenario.dedicated[index].price.price = price?.scaled(by: factor)
            }
        }
        return devices + travels + links
    }

    private static func linkLevers(_ scenario: Scenario) -> [Lever] {
        scenario.links.indices.flatMap { index -> [Lever] in
            let name = "\(scenario.links[index].from) -> \(scenario.links[index].to)"
            let rate = Lever(name: "rate of the link \(name)") { scenario, factor in
                let rate = scenario.links[index].rate.bytesPerSecond
                scenario.links[index].rate = ByteRate(bytesPerSecond: rate * factor)
            }
            guard scenario.links[index].tariff.schedule?.isFree == false else { return [rate] }
            let price = Lever(name: "price of the link \(name)") { scenario, factor in
                let schedule = scenario.links[index].tariff.schedule
                scenario.links[index].tariff.schedule = schedule?.scaled(by: factor)
            }
            return [price, rate]
        }
    }

    /// What holds for all.
    private static func wholeLevers(_ scenario: Scenario) -> [Lever] {
        var out: [Lever] = []
        if scenario.carbonPrice ?? .zero > .zero {
            out.append(Lever(name: "price of carbon") { $0.carbonPrice = $0.carbonPrice?.scaled(by: $1) })
        }
        if scenario.objective.deadline != nil {
            out.append(
                Lever(name: "deadline of all") { scenario, factor in
                    scenario.objective.deadline = scenario.objective.deadline.map { $0 * factor }
                })
        }
        if scenario.objective.aim == .weighted {
            out.append(
                Lever(name: "value of an hour") {
                    $0.objective.hourValue = $0.objective.hourValue.scaled(by: $1)
                })
        }
        return out
    }

    private static func dataLevers(_ scenario: Scenario) -> [Lever] {
        scenario.datasets.indices.flatMap { index -> [Lever] in
            let dataset = scenario.datasets[index]
            let size = Lever(name: "size of \(dataset.name)") { scenario, factor in
                scenario.datasets[index].size = UInt64(min(Double(scenario.datasets[index].size) * factor, 0x1p60))
            }
            let ratio = Lever(name: "wire bytes of a byte of \(dataset.name)") { $0.datasets[index].ratio *= $1 }
            let churn = Lever(name: "churn of \(dataset.name)") { scenario, factor in
                scenario.datasets[index].churn = min(1, scenario.datasets[index].churn * factor)
            }
            let partly = scenario.sites.map(\.name).filter { (1e-9..<1 - 1e-9).contains(dataset.share(at: $0)) }
            return [size, ratio] + (dataset.churn > 0 ? [churn] : [])
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
            if share < part.share {
                out.append(.init(name: part.name, sites: part.sites, share: part.share - share))
            }
            out.append(.init(name: part.name, sites: others.isEmpty ? part.sites : others, share: share))
        }
        dataset.presence = out
    }

    private static func offerLevers(_ scenario: Scenario) -> [Lever] {
        scenario.sites.indices.flatMap { site -> [Lever] in
            let place = scenario.sites[site]
            var out = place.offers.indices.flatMap { levers(place.offers[$0], site, $0, place.name) }
            if place.storage?.tariff.schedule?.isFree == false {
                out.append(
                    Lever(name: "price of storage at \(place.name)") { scenario, factor in
                        let schedule = scenario.sites[site].storage?.tariff.schedule
                        scenario.sites[site].storage?.tariff.schedule = schedule?.scaled(by: factor)
                    })
            }
            return out
        }
    }

    private static func levers(_ offer: Scenario.Offer, _ site: Int, _ index: Int, _ place: String) -> [Lever] {
        var out: [Lever] = []
        if offer.price.price ?? .zero > .zero {
            // What waiting makes cheaper has a price of its own.
            let usual = offer.later.contains { $0.price != nil } ? "usual price" : "price"
            out.append(
                Lever(name: "\(usual) of \(offer.name) at \(place)") { scenario, factor in
                    let price = scenario.sites[site].offers[index].price.price
                    scenario.sites[site].offers[index].price.price = price?.scaled(by: factor)
                })
        }
        if offer.queueP90 > 0 {
            out.append(
                Lever(name: "queue of \(offer.name) at \(place)") { scenario, factor in
                    scenario.sites[site].offers[index].queue *= factor
                    scenario.sites[site].offers[index].queueP90 *= factor
                })
        }
        if offer.spot != nil {
            out.append(
                Lever(name: "interruptions of \(offer.name) at \(place)") { scenario, factor in
                    scenario.sites[site].offers[index].spot?.rate *= factor
                })
        }
        return out
    }

    private static func workLevers(_ scenario: Scenario) -> [Lever] {
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
            if work.latency != nil {
                out.append(
                    Lever(name: "time for answers of \(work.name)") { scenario, factor in
                        scenario.workloads[index].latency?.within *= factor
                    })
            }
            if work.hourValue > .zero {
                out.append(
                    Lever(name: "value of an hour of \(work.name)") { scenario, factor in
                        let value = scenario.workloads[index].hourValue
                        scenario.workloads[index].hourValue = value.scaled(by: factor)
                    })
            }
            for (number, output) in work.outputs.enumerated() where output.size > 0 {
                out.append(
                    Lever(name: "size of \(work.name).\(output.name)") { scenario, factor in
                        let size = Double(scenario.workloads[index].outputs[number].size) * factor
                        scenario.workloads[index].outputs[number].size = UInt64(min(size, 0x1p60))
                    })
            }
            for (number, read) in work.reads.enumerated() where read.passes > 1 {
                out.append(
                    Lever(name: "passes of \(work.name) over \(read.name)") { scenario, factor in
                        let passes = scenario.workloads[index].reads[number].passes * factor
                        scenario.workloads[index].reads[number].passes = max(1, passes)
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
