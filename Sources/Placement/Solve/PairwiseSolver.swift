/// Finds the best assignment of a ``PairwiseProblem``, and says how sure that is.
///
/// The bound from below comes from taking variables out (``Elimination``), shared charges laid on those who need them
/// (``ChargeShares``). Where nothing but costs of choices and pairs counts, the bound is the least cost and the answer is
/// read off it. Else branch and bound goes through the variables against the order of elimination: it knows for each
/// partial assignment the best completion, but for deadlines, capacities and what charges save.
package struct PairwiseSolver: Sendable {
    /// How much may be looked at.
    package struct Limits: Sendable {
        /// Partial assignments.
        package var nodes = 400_000
        /// Partial assignments that are only as good as what is known, for the sake of ties.
        package var ties = 2_000
        /// Costs looked at while shares are moved.
        package var work = 60_000_000
        /// Assignments that the local search values.
        package var looks = 60_000
        /// Costs in a table.
        package var table = Elimination.tableMax

        /// The usual limits.
        package init() {}
    }

    /// The best assignment found.
    package struct Answer: Sendable {
        /// A choice for each variable.
        package var assignment: [Int]
        /// What it comes to.
        package var value: PairwiseProblem.Value
        /// Nothing is less: micro-dollars, or seconds where the aim is time.
        package var bound: Double
        /// What it is in the unit of the bound.
        package var reached: Double
        /// Whether it is the best.
        package var isExact: Bool
        /// How many partial assignments were looked at.
        package var nodes: Int
        /// The width of the elimination.
        package var width: Int
        /// How it was found.
        package var method: String

        /// How far it is above the bound at most, as a share of that.
        package var gap: Double {
            isExact ? 0 : bound > 0 ? max(0, (reached - bound) / bound) : reached > 0 ? 1 : 0
        }
    }

    let problem: PairwiseProblem
    let aim: SolverAim
    let limits: Limits

    /// A solver.
    package init(_ problem: PairwiseProblem, _ aim: SolverAim, limits: Limits = Limits()) {
        self.problem = problem
        self.aim = aim
        self.limits = limits
    }

    /// The best assignment; nil where none is possible, or none was found within the limits.
    package func solve() -> Answer? {
        guard problem.choices.allSatisfy({ !$0.isEmpty }) else { return nil }
        let order = EliminationOrder.minimumFill(
            count: problem.choices.count, edges: problem.edges.map { ($0.from, $0.to) })
        var best: (elimination: Elimination, added: [[Int64]])?
        var incumbent: [Int]?
        var shares = ChargeShares(problem)
        let rounds = problem.charges.isEmpty ? 1 : 200
        var length = 0.5
        var spent = 0
        for round in 0..<rounds {
            let added = shares.added(to: problem)
            let elimination = Elimination(sizes: sizes, factors: factors(added), order: order, tableMax: limits.table)
            spent += elimination.work
            let relaxed = readOff(elimination)
            if elimination.bound > best?.elimination.bound ?? -1 { best = (elimination, added) } else { length *= 0.93 }
            incumbent = better(incumbent, relaxed)
            if round + 1 == rounds || spent > limits.work || length < 1e-4 { break }
            shares.step(problem, relaxed, length: length)
        }
        guard let best else { return nil }
        if !problem.charges.isEmpty || problem.isTimed || !problem.capacities.isEmpty || aim != .cost,
            let start = incumbent
        {
            var local = LocalSearch(problem, aim, looksMax: limits.looks)
            incumbent = local.improved(start)
        }
        return search(best.elimination, incumbent)
    }

    private var sizes: [Int] { problem.choices.map(\.count) }

    private func factors(_ added: [[Int64]]) -> [CostFactor] {
        let single = problem.choices.enumerated().map { variable, all in
            CostFactor(
                scope: [variable], sizes: sizes,
                table: zip(all, added[variable]).map { PairwiseProblem.sum($0.cost, $1) })
        }
        return single + problem.edges.map { CostFactor(scope: [$0.from, $0.to], sizes: sizes, table: $0.cost) }
    }

    /// The assignment that follows the best choice of each variable, the last taken out first.
    private func readOff(_ elimination: Elimination) -> [Int] {
        var assignment = [Int](repeating: 0, count: problem.choices.count)
        for variable in elimination.order.reversed() {
            let costs = elimination.increments(variable, assignment, count: problem.choices[variable].count)
            assignment[variable] = costs.indices.min { (costs[$0], $0) < (costs[$1], $1) } ?? 0
        }
        return assignment
    }

    /// The better of two assignments; one that is not possible is kept only where there is no other.
    private func better(_ a: [Int]?, _ b: [Int]) -> [Int] {
        guard let a else { return b }
        let (x, y) = (problem.value(of: a), problem.value(of: b))
        if x.isPossible != y.isPossible { return x.isPossible ? a : b }
        return aim.rank(y.cost, y.finish, y.bytes) < aim.rank(x.cost, x.finish, x.bytes) ? b : a
    }

    private func search(_ elimination: Elimination, _ incumbent: [Int]?) -> Answer? {
        // Each partial assignment costs as much as there are choices and edges.
        let each = max(1, sizes.max() ?? 1) * max(1, problem.choices.count + problem.edges.count)
        var limits = limits
        limits.nodes = min(limits.nodes, max(problem.choices.count * 20, 300_000_000 / each))
        var search = BranchAndBound(problem, aim, elimination, limits)
        if let incumbent { search.offer(incumbent) }
        search.run()
        guard let assignment = search.best, let value = search.bestValue else { return nil }
        let rank = aim.rank(value.cost, value.finish, value.bytes)
        let isExact = search.isWhole
        var bound = isExact ? rank.first : search.rootBound
        bound = min(bound, rank.first)
        return Answer(
            assignment: assignment, value: value, bound: bound, reached: rank.first,
            isExact: isExact || bound >= rank.first, nodes: search.nodes, width: elimination.width,
            method: method(elimination))
    }

    private func method(_ elimination: Elimination) -> String {
        let isPlain = problem.charges.isEmpty && problem.capacities.isEmpty && !problem.isTimed && aim == .cost
        let base = elimination.isExact ? "variable elimination" : "mini-bucket elimination"
        if isPlain, elimination.isExact { return base }
        return base + (problem.charges.isEmpty ? "" : " with Lagrangian shares") + ", then branch and bound"
    }
}
