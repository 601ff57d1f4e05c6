public import Model

/// Decides for all workloads of a scenario.
public struct Planner: Sendable {
    /// What was decided for a workload.
    public struct Placement: Sendable {
        /// The workload.
        public var workload: String
        /// The chosen way.
        public var option: PlacementOption
        /// When it can begin, in seconds from now.
        public var begins: Double
        /// When it ends.
        public var ends: Double
    }

    /// More workloads than these are decided each by itself as far as can be, and told less of.
    public static let togetherMax = 400
    /// The most workloads of which some depend on others.
    public static let dependentMax = 4_000

    let compiled: CompiledScenario
    let answer: PairwiseSolver.Answer
    /// When each workload ends.
    let ends: [Double]

    /// Decides.
    ///
    /// - Throws: `refused` where no assignment keeps policies, deadlines and capacities; `limit` where sums cannot be held.
    public init(_ scenario: Scenario) throws { try self.init(scenario, together: Self.togetherMax) }

    /// Decides, each workload by itself as far as can be where there are more than `together`.
    ///
    /// - Throws: as ``init(_:)``.
    package init(
        _ scenario: Scenario, limits: PairwiseSolver.Limits = PairwiseSolver.Limits(), together: Int = togetherMax
    ) throws {
        if LargeFleet.suits(scenario, together: together) {
            var fleet = try LargeFleet(scenario)
            (compiled, answer) = try fleet.decided()
            ends = compiled.problem.ends(answer.assignment, sure: false)
            return
        }
        guard scenario.workloads.count <= Self.dependentMax else {
            throw PerigeeError(
                .limit, "of \(scenario.workloads.count) workloads some depend on others", at: scenario.name,
                remedy: "decide for \(Self.dependentMax) at a time, or for those that depend on none by themselves")
        }
        let compiled = CompiledScenario(scenario)
        if let stuck = compiled.stuck.first {
            throw Self.refusal(scenario.workloads[stuck], compiled.rejections[stuck], scenario.name)
        }
        guard let answer = try Self.solve(compiled, limits) else {
            throw Self.tooTight(Self.whyNot(compiled), scenario)
        }
        guard answer.value.cost < PairwiseProblem.forbidden else {
            throw PerigeeError(
                .limit, "costs are too large to be added", at: scenario.name, remedy: "check sizes and prices")
        }
        (self.compiled, self.answer) = (compiled, answer)
        ends = compiled.problem.ends(answer.assignment, sure: false)
    }

    /// The aim in the words of the solver.
    static func aim(_ objective: Objective) -> SolverAim {
        switch objective.aim {
        case .cost: .cost
        case .time: .time
        case .weighted: .weighted(microsPerSecond: Double(objective.hourValue.picos) / 1e6 / 3600)
        }
    }

    static func solve(_ compiled: CompiledScenario, _ limits: PairwiseSolver.Limits) throws -> PairwiseSolver.Answer? {
        let problem = compiled.problem
        var fleet: PairwiseSolver.Answer?
        if problem.edges.isEmpty, problem.charges.isEmpty, !problem.isTimed, aim(compiled.scenario.objective) == .cost,
            problem.choices.count > 64 || !problem.capacities.isEmpty
        {
            fleet = FleetSolver(problem).solve()
            if fleet?.isExact ?? true || problem.choices.count > togetherMax { return fleet }
        }
        let answer = PairwiseSolver(problem, aim(compiled.scenario.objective), limits: limits).solve()
        return answer.map { $0.better(than: fleet) } ?? fleet
    }

    /// Why a workload can be done nowhere.
    static func refusal(_ work: Scenario.Workload, _ rejections: [Rejection], _ scenario: String) -> PerigeeError {
        let reasons = rejections.filter { $0.route == nil }.map { "\($0.site): \($0.reason)" }
        return PerigeeError(
            .refused, "\(work.name) can be done nowhere\n    " + reasons.joined(separator: "\n    "),
            at: scenario,
            remedy: "see which rule stands in the way with --explain, or offer compute where the data may be")
    }

    /// Why there is no answer although each workload has options.
    private static func whyNot(_ compiled: CompiledScenario) -> String {
        var relaxed = compiled.problem
        relaxed.deadline = .infinity
        relaxed.deadlines = relaxed.deadlines.map { _ in .infinity }
        guard let quick = PairwiseSolver(relaxed, .time).solve() else {
            return "no assignment fits capacities and the ways that outputs may take"
        }
        let ends = relaxed.ends(quick.assignment, sure: true)
        let late = compiled.problem.deadlines.indices.first {
            ends[$0] > min(compiled.problem.deadlines[$0], compiled.problem.deadline)
        }
        guard let late else { return "no assignment within the limits of the search keeps all deadlines" }
        let work = compiled.scenario.workloads[late]
        let limit = compiled.scenario.limit(work)
        return Self.late(work, ends[late], limit, compiled.scenario.confidence(work))
    }

    /// The error where `reason` keeps all from fitting.
    static func tooTight(_ reason: String, _ scenario: Scenario) -> PerigeeError {
        PerigeeError(
            .refused, reason, at: scenario.name, remedy: "give it more time, more capacity or a faster link")
    }

    /// That a workload cannot keep its deadline, as surely as is asked.
    static func late(_ work: Scenario.Workload, _ end: Double, _ limit: Double, _ confidence: Double?) -> String {
        let hours = [end, limit].map { Quantity.decimal($0 / 3600, places: 2) }
        let cases = confidence.map { " in \(Quantity.decimal($0 * 100, places: 1)) % of cases" } ?? ""
        return "\(work.name) would end after \(hours[0]) h at the earliest\(cases), and \(hours[1]) h are allowed"
    }

    /// What was decided, by workload.
    public var placements: [Placement] {
        compiled.scenario.workloads.indices.map { index in
            let option = compiled.options[index][answer.assignment[index]]
            return Placement(
                workload: compiled.scenario.workloads[index].name, option: option,
                begins: max(0, ends[index] - option.work),
                ends: ends[index])
        }
    }

    /// The site of a placement.
    public func siteName(_ placement: Placement) -> String { compiled.scenario.sites[placement.option.site].name }

    /// What all comes to.
    public var cost: Money { Money(micros: answer.value.cost) }

    /// When the last workload ends, in seconds from now.
    public var finish: Double { answer.value.finish }

    /// Bytes on the wire, staging included.
    public var bytes: UInt64 {
        // What one workload alone can need is among its own.
        let shared = Set(placements.flatMap { $0.option.staging }).filter { compiled.isShared[$0] }.reduce(UInt64(0)) {
            MovePlan.sum($0, compiled.staging[$1].plan.bytes)
        }
        return MovePlan.sum(UInt64(max(0, answer.value.bytes)), shared)
    }

    /// How the decision was found.
    public var solver: SolverReport {
        let isTime = compiled.scenario.objective.aim == .time
        return SolverReport(
            method: answer.method,
            bound: isTime
                ? Quantity.decimal(answer.bound, places: 3)
                : Money(micros: Int64(min(max(answer.bound, 0), 0x1p62))).decimal,
            gap: answer.gap, isExact: answer.isExact, nodes: answer.nodes, width: answer.width)
    }
}
