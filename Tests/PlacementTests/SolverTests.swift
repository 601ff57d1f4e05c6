import Placement
import TestSupport
import Testing

@Suite("The solver of assignments")
struct SolverTests {
    /// All assignments, valued without the solver's own arithmetic.
    private struct Enumeration {
        let problem: PairwiseProblem
        var leastCost: Int64?
        var leastFinish: Double?
        var leastInTime: Int64?
        private var assignment: [Int]

        init(_ problem: PairwiseProblem, deadline: Double) {
            self.problem = problem
            assignment = [Int](repeating: 0, count: problem.choices.count)
            visit(0, deadline)
        }

        private mutating func visit(_ variable: Int, _ deadline: Double) {
            guard variable < assignment.count else { return look(deadline) }
            for index in problem.choices[variable].indices {
                assignment[variable] = index
                visit(variable + 1, deadline)
            }
        }

        private mutating func look(_ deadline: Double) {
            var cost: Int64 = 0
            var ends = [Double](repeating: 0, count: assignment.count)
            var paid = Set<Int>()
            for (variable, index) in assignment.enumerated() {
                let choice = problem.choices[variable][index]
                cost += choice.cost
                for charge in choice.charges where paid.insert(charge).inserted { cost += problem.charges[charge] }
                var begin = choice.ready
                for edge in problem.edges where edge.to == variable {
                    let at = assignment[edge.from] * problem.choices[variable].count + index
                    cost += edge.cost[at]
                    begin = max(begin, ends[edge.from] + edge.time[at])
                }
                ends[variable] = begin + choice.work
            }
            var used = [UInt64](repeating: 0, count: problem.meters.count)
            for use in assignment.enumerated().flatMap({ problem.choices[$0][$1].uses })
                + paid.flatMap({ problem.chargeUses.isEmpty ? [] : problem.chargeUses[$0] })
            {
                used[use.meter] += use.amount
                cost -= use.single
            }
            for (meter, amount) in zip(problem.meters, used) { cost += meter.price(amount) }
            let finish = ends.max() ?? 0
            leastCost = min(leastCost ?? .max, cost)
            leastFinish = min(leastFinish ?? .infinity, finish)
            if finish <= deadline { leastInTime = min(leastInTime ?? .max, cost) }
        }
    }

    /// A random graph of tasks: up to 5, up to 5 choices each, up to all earlier tasks as parents.
    private func graph(_ seed: inout Seed) -> PairwiseProblem {
        let count = Int.random(in: 1...5, using: &seed)
        let choices = (0..<count).map { _ in
            (0..<Int.random(in: 1...5, using: &seed)).map { _ in
                PairwiseProblem.Choice(
                    cost: Int64.random(in: 0...2_000_000, using: &seed),
                    ready: Double(Int.random(in: 0...900, using: &seed)),
                    work: Double(Int.random(in: 1...3600, using: &seed)))
            }
        }
        var problem = PairwiseProblem(choices: choices)
        for to in 1..<max(2, count) where to < count {
            for from in 0..<to where Int.random(in: 0..<100, using: &seed) < 45 {
                let size = choices[from].count * choices[to].count
                problem.edges.append(
                    .init(
                        from: from, to: to,
                        cost: (0..<size).map { _ in
                            Bool.random(using: &seed) ? 0 : Int64.random(in: 0...3_000_000, using: &seed)
                        },
                        time: (0..<size).map { _ in Double(Int.random(in: 0...1800, using: &seed)) }))
            }
        }
        return problem
    }

    @Test(
        "finds what full enumeration finds, for cost, makespan and cost under a deadline, in ten thousand random graphs"
    )
    func randomGraphs() throws {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 10_000) {
            let problem = graph(&seed)
            let deadline = Double(Int.random(in: 600...12_000, using: &seed))
            let all = Enumeration(problem, deadline: deadline)
            let note = "run \(run), seed \(seed.value)"
            let cost = try #require(PairwiseSolver(problem, .cost).solve(), "\(note)")
            #expect(cost.value.cost == all.leastCost && cost.isExact && cost.gap == 0, "\(note)")
            let time = try #require(PairwiseSolver(problem, .time).solve(), "\(note)")
            #expect(time.value.finish == all.leastFinish && time.isExact, "\(note)")
            var limited = problem
            limited.deadline = deadline
            let found = PairwiseSolver(limited, .cost).solve()
            #expect(found?.value.cost == all.leastInTime, "\(note)")
        }
    }

    @Test("finds the best sharing of charges, in random problems against full enumeration")
    func sharedCharges() throws {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 1_000) {
            let charges = Int.random(in: 1...6, using: &seed)
            let choices = (0..<Int.random(in: 1...5, using: &seed)).map { _ in
                (0..<Int.random(in: 1...5, using: &seed)).map { _ in
                    PairwiseProblem.Choice(
                        cost: Int64.random(in: 0...1_000_000, using: &seed),
                        charges: (0..<charges).filter { _ in Int.random(in: 0..<3, using: &seed) == 0 })
                }
            }
            var problem = PairwiseProblem(choices: choices)
            problem.charges = (0..<charges).map { _ in Int64.random(in: 0...2_000_000, using: &seed) }
            let all = Enumeration(problem, deadline: .infinity)
            let found = try #require(PairwiseSolver(problem, .cost).solve())
            #expect(found.value.cost == all.leastCost, "run \(run), seed \(seed.value)")
            #expect(found.isExact)
            #expect(found.bound <= Double(found.value.cost))
        }
    }

    /// A free amount, then tiers that rise or fall.
    private func meter(_ seed: inout Seed) -> SharedMeter {
        let edges = (0..<Int.random(in: 1...3, using: &seed)).map { _ in UInt64.random(in: 1...400, using: &seed) }
            .sorted()
        let prices = ([0] + edges).map { _ in Int64.random(in: 0...9_000, using: &seed) }
        let isFree = Bool.random(using: &seed)
        return SharedMeter(name: "m", edges: edges) { amount in
            var (sum, start): (Int64, UInt64) = (0, 0)
            for (index, price) in prices.enumerated() {
                let end = min(amount, index < edges.count ? edges[index] : .max)
                if end > start { sum += Int64(end - start) * (index == 0 && isFree ? 0 : price) }
                start = max(start, end)
            }
            return sum
        }
    }

    /// A random graph with charges, tariffs that are shared, room and deadlines.
    private func shared(_ seed: inout Seed) -> PairwiseProblem {
        let meters = (0..<Int.random(in: 1...2, using: &seed)).map { _ in meter(&seed) }
        func uses(_ seed: inout Seed) -> [SharedMeter.Use] {
            meters.indices.filter { _ in Bool.random(using: &seed) }.map { index in
                let amount = UInt64.random(in: 0...200, using: &seed)
                return .init(meter: index, amount: amount, single: meters[index].price(amount))
            }
        }
        var problem = graph(&seed)
        problem.meters = meters
        for variable in problem.choices.indices {
            for index in problem.choices[variable].indices {
                let used = uses(&seed)
                problem.choices[variable][index].uses = used
                problem.choices[variable][index].cost += used.reduce(0) { $0 + $1.single }
                problem.choices[variable][index].charges = (0..<2).filter { _ in
                    Int.random(in: 0..<3, using: &seed) == 0
                }
            }
        }
        problem.chargeUses = [uses(&seed), uses(&seed)]
        problem.charges = problem.chargeUses.map { used in
            used.reduce(Int64.random(in: 0...900_000, using: &seed)) { $0 + $1.single }
        }
        return problem
    }

    @Test("knows what any change of one choice comes to without adding up all")
    func changes() {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 500) {
            var problem = shared(&seed)
            if run % 3 == 0 { problem.edges = [] }
            problem.capacities = [1, 2]
            for variable in problem.choices.indices {
                problem.deadlines[variable] = Double(Int.random(in: 600...9_000, using: &seed))
                for index in problem.choices[variable].indices {
                    problem.choices[variable][index].resource = Int.random(in: -1...1, using: &seed)
                    problem.choices[variable][index].bytes = Int64.random(in: 0...9_000, using: &seed)
                    if Int.random(in: 0..<9, using: &seed) == 0 {
                        problem.choices[variable][index].cost = PairwiseProblem.forbidden
                    }
                }
            }
            var assignment = problem.choices.map { Int.random(in: 0..<$0.count, using: &seed) }
            var state = AssignmentState(problem, assignment)
            for step in 0..<12 {
                let note = "run \(run), step \(step), seed \(seed.value)"
                #expect(state.value == problem.value(of: assignment), "\(note)")
                let variable = Int.random(in: assignment.indices, using: &seed)
                let index = Int.random(in: problem.choices[variable].indices, using: &seed)
                var changed = assignment
                changed[variable] = index
                #expect(state.value(variable, index) == problem.value(of: changed), "\(note)")
                #expect(state.value == problem.value(of: assignment), "\(note)")
                if Bool.random(using: &seed) {
                    assignment = changed
                    state.set(variable, index)
                }
            }
        }
    }

    @Test("finds the best under tariffs that are billed together, in random problems against full enumeration")
    func sharedMeters() throws {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 1_000) {
            var problem = shared(&seed)
            let deadline = Double(Int.random(in: 600...12_000, using: &seed))
            let all = Enumeration(problem, deadline: deadline)
            let note = "run \(run), seed \(seed.value)"
            let found = try #require(PairwiseSolver(problem, .cost).solve(), "\(note)")
            #expect(found.value.cost == all.leastCost && found.isExact, "\(note)")
            #expect(found.bound <= Double(found.value.cost), "\(note)")
            problem.deadline = deadline
            #expect(PairwiseSolver(problem, .cost).solve()?.value.cost == all.leastInTime, "\(note)")
        }
    }

    @Test("finds fleets under shared tariffs that are never better than its bound, against full enumeration")
    func meteredFleets() throws {
        var seed = Seed.fromEnvironment()
        var exact = 0
        for run in 0..<Seed.runs(usual: 300) {
            let meters = [meter(&seed)]
            var problem = PairwiseProblem(
                choices: (0..<Int.random(in: 1...5, using: &seed)).map { _ in
                    (0..<Int.random(in: 1...4, using: &seed)).map { _ in
                        PairwiseProblem.Choice(cost: Int64.random(in: 0...900_000, using: &seed))
                    }
                })
            problem.meters = meters
            for variable in problem.choices.indices {
                for index in problem.choices[variable].indices where Bool.random(using: &seed) {
                    let amount = UInt64.random(in: 0...200, using: &seed)
                    let use = SharedMeter.Use(meter: 0, amount: amount, single: meters[0].price(amount))
                    problem.choices[variable][index].uses = [use]
                    problem.choices[variable][index].cost += use.single
                }
            }
            let least = try #require(Enumeration(problem, deadline: .infinity).leastCost)
            let found = try #require(FleetSolver(problem).solve())
            let note = "run \(run), seed \(seed.value)"
            #expect(found.value.cost >= least && found.bound <= Double(least), "\(note)")
            // But for the rounding of what is a line: two micro-dollars for each use and tariff.
            #expect(!found.isExact || found.value.cost - least <= 12, "\(note)")
            if found.isExact { exact += 1 }
        }
        #expect(exact > 0)
    }

    @Test("keeps capacities")
    func capacities() throws {
        let choices = (0..<3).map { job in
            [PairwiseProblem.Choice(cost: 1, resource: 0), .init(cost: Int64(10 + job), resource: 1)]
        }
        var problem = PairwiseProblem(choices: choices)
        problem.capacities = [1, 2]
        // The dearest of the second goes to the first.
        let found = try #require(PairwiseSolver(problem, .cost).solve())
        #expect(found.value.cost == 22)
        problem.capacities = [1, 1]
        #expect(PairwiseSolver(problem, .cost).solve() == nil)
    }

    @Test("takes of equal costs the earlier end, then fewer bytes, then the first")
    func ties() throws {
        let problem = PairwiseProblem(choices: [
            [
                .init(cost: 5, work: 9), .init(cost: 5, work: 3, bytes: 7), .init(cost: 5, work: 3, bytes: 2),
                .init(cost: 5, work: 3, bytes: 2),
            ]
        ])
        #expect(PairwiseSolver(problem, .cost).solve()?.assignment == [2])
    }

    @Test("says how far from the best it may be, where a limit ends the search")
    func gap() throws {
        var seed = Seed(7)
        let choices = (0..<14).map { _ in
            (0..<6).map { _ in
                PairwiseProblem.Choice(
                    cost: Int64.random(in: 900_000...1_000_000, using: &seed),
                    work: Double(Int.random(in: 1...100, using: &seed)))
            }
        }
        var problem = PairwiseProblem(choices: choices)
        problem.edges = (1..<14).map {
            PairwiseProblem.Edge(
                from: $0 - 1, to: $0, cost: .init(repeating: 0, count: 36), time: .init(repeating: 0, count: 36))
        }
        problem.deadline = 500
        var limits = PairwiseSolver.Limits()
        limits.nodes = 30
        let found = try #require(PairwiseSolver(problem, .cost, limits: limits).solve())
        #expect(found.bound <= Double(found.value.cost))
        let exact = try #require(PairwiseSolver(problem, .cost).solve())
        #expect(exact.value.cost <= found.value.cost)
        #expect(Double(exact.value.cost) >= found.bound)
        #expect(found.isExact || found.gap > 0)
    }

    @Test("bounds from below where a table would be too large, and still finds the best of a small problem")
    func miniBuckets() throws {
        var seed = Seed.fromEnvironment()
        for _ in 0..<200 {
            let problem = graph(&seed)
            var limits = PairwiseSolver.Limits()
            limits.table = 6
            let found = try #require(PairwiseSolver(problem, .cost, limits: limits).solve())
            #expect(found.value.cost == Enumeration(problem, deadline: .infinity).leastCost, "seed \(seed.value)")
        }
    }
}
