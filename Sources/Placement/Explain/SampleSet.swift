internal import Model

/// What is not known for sure, drawn many times; the same draws for every option.
final class SampleSet: Sendable {
    /// How many, where there are few workloads.
    static let countMax = 2_000
    /// How many draws of all workloads together are made, where there are many.
    private static let drawsMax = 16_000

    /// How many.
    let count: Int

    /// What is drawn.
    enum Input: Hashable {
        /// How fast a link is, by its index; dedicated links from -2 down.
        case link(Int)
        /// How long work takes.
        case runtime
        /// How long a slot takes.
        case queue
        /// How many bytes are really missing.
        case delta
    }

    /// How many times faster each link is than in the middle, by sample; none where it is always the same.
    ///
    /// Links that would be rented come last.
    private let factors: [[Double]]
    private let links: Int
    /// Standard deviations off the middle, by sample; none where they do not matter.
    private let runtime: [Double]
    private let queue: [Double]
    private let delta: [Double]
    /// Likewise, of the number of interruptions and of what is lost by them, by spot offer.
    private let interruptions: [(number: [Double], lost: [Double])]
    /// The number among spot offers, by site and offer; negative for what is none.
    private let spots: [[Int]]

    init(_ scenario: Scenario, only: Input? = nil) {
        let count = max(100, min(Self.countMax, Self.drawsMax / max(1, scenario.workloads.count)))
        self.count = count
        var index = 0
        /// The next input's draws; each begins where its place among all inputs says.
        func drawn(_ wanted: Bool) -> [Double] {
            var random = RandomDraws(scenario.seed &+ UInt64(index) &* 0x1_0000_0001)
            index += 1
            return wanted ? random.normals(count) : []
        }
        func rates(_ link: Scenario.Link, _ input: Input) -> [Double] {
            let sigma = link.sigma
            return drawn(sigma != 0 && (only == nil || only == input)).map { Normal.exp(sigma * $0) }
        }
        links = scenario.links.count
        factors =
            scenario.links.enumerated().map { rates($1, .link($0)) }
            + scenario.dedicated.enumerated().map { rates($1.link, .link(-2 - $0)) }
        runtime = drawn(only == nil || only == .runtime)
        queue = drawn(only == nil || only == .queue)
        delta = drawn(only == nil || only == .delta)
        var spots: [[Int]] = []
        var interruptions: [(number: [Double], lost: [Double])] = []
        for site in scenario.sites {
            spots.append(
                site.offers.map { offer in
                    guard offer.spot != nil else { return -1 }
                    // Nothing that is measured beforehand says when a machine will be taken away.
                    interruptions.append((drawn(only == nil), drawn(only == nil)))
                    return interruptions.count - 1
                })
        }
        (self.spots, self.interruptions) = (spots, interruptions)
    }

    /// How many times faster a link is than in the middle.
    private func factor(_ link: Int, _ sample: Int) -> Double {
        let index = link >= 0 ? link : link <= -2 ? links - 2 - link : -1
        guard index >= 0, !factors[index].isEmpty else { return 1 }
        return factors[index][sample]
    }

    private static func z(_ values: [Double], _ sample: Int) -> Double { values.isEmpty ? 0 : values[sample] }

    /// Seconds of one run that takes `expected` on average: on a spot machine as interruptions fall.
    private func run(_ option: PlacementOption, _ expected: Double, _ sample: Int) -> Double {
        guard let spot = option.spot else { return expected }
        let drawn = interruptions[spots[option.site][option.offer]]
        guard !drawn.number.isEmpty else { return expected }
        return Interruptions(spot, expected: expected).seconds(number: drawn.number[sample], lost: drawn.lost[sample])
    }

    /// What an option comes to in a sample.
    func outcome(
        _ option: PlacementOption, _ work: Scenario.Workload, _ total: Money, _ lines: CostLines, _ sample: Int,
        startSecond: Int?
    )
        -> Outcome
    {
        let share = max(0, 1 + option.error * Self.z(delta, sample))
        func time(_ plan: MovePlan) -> Double {
            plan.seconds(startSecond: startSecond, share: share) { factor($0, sample) }
        }
        let queue = OptionBuilder.queue(option.queue.middle, option.queue.p90, Self.z(self.queue, sample))
        // How many times longer all work takes than in the middle.
        let stretch = max(0.05, 1 + work.variation * Self.z(self.runtime, sample))
        let runtime = run(option, stretch * option.plainWork, sample)
        let working = option.streams.reduce(runtime) { max($0, time($1)) }
        let usual = option.working
        let results = max(0, option.work - usual - (work.queuesAfterStaging ? option.queue.middle : 0))
        let first = option.first?.ready(stretched: stretch, slot: Self.z(self.queue, sample)) ?? 0
        let staged = option.staged(after: first, time)
        let after = work.queuesAfterStaging
        let ready = max(option.wait, after ? staged : max(staged, queue))
        var dollars = total.dollars
        if let first = option.first {
            let more = first.seconds * (stretch - 1) * Double(work.machines)
            dollars += first.price.dollarsAnHour * more / 3600 * work.runs
        }
        dollars += option.hour.dollarsAnHour * (working - usual) / 3600 * work.runs
        dollars += (share - 1) * (lines[.egress] + lines[.requests] + lines[.retrieval]).dollars
        return Outcome(dollars: dollars, ready: ready, work: (after ? queue : 0) + working + results)
    }

    /// What came out.
    struct Outcome {
        var dollars: Double
        var ready: Double
        var work: Double
        var seconds: Double { ready + work }
    }
}

extension Price {
    /// Dollars, rounded to binary; for samples.
    public var dollarsAnHour: Double { Double(picos) / 1e12 }
}

/// Percentiles of samples.
enum Percentile {
    /// The value below which the share `p` of `values` lies.
    static func of(_ values: [Double], _ p: Double) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(p * Double(sorted.count)))]
    }

    static func spread(_ values: [Double]) -> Spread<Double> {
        let sorted = values.sorted()
        func at(_ p: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(p * Double(sorted.count)))]
        }
        return Spread(p10: at(0.1), p50: at(0.5), p90: at(0.9))
    }
}
