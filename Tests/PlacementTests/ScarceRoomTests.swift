import Placement
import TestSupport
import Testing

@Suite("Scarce room under shared charges and tariffs")
struct ScarceRoomTests {
    /// A free amount, then tiers that rise or fall.
    private func meter(_ seed: inout Seed) -> SharedMeter {
        let edges = (0..<Int.random(in: 1...3, using: &seed)).map { _ in UInt64.random(in: 1...900, using: &seed) }
            .sorted()
        let prices = ([0] + edges).map { _ in Int64.random(in: 0...3_000, using: &seed) }
        return SharedMeter(name: "m", edges: edges) { amount in
            var (sum, start): (Int64, UInt64) = (0, 0)
            for (index, price) in prices.enumerated() {
                let end = min(amount, index < edges.count ? edges[index] : .max)
                if end > start { sum += Int64(end - start) * (index == 0 ? 0 : price) }
                start = max(start, end)
            }
            return sum
        }
    }

    /// A few variables over a few sites with one or two rooms each, where charges of the site spare what is used by oneself.
    private func random(_ seed: inout Seed) -> PairwiseProblem {
        let (count, sites) = (Int.random(in: 3...6, using: &seed), Int.random(in: 2...3, using: &seed))
        let meters = (0..<Int.random(in: 0...2, using: &seed)).map { _ in meter(&seed) }
        func uses(_ most: UInt64, _ seed: inout Seed) -> [SharedMeter.Use] {
            meters.indices.filter { _ in Bool.random(using: &seed) }.map { index in
                let amount = UInt64.random(in: 1...most, using: &seed)
                return .init(meter: index, amount: amount, single: meters[index].price(amount))
            }
        }
        let charges = (0..<2 * sites).map { _ in uses(200, &seed) }
        let rooms = (0..<sites).flatMap { site in (0..<(site == 0 ? 2 : 1)).map { _ in site } }
        var problem = PairwiseProblem(
            choices: (0..<count).map { _ in
                rooms.indices.flatMap { room -> [PairwiseProblem.Choice] in
                    let base = Int64.random(in: 0...500_000, using: &seed)
                    return (0..<3).map { kind in
                        let used = kind == 0 ? uses(150, &seed) : []
                        var choice = PairwiseProblem.Choice(
                            cost: used.reduce(base) { $0 + $1.single } + (kind == 2 ? 0 : base / 3),
                            work: Double(Int.random(in: 1...99, using: &seed)),
                            charges: (0..<kind).map { 2 * rooms[room] + (kind == 1 ? Int(base % 2) : $0) },
                            resource: room)
                        choice.uses = used
                        if Int.random(in: 0..<20, using: &seed) == 0 { choice.resource = -1 }
                        return choice
                    }
                }
            })
        problem.meters = meters
        problem.chargeUses = charges
        problem.charges = charges.map { used in
            used.reduce(Int64.random(in: 0...600_000, using: &seed)) { $0 + $1.single }
        }
        problem.capacities = rooms.map { _ in Int.random(in: 1...3, using: &seed) }
        if Bool.random(using: &seed) {
            problem.deadlines = problem.deadlines.map { _ in Double(Int.random(in: 50...200, using: &seed)) }
        }
        return problem
    }

    /// The least cost by trying all.
    private func least(_ problem: PairwiseProblem) -> Int64? {
        var assignment = [Int](repeating: 0, count: problem.choices.count)
        var best: Int64?
        func visit(_ variable: Int) {
            guard variable < assignment.count else {
                let value = problem.value(of: assignment)
                if value.isPossible { best = min(best ?? .max, value.cost) }
                return
            }
            for index in problem.choices[variable].indices {
                assignment[variable] = index
                visit(variable + 1)
            }
        }
        visit(0)
        return best
    }

    @Test("is decided with a bound that nothing is below and an answer near the best, against full enumeration")
    func enumerated() throws {
        var seed = Seed.fromEnvironment()
        // Nearly no branching: what is left are the bound by blocks and the search among charges.
        var few = PairwiseSolver.Limits()
        (few.nodes, few.ranges, few.looks) = (1, 0, 50)
        var sums = (least: 0.0, reached: 0.0, bound: 0.0)
        for run in 0..<Seed.runs(usual: 150) {
            var problem = random(&seed)
            while problem.choices.reduce(1, { $0 * $1.count }) > 60_000 { problem.choices.removeLast() }
            problem.deadlines = Array(problem.deadlines.prefix(problem.choices.count))
            let note = "run \(run), seed \(seed.value)"
            guard let least = least(problem) else {
                #expect(PairwiseSolver(problem, .cost).solve() == nil, "\(note)")
                continue
            }
            let whole = try #require(PairwiseSolver(problem, .cost).solve(), "\(note)")
            #expect(whole.value.cost >= least && whole.bound <= Double(least), "\(note)")
            #expect(!whole.isExact || whole.value.cost == least, "\(note)")
            guard let found = PairwiseSolver(problem, .cost, limits: few).solve() else { continue }
            #expect(found.value.isPossible && found.value.cost >= least && found.bound <= Double(least), "\(note)")
            sums.least += Double(least)
            sums.reached += Double(found.value.cost)
            sums.bound += found.bound
        }
        #expect(sums.reached <= sums.least * 1.01 && sums.bound >= sums.least * 0.97, "\(sums), seed \(seed.value)")
    }

    @Test("comes to the same twice")
    func repeats() throws {
        var seed = Seed(3)
        let problem = random(&seed)
        let (a, b) = (PairwiseSolver(problem, .cost).solve(), PairwiseSolver(problem, .cost).solve())
        #expect(a?.assignment == b?.assignment && a?.bound == b?.bound)
    }
}
