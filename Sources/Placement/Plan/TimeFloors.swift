internal import Model

/// How early workloads can end, worked out without their options: slots, runs, and bytes as fast as all who have them can send.
///
/// Nothing that an option takes is less.
struct TimeFloors {
    /// When a read is there at least: before work begins, and where it is read meanwhile; infinite where it cannot be so.
    struct Arrival {
        var staged: Double
        var streamed: Double
    }

    private let scenario: Scenario
    private let siteIndex: [String: Int]
    private let reads: ReadFloors
    private let others: [[[Route]]]
    /// By sender, then receiver: bytes a second of the fastest way, and seconds until the first byte.
    private let rates: [[Double]]
    private let starts: [[Double]]
    /// So many ways there are.
    private let ways: [[Int]]

    init(_ scenario: Scenario, _ routes: RouteTable, _ reads: ReadFloors, _ siteIndex: [String: Int]) {
        (self.scenario, self.reads, self.siteIndex) = (scenario, reads, siteIndex)
        others = routes.others
        rates = routes.links.map { $0.map { $0.map(\.rate).max() ?? 0 } }
        ways = routes.links.map { $0.map(\.count) }
        starts = routes.links.map { to in
            to.map { ways in
                ways.map(\.start).min() ?? .infinity
            }
        }
    }

    /// Bringing parts to a site that lacks them takes at least so many seconds; infinite where there is no way.
    private func seconds(_ parts: [ReadFloors.Part], to site: Int) -> Double {
        var total = 0.0
        var all: Set<Int> = []
        var common: Set<Int>?
        var least = 0.0
        var count = 0
        for part in parts.lacking(at: site) {
            count += 1
            total += part.bytes
            all.formUnion(part.sources)
            common = common?.intersection(part.sources) ?? Set(part.sources)
            least = max(least, sent(part.bytes, part.sources, site, byWays: 1))
        }
        guard let common else { return 0 }
        least = max(least, sent(total, Array(all), site, byWays: count))
        for source in common {
            for route in others[source][site] {
                let moving = route.capacity == nil ? total / route.rate : 0
                least = min(least, route.delay + moving)
            }
        }
        return least
    }

    /// Each part goes by one way from each source, different parts from one source perhaps by different ways.
    private func sent(_ bytes: Double, _ sources: [Int], _ site: Int, byWays count: Int) -> Double {
        var (rate, start) = (0.0, Double.infinity)
        for source in sources {
            rate += rates[source][site] * Double(min(count, ways[source][site]))
            start = min(start, starts[source][site])
        }
        if let cap = scenario.sites[site].ingressCap { rate = min(rate, cap.bytesPerSecond) }
        return rate > 0 ? start + bytes / rate : .infinity
    }

    /// What a workload reads, as it would travel.
    func wanted(_ work: Scenario.Workload, _ datasets: [String: Int]) -> [(
        read: Scenario.Read, whole: [ReadFloors.Part], some: [ReadFloors.Part]
    )] {
        work.reads.compactMap { read in
            datasets[read.name].map { index in
                let whole = reads.parts(scenario.datasets[index])
                return (read, whole, read.isPartial ? reads.parts(scenario.datasets[index], read) : whole)
            }
        }
    }

    /// When what a workload reads is at a site.
    func arrivals(
        _ work: Scenario.Workload,
        _ wanted: [(read: Scenario.Read, whole: [ReadFloors.Part], some: [ReadFloors.Part])], _ site: Int
    ) -> [Arrival] {
        var out = wanted.map { read, whole, some in
            let isLazy = read.isPartial && reads.allows(.stageLazily)
            let isStaged = isLazy || reads.allows(.stage) || reads.allows(.stageOnce)
            let staged = isStaged ? seconds(isLazy ? some : whole, to: site) : .infinity
            let streamed = reads.allows(.readRemotely) ? seconds(some, to: site) * read.passes : .infinity
            return Arrival(staged: staged, streamed: streamed)
        }
        if let image = work.image, let from = siteIndex[image.from], from != site {
            let part = ReadFloors.Part(
                bytes: Double(image.size), plain: Double(image.size), objects: 1, sources: [from])
            out.append(Arrival(staged: seconds([part], to: site), streamed: .infinity))
        }
        return out
    }

    /// Bringing results where they must be.
    func results(_ work: Scenario.Workload, _ site: Int) -> Double {
        var latest = 0.0
        for output in work.outputs {
            guard let name = output.to, let target = siteIndex[name], target != site else { continue }
            let bytes = (Double(output.size) * output.ratio * (1 + scenario.overhead)).rounded()
            guard bytes > 0 else { continue }
            latest = max(latest, seconds([.init(bytes: bytes, plain: bytes, objects: 1, sources: [site])], to: target))
        }
        return latest
    }

    /// When a workload can end on an offer.
    func end(
        _ work: Scenario.Workload, _ offer: Scenario.Offer, runtime: Double, _ arrivals: [Arrival], results: Double
    ) -> Double {
        var latest = offer.queue + runtime
        for arrival in arrivals {
            let ready = work.queuesAfterStaging ? arrival.staged + offer.queue : max(offer.queue, arrival.staged)
            let meanwhile = work.overlaps ? min(arrival.staged, arrival.streamed) : arrival.streamed
            let early = min(work.overlaps ? .infinity : ready + runtime, offer.queue + max(runtime, meanwhile))
            latest = max(latest, early)
        }
        return latest + results
    }

    /// Whether what is kept surely is no earlier than that.
    func isSure(_ confidence: Double?, _ offer: Scenario.Offer) -> Bool {
        guard let confidence else { return true }
        return confidence >= 0.5 && offer.spot == nil
    }
}
