internal import Model

/// A scenario as a problem for the solver, with what its numbers stand for.
struct CompiledScenario: Sendable {
    let scenario: Scenario
    /// The options of each workload, in the order of choices of the problem.
    private(set) var options: [[PlacementOption]] = []
    /// Why sites are out of question, by workload.
    private(set) var rejections: [[Rejection]] = []
    /// What several workloads can share.
    private(set) var staging: [SharedStaging] = []
    /// Whether more than one workload can need each of these.
    private(set) var isShared: [Bool] = []
    /// Moves of outputs to those who read them, by edge, then by choices.
    private(set) var moves: [[MovePlan?]] = []
    private(set) var problem: PairwiseProblem
    /// The labels of all data.
    let labels: LabelTable
    /// The second of the day at which all begins; nil where that does not matter.
    let startSecond: Int?
    /// Seconds to the end of the month; nil where that does not matter.
    let monthLeft: Double?
    /// So many bytes at most for one workload or one edge between two, so that sums of all of them do not overflow.
    private let bytesMax: UInt64

    init(_ scenario: Scenario) {
        var builder = OptionBuilder(scenario)
        self.init(scenario, &builder, at: nil)
    }

    /// A scenario with the options at some sites of each workload, all where nothing is said.
    init(_ scenario: Scenario, _ builder: inout OptionBuilder, at sites: [[Int]]?) {
        self.scenario = scenario
        let edges = scenario.workloads.reduce(0) { $0 + $1.reads.count + $1.after.count }
        bytesMax = (1 << 62) / UInt64(max(1, scenario.workloads.count + edges))
        for found in builder.options(at: sites) {
            options.append(found.options)
            rejections.append(found.rejections)
        }
        staging = builder.staging
        labels = builder.labels
        startSecond = builder.planner.startSecond
        monthLeft = builder.planner.monthLeft
        problem = PairwiseProblem(choices: [])
        problem = choices(builder.planner.monthLeft)
        addEdges(builder)
    }

    /// The names of workloads that cannot be done anywhere.
    var stuck: [Int] { options.indices.filter { options[$0].isEmpty } }

    /// The staging that more than one workload can need, in order; what one alone can need is part of its own cost.
    private mutating func shared() -> [Int] {
        var users = [Set<Int>](repeating: [], count: staging.count)
        for (workload, all) in options.enumerated() {
            for option in all { for one in option.staging { users[one].insert(workload) } }
        }
        isShared = users.map { $0.count > 1 }
        return staging.indices.filter { isShared[$0] }
    }

    private mutating func choices(_ monthLeft: Double?) -> PairwiseProblem {
        var resources: [String: Int] = [:]
        var capacities: [Int] = []
        let shared = shared()
        let charge = Dictionary(uniqueKeysWithValues: shared.enumerated().map { ($0.element, $0.offset) })
        let tariffs = SharedTariffs(
            scenario, options.map { $0.map { $0.own + $0.returned } }, staging.map(\.plan), monthLeft)
        let choices = options.map { all in
            all.map { option in
                let needed = Set(option.staging).sorted()
                let alone = needed.filter { charge[$0] == nil }
                let own = alone.reduce(option.lines.total) { $0 + staging[$1].lines.total }
                let bytes = alone.reduce(option.bytes) { MovePlan.sum($0, staging[$1].plan.bytes) }
                var choice = PairwiseProblem.Choice(
                    cost: min(own.micros, PairwiseProblem.forbidden), ready: option.ready, work: option.work,
                    sureReady: option.sureReady, sureWork: option.sureWork, bytes: Int64(min(bytes, bytesMax)),
                    charges: needed.compactMap { charge[$0] })
                choice.uses = tariffs.uses(
                    option.own + option.returned + alone.map { staging[$0].plan })
                let offer = scenario.sites[option.site].offers[option.offer]
                if let capacity = offer.capacity, capacity < scenario.workloads.count {
                    let key = "\(option.site)/\(option.offer)"
                    if let known = resources[key] {
                        choice.resource = known
                    } else {
                        choice.resource = capacities.count
                        resources[key] = capacities.count
                        capacities.append(capacity)
                    }
                }
                return choice
            }
        }
        var out = PairwiseProblem(choices: choices)
        out.charges = shared.map { min(staging[$0].lines.total.micros, PairwiseProblem.forbidden) }
        out.meters = tariffs.meters
        out.chargeUses = shared.map { tariffs.uses([staging[$0].plan]) }
        out.capacities = capacities
        out.deadlines = scenario.workloads.map { $0.deadline ?? .infinity }
        out.deadline = scenario.objective.deadline ?? .infinity
        return out
    }

    /// Outputs go from those who make them to those who read them.
    private mutating func addEdges(_ builder: OptionBuilder) {
        let index = Dictionary(scenario.workloads.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first
        }
        for (to, work) in scenario.workloads.enumerated() {
            var reads: [Int: [(output: Scenario.Output, name: String, share: Double)]] = [:]
            for read in work.reads {
                guard builder.datasetIndex[read.name] == nil, let dot = read.name.lastIndex(of: "."),
                    let from = index[String(read.name[..<dot])],
                    let output = scenario.workloads[from].outputs.first(where: {
                        $0.name == read.name[read.name.index(after: dot)...]
                    })
                else { continue }
                reads[from, default: []].append((output, read.name, read.share))
            }
            for name in work.after { if let from = index[name] { reads[from, default: []] += [] } }
            for from in reads.keys.sorted() { addEdge(builder, from, to, reads[from] ?? []) }
        }
    }

    private mutating func addEdge(
        _ builder: OptionBuilder, _ from: Int, _ to: Int,
        _ reads: [(output: Scenario.Output, name: String, share: Double)]
    ) {
        let (runs, recurrence) = (scenario.workloads[to].runs, scenario.workloads[to].recurrence())
        let q = scenario.confidence(scenario.workloads[to])
        let made = Array(Set(reads.flatMap { labels.labels[$0.name] ?? [] })).sorted()
        let wire =
            reads.reduce(0.0) { $0 + Double($1.output.size) * $1.output.ratio * $1.share } * (1 + scenario.overhead)
        let bytes = UInt64(min(wire.rounded(), 0x1p62))
        var cache: [String: MovePlan?] = [:]
        var edge = PairwiseProblem.Edge(from: from, to: to, cost: [], time: [])
        var edgeMoves: [MovePlan?] = []
        var sure: [Double] = []
        for a in options[from] {
            for b in options[to] {
                let key = "\(a.site) \(b.site) \(a.isHasty)"
                if a.site == b.site || bytes == 0 {
                    edgeMoves.append(nil)
                    edge.cost.append(0)
                    edge.time.append(0)
                    edge.bytes.append(0)
                    sure.append(0)
                    continue
                }
                let plan: MovePlan?
                if let known = cache[key] {
                    plan = known
                } else {
                    plan = move(builder, bytes, a, b.site, made)
                    cache[key] = plan
                }
                edgeMoves.append(plan)
                edge.cost.append(
                    plan.map { min($0.lines(recurrence).total.micros, PairwiseProblem.forbidden) }
                        ?? PairwiseProblem.forbidden)
                edge.time.append(plan?.seconds ?? 0)
                edge.bytes.append(plan.map { Int64(min(MovePlan.whole(Double($0.bytes) * runs), bytesMax)) } ?? 0)
                sure.append(
                    plan.map { plan in q.map { plan.sureSeconds($0, startSecond: nil, error: 0) } ?? plan.seconds } ?? 0
                )
            }
        }
        edge.sureTime = sure
        problem.edges.append(edge)
        moves.append(edgeMoves)
    }

    private func move(
        _ builder: OptionBuilder, _ bytes: UInt64, _ maker: PlacementOption, _ to: Int, _ made: [String]
    ) -> MovePlan? {
        let site = scenario.sites[to]
        // What is read from elsewhere is at least processed there; it was asked about when options were made for outputs.
        guard scenario.policy.denial(.process, of: made, at: site.name, site.attributes) == nil else { return nil }
        var reasons: [String] = []
        // What may not be stored there can be read from afar.
        let isKept = scenario.policy.denial(.store, of: made, at: site.name, site.attributes) == nil
        return builder.plan(
            bytes, maker.site, to, made, &reasons, isHasty: maker.isHasty || scenario.objective.aim == .time,
            writes: isKept)
    }
}
