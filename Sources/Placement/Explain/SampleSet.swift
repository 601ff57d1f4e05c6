internal import Model

/// What is not known for sure, drawn many times; the same draws for every option.
struct SampleSet {
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

    private var draws: [Input: [Double]] = [:]
    private let scenario: Scenario
    /// The only input that varies; nil for all.
    private let only: Input?

    init(_ scenario: Scenario, only: Input? = nil) {
        self.scenario = scenario
        self.only = only
        count = max(100, min(Self.countMax, Self.drawsMax / max(1, scenario.workloads.count)))
        var inputs: [Input] = scenario.links.indices.map { .link($0) }
        inputs += scenario.dedicated.indices.map { .link(-2 - $0) }
        inputs += [.runtime, .queue, .delta]
        for (index, input) in inputs.enumerated() {
            var random = RandomDraws(scenario.seed &+ UInt64(index) &* 0x1_0000_0001)
            let values = random.normals(count)
            if only == nil || only == input { draws[input] = values }
        }
    }

    /// So many deviations off the middle.
    func z(_ input: Input, _ sample: Int) -> Double { draws[input]?[sample] ?? 0 }

    /// How many times faster a link is than in the middle.
    func factor(_ link: Int, _ sample: Int) -> Double {
        let sigma = link >= 0 ? scenario.links[link].sigma : link <= -2 ? scenario.dedicated[-2 - link].link.sigma : 0
        return sigma == 0 ? 1 : Normal.exp(sigma * z(.link(link), sample))
    }

    /// What an option comes to in a sample.
    func outcome(
        _ option: PlacementOption, _ work: Scenario.Workload, _ total: Money, _ lines: CostLines, _ sample: Int,
        startSecond: Int?
    )
        -> Outcome
    {
        let share = max(0, 1 + option.error * z(.delta, sample))
        func time(_ plans: [MovePlan]) -> Double {
            plans.map { $0.seconds(startSecond: startSecond, share: share) { factor($0, sample) } }.max() ?? 0
        }
        let queue = OptionBuilder.queue(option.queue.middle, option.queue.p90, z(.queue, sample))
        let runtime = max(0.05, 1 + work.variation * z(.runtime, sample)) * option.plainWork
        let working = max(runtime, time(option.streams))
        let usual = max(option.plainWork, option.streams.map(\.seconds).max() ?? 0)
        let results = max(0, option.work - usual - (work.queuesAfterStaging ? option.queue.middle : 0))
        let staged = time(option.moves)
        let after = work.queuesAfterStaging
        // What the middle estimate waits for besides, such as a part done elsewhere, is waited for here too.
        let besides = max(
            0, option.ready - max(option.moves.map(\.seconds).max() ?? 0, after ? 0 : option.queue.middle))
        let ready = max(option.wait, (after ? staged : max(staged, queue)) + (option.wait > 0 ? 0 : besides))
        var dollars = total.dollars
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
