/// Bounds from below of a ``PairwiseProblem``: shared charges laid on those who need them (``ChargeShares``), room that is scarce
/// at a price (``RoomPrices``), shared tariffs by lines below them (``MeterLines``), each moved to where the bound is high.
///
/// What is met on the way is often good, and kept.
struct LagrangianBound {
    /// All that is moved.
    struct Multipliers: Sendable {
        var lines: MeterLines
        var shares: ChargeShares
        var rooms: RoomPrices

        init(_ problem: PairwiseProblem) {
            lines = MeterLines(problem)
            shares = ChargeShares(problem)
            rooms = RoomPrices(problem)
        }
    }

    /// A bound, where it was found, and the assignment whose costs it adds up.
    struct Found: Sendable {
        var bound: Int64
        var at: Multipliers
        var assignment: [Int]
    }

    private let problem: PairwiseProblem
    private let aim: SolverAim
    private let order: [Int]
    private let tableMax: Int
    private let sizes: [Int]
    /// How many costs were looked at.
    private(set) var spent = 0
    /// The best assignment that was met.
    private(set) var incumbent: [Int]?

    init(_ problem: PairwiseProblem, _ aim: SolverAim, _ order: [Int], tableMax: Int) {
        self.problem = problem
        self.aim = aim
        self.order = order
        self.tableMax = tableMax
        sizes = problem.choices.map(\.count)
    }

    /// Takes an assignment as met, if it is better.
    mutating func offer(_ assignment: [Int]) { incumbent = better(incumbent, assignment) }

    /// The highest bound that so many rounds find.
    ///
    /// - Parameters:
    ///   - workMax: costs that may be looked at.
    ///   - movesLines: whether lines are moved too; room that is scarce makes the bound jump about when they are from the first.
    mutating func highest(from start: Multipliers, rounds: Int, workMax: Int, movesLines: Bool = true) -> Found {
        var now = start
        var best: Found?
        var length = 0.5
        let last = spent + workMax
        for round in 0..<max(1, rounds) {
            now.shares.settle(now.lines.charges(of: problem))
            let found = evaluated(now)
            let isHigher = found.bound > best?.bound ?? .min
            if isHigher { best = found } else { length *= 0.93 }
            offer(isHigher ? problem.fitted(found.assignment) : found.assignment)
            if round + 1 == rounds || spent > last || length < 1e-4 { break }
            let aim = incumbent.map { problem.value(of: $0).cost } ?? found.bound
            now.shares.step(problem, found.assignment, length: length)
            now.rooms.step(problem, found.assignment, from: found.bound, to: aim, length: 2 * length)
            if movesLines { now.lines.step(problem, found.assignment, from: found.bound, to: aim, length: length) }
        }
        return best ?? evaluated(start)
    }

    /// Whether there is anything to be moved.
    var isPlain: Bool { problem.charges.isEmpty && problem.capacities.isEmpty && problem.meters.isEmpty }

    /// The elimination whose bound is that of `multipliers`.
    func elimination(_ multipliers: Multipliers) -> Elimination {
        Elimination(sizes: sizes, factors: factors(added(multipliers)), order: order, tableMax: tableMax)
    }

    private func added(_ multipliers: Multipliers) -> [[Int64]] {
        var added = sizes.map { [Int64](repeating: 0, count: $0) }
        multipliers.shares.add(to: &added, of: problem)
        multipliers.rooms.add(to: &added, of: problem)
        multipliers.lines.add(to: &added, of: problem)
        return added
    }

    private mutating func evaluated(_ multipliers: Multipliers) -> Found {
        guard problem.edges.isEmpty else {
            let elimination = elimination(multipliers)
            spent += elimination.work
            return Found(bound: elimination.bound, at: multipliers, assignment: readOff(elimination))
        }
        // Without pairs each variable has its best choice.
        let added = added(multipliers)
        var bound: Int64 = 0
        var assignment: [Int] = []
        for variable in sizes.indices {
            spent += sizes[variable]
            var best = (cost: Int64.max, index: 0)
            for index in 0..<sizes[variable] {
                let cost = Self.cost(problem.choices[variable][index].cost, added[variable][index])
                if cost < best.cost { best = (cost, index) }
            }
            bound = PairwiseProblem.sum(bound, best.cost)
            assignment.append(best.index)
        }
        return Found(bound: bound, at: multipliers, assignment: assignment)
    }

    private static func cost(_ cost: Int64, _ added: Int64) -> Int64 {
        cost >= PairwiseProblem.forbidden ? cost : PairwiseProblem.sum(cost, added)
    }

    private func factors(_ added: [[Int64]]) -> [CostFactor] {
        let single = sizes.indices.map { variable in
            CostFactor(
                scope: [variable], sizes: sizes,
                table: (0..<sizes[variable]).map {
                    Self.cost(problem.choices[variable][$0].cost, added[variable][$0])
                })
        }
        return single + problem.edges.map { CostFactor(scope: [$0.from, $0.to], sizes: sizes, table: $0.cost) }
    }

    /// The assignment that follows the best choice of each variable, the last taken out first.
    private func readOff(_ elimination: Elimination) -> [Int] {
        var assignment = [Int](repeating: 0, count: sizes.count)
        for variable in elimination.order.reversed() {
            let costs = elimination.increments(variable, assignment, count: sizes[variable])
            assignment[variable] = costs.indices.min { (costs[$0], $0) < (costs[$1], $1) } ?? 0
        }
        return assignment
    }

    /// The better of two assignments; one that is not possible is kept only where there is no other.
    private func better(_ a: [Int]?, _ b: [Int]) -> [Int] {
        guard let a, a != b else { return b }
        let (x, y) = (problem.value(of: a), problem.value(of: b))
        if x.isPossible != y.isPossible { return x.isPossible ? a : b }
        return aim.rank(y.cost, y.finish, y.bytes) < aim.rank(x.cost, x.finish, x.bytes) ? b : a
    }
}
