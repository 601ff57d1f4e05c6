internal import Model

/// Decides for more workloads than are decided together, each by itself but for room, shared staging, shared tariffs and the end of all.
///
/// What each costs at least anywhere, and how early it can end (``FleetFloors``), says where it goes and bounds all from below;
/// options are made only for where it goes and for the next best site, and the answer is valued by these.
struct LargeFleet {
    /// Where options turn out not to be there, or to be late, so many further assignments are looked for.
    static let repeatsMax = 12

    let scenario: Scenario
    let aim: SolverAim
    var floors: FleetFloors
    private var builder: OptionBuilder
    /// Workloads of which it is known at which places they are in time.
    private var checked: Set<Int> = []

    /// Whether a scenario is of the kind: more workloads than `together`, none of which waits for another.
    static func suits(_ scenario: Scenario, together: Int) -> Bool {
        scenario.workloads.count > together && scenario.isIndependent
    }

    init(_ scenario: Scenario) throws {
        self.scenario = scenario
        aim = Planner.aim(scenario.objective)
        builder = OptionBuilder(scenario)
        floors = try FleetFloors(scenario, &builder)
    }

    /// Where all workloads go.
    ///
    /// - Throws: `refused` where there is no room, or one can be done nowhere.
    mutating func decided() throws -> (compiled: CompiledScenario, answer: PairwiseSolver.Answer) {
        try checkPlaces()
        let found: (placed: Placed, bound: Double)? =
            switch aim {
            case .cost: placed().map { ($0, Double(bound($0))) }
            case .time: quickest()
            case .weighted(let price): weighed(price)
            }
        guard let found else {
            throw Planner.tooTight(
                "no assignment fits capacities and deadlines of all \(scenario.workloads.count) workloads", scenario)
        }
        return (found.placed.compiled, answer(found.placed, found.bound))
    }

    /// Where each goes, and what that costs at least.
    struct Assigned {
        var place: [Int]
        var isOpen: [Bool]
        var bound: Int64
        var steps: Int
        var method: String
    }

    /// Where each goes, by which option, and what that comes to.
    struct Placed {
        var assigned: Assigned
        var compiled: CompiledScenario
        var assignment: [Int]
        var value: PairwiseProblem.Value
    }

    /// Whether something is brought for several.
    var isShared: Bool { floors.problem.reads.contains { !$0.isEmpty } }

    /// Nothing costs less than that, of what ends as early as `placed` was asked to.
    func bound(_ placed: Placed) -> Int64 { max(0, placed.assigned.bound - floors.start) }

    /// The cheapest, of what can end within so many seconds; nil where there is none.
    mutating func placed(within seconds: Float = .infinity) -> Placed? {
        for _ in 0..<Self.repeatsMax {
            guard let found = assigned(seconds) else { return nil }
            let sites = found.place.indices.map { job in
                [floors.places[found.place[job]].site] + (nextSite(job, found).map { [$0] } ?? [])
            }
            let compiled = CompiledScenario(scenario, &builder, at: sites)
            let chosen = found.place.indices.map { choice($0, found, compiled, Double(seconds)) }
            let missing = chosen.indices.filter { chosen[$0] == nil }
            guard missing.isEmpty else {
                for job in missing { forbidLate(job, found.place[job]) }
                continue
            }
            let problem = compiled.problem
            var search = LocalSearch(problem, aim, from: chosen.compactMap(\.self), looksMax: 40 * chosen.count)
            let better = search.moved()
            return Placed(assigned: found, compiled: compiled, assignment: better, value: problem.value(of: better))
        }
        return nil
    }

    private func assigned(_ seconds: Float) -> Assigned? {
        let problem = seconds < .infinity ? floors.within(seconds) : floors.problem
        guard isShared else {
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

    /// Says of the first workload that can be done nowhere, or nowhere in time, why that is.
    private mutating func checkPlaces() throws {
        let count = floors.places.count
        for (job, work) in scenario.workloads.enumerated()
        where !floors.problem.base[job * count..<(job + 1) * count].contains(where: { $0 < PairwiseProblem.forbidden })
        {
            let found = builder.options(work)
            guard !found.options.isEmpty else { throw Planner.refusal(work, found.rejections, scenario.name) }
            let (end, limit) = (found.options.map { $0.sureReady + $0.sureWork }.min() ?? 0, limit(job))
            if end > limit {
                throw Planner.tooTight(Planner.late(work, end, limit, scenario.confidence(work)), scenario)
            }
        }
    }

    private func limit(_ job: Int) -> Double {
        scenario.limit(scenario.workloads[job])
    }

    /// Forbids a workload a place where no option is in time, and the first time all such places.
    private mutating func forbidLate(_ job: Int, _ place: Int) {
        floors.forbid(job, place)
        guard limit(job) < .infinity, checked.insert(job).inserted else { return }
        var inTime: Set<FleetFloors.Place> = []
        for option in builder.options(scenario.workloads[job]).options
        where option.sureReady + option.sureWork <= limit(job) {
            inTime.insert(.init(site: option.site, offer: option.offer))
        }
        for (at, place) in floors.places.enumerated() where !inTime.contains(place) { floors.forbid(job, at) }
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

    /// The option of a workload at its place that costs least with what is brought for all, of those that end within so many
    /// seconds, or else the one that ends first; nil where none keeps its deadline.
    private func choice(_ job: Int, _ found: Assigned, _ compiled: CompiledScenario, _ seconds: Double) -> Int? {
        let place = floors.places[found.place[job]]
        let open = floors.open(job, place.site, found.isOpen)
        let limit = limit(job)
        var best: (late: Double, cost: Int64, index: Int)?
        for (index, option) in compiled.options[job].enumerated()
        where option.site == place.site && option.offer == place.offer {
            let choice = compiled.problem.choices[job][index]
            guard choice.sureReady + choice.sureWork <= limit else { continue }
            let cost = option.staging.reduce(choice.cost) { sum, staged in
                let isPaid = open.contains(compiled.staging[staged].dataset)
                let isOwn = !compiled.isShared[staged]
                return isPaid || isOwn ? sum : PairwiseProblem.sum(sum, compiled.staging[staged].lines.total.micros)
            }
            let late = max(0, choice.ready + choice.work - seconds)
            guard cost < PairwiseProblem.forbidden else { continue }
            if let best, (best.late, best.cost) <= (late, cost) { continue }
            best = (late, cost, index)
        }
        return best?.index
    }

    private func answer(_ placed: Placed, _ bound: Double) -> PairwiseSolver.Answer {
        let value = placed.value
        let reached = aim.rank(value.cost, value.finish, value.bytes).first
        let rounding = aim == .time ? 0 : Double(FleetFloors.rounding * Int64(placed.assignment.count))
        let close = aim == .time ? reached * 1e-6 : min(rounding, reached / 100_000)
        let ends = aim == .cost ? "" : ", with ends of all within limits"
        return PairwiseSolver.Answer(
            assignment: placed.assignment, value: value, bound: max(0, min(bound, reached)), reached: reached,
            isExact: reached - bound <= close, nodes: placed.assigned.steps, width: 0,
            method: placed.assigned.method + ends
                + (placed.compiled.problem.meters.isEmpty ? "" : ", by lines below shared tariffs"))
    }
}
