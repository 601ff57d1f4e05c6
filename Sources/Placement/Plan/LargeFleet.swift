internal import Model

/// Decides for more workloads than are decided together, each by itself but for room, shared staging and shared tariffs.
///
/// What each costs at least anywhere (``FleetFloors``) says where it goes and bounds all from below; options are made only for
/// where it goes and for the next best site, and the answer is valued by these.
struct LargeFleet {
    /// Where options turn out not to be there, or to be late, so many further assignments are looked for.
    static let repeatsMax = 4

    private let scenario: Scenario
    private var builder: OptionBuilder
    private var floors: FleetFloors

    /// Whether a scenario is of the kind: many workloads, none of which waits for another, decided by cost.
    static func suits(_ scenario: Scenario) -> Bool {
        guard scenario.workloads.count > Planner.togetherMax, scenario.objective.aim == .cost else { return false }
        let datasets = Set(scenario.datasets.map(\.name))
        return scenario.workloads.allSatisfy { work in
            work.after.isEmpty && work.reads.allSatisfy { datasets.contains($0.name) }
        }
    }

    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        builder = OptionBuilder(scenario)
        floors = try FleetFloors(scenario, &builder)
    }

    /// Where all workloads go.
    ///
    /// - Throws: `refused` where there is no room, or one can be done nowhere.
    mutating func decided() throws -> (compiled: CompiledScenario, answer: PairwiseSolver.Answer) {
        for _ in 0..<Self.repeatsMax {
            try checkPlaces()
            guard let found = assigned() else { break }
            let sites = found.place.indices.map { job in
                [floors.places[found.place[job]].site] + (nextSite(job, found).map { [$0] } ?? [])
            }
            let compiled = CompiledScenario(scenario, &builder, at: sites)
            let chosen = found.place.indices.map { choice($0, found, compiled) }
            let missing = chosen.indices.filter { chosen[$0] == nil }
            guard missing.isEmpty else {
                for job in missing { floors.forbid(job, found.place[job]) }
                continue
            }
            return (compiled, answer(chosen.compactMap(\.self), found, compiled.problem))
        }
        throw PerigeeError(
            .refused, "no assignment fits capacities and deadlines of all \(scenario.workloads.count) workloads",
            at: scenario.name, remedy: "give it more time, more capacity or a faster link")
    }

    /// Where each goes, and what that costs at least.
    private struct Assigned {
        var place: [Int]
        var isOpen: [Bool]
        var bound: Int64
        var steps: Int
        var method: String
    }

    private func assigned() -> Assigned? {
        let problem = floors.problem
        guard problem.reads.contains(where: { !$0.isEmpty }) else {
            let rows = problem.reads.indices.map { job in
                Array(problem.base[job * floors.places.count..<(job + 1) * floors.places.count])
            }
            let flow = FleetAssignment(costs: rows, capacities: problem.rooms)
            let place = flow.site.compactMap(\.self)
            guard place.count == problem.jobs else { return nil }
            return Assigned(
                place: place, isOpen: [], bound: flow.cost, steps: flow.paths,
                method: "minimum-cost flow by successive shortest paths")
        }
        guard let found = SharedFleet(problem).solve() else { return nil }
        return Assigned(
            place: found.place, isOpen: found.isOpen, bound: found.bound, steps: found.rounds,
            method: "Lagrangian shares, then opening and closing of shared staging")
    }

    /// Says of the first workload that can be done nowhere why that is.
    private mutating func checkPlaces() throws {
        let count = floors.places.count
        for (job, work) in scenario.workloads.enumerated()
        where !floors.problem.base[job * count..<(job + 1) * count].contains(where: { $0 < PairwiseProblem.forbidden })
        {
            let found = builder.options(work)
            guard found.options.isEmpty else { continue }
            throw Planner.refusal(work, found.rejections, scenario.name)
        }
    }

    /// The cheapest other site of a workload.
    private func nextSite(_ job: Int, _ found: Assigned) -> Int? {
        let mine = floors.places[found.place[job]].site
        var best = (cost: PairwiseProblem.forbidden, site: -1)
        for (at, place) in floors.places.enumerated() where place.site != mine {
            let cost = floors.cost(job, at, found.isOpen)
            if cost < best.cost { best = (cost, place.site) }
        }
        return best.site >= 0 ? best.site : nil
    }

    /// The option of a workload at its place that costs least with what is brought for all; nil where none is in time.
    private func choice(_ job: Int, _ found: Assigned, _ compiled: CompiledScenario) -> Int? {
        let place = floors.places[found.place[job]]
        let open = floors.open(job, place.site, found.isOpen)
        let limit = min(scenario.workloads[job].deadline ?? .infinity, scenario.objective.deadline ?? .infinity)
        var best: (cost: Int64, index: Int)?
        for (index, option) in compiled.options[job].enumerated()
        where option.site == place.site && option.offer == place.offer {
            let choice = compiled.problem.choices[job][index]
            guard choice.sureReady + choice.sureWork <= limit else { continue }
            let cost = option.staging.reduce(choice.cost) { sum, staged in
                let isPaid = open.contains(compiled.staging[staged].dataset)
                let isOwn = !compiled.isShared[staged]
                return isPaid || isOwn ? sum : PairwiseProblem.sum(sum, compiled.staging[staged].lines.total.micros)
            }
            if cost < best?.cost ?? PairwiseProblem.forbidden { best = (cost, index) }
        }
        return best?.index
    }

    private func answer(
        _ assignment: [Int], _ found: Assigned, _ problem: PairwiseProblem
    ) -> PairwiseSolver.Answer {
        var search = LocalSearch(problem, .cost, from: assignment, looksMax: 40 * assignment.count)
        let better = search.moved()
        let value = problem.value(of: better)
        let bound = max(0, min(found.bound - floors.start, value.cost))
        let rounding = FleetFloors.rounding * Int64(assignment.count)
        return PairwiseSolver.Answer(
            assignment: better, value: value, bound: Double(bound), reached: Double(value.cost),
            isExact: value.cost - bound <= min(rounding, value.cost / 100_000), nodes: found.steps, width: 0,
            method: found.method + (problem.meters.isEmpty ? "" : ", by lines below shared tariffs"))
    }
}
