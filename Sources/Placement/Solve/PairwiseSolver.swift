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

        /// The better of this and another answer to the same, each of which has found a bound.
        func better(than other: Answer?) -> Answer {
            guard let other else { return self }
            var out = other.reached < reached ? other : self
            out.bound = min(max(bound, other.bound), out.reached)
            out.isExact = isExact || other.isExact || out.bound >= out.reached
            (out.nodes, out.width) = (nodes + other.nodes, max(width, other.width))
            return out
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
        var (bounding, incumbent) = relaxed(problem.underpriced(), order, nil)
        if !problem.meters.isEmpty, let near = incumbent, isFar(bounding, near) {
            // Where little is used, the lines below the prices were far from these.
            let other = relaxed(problem.underpriced(near: near), order, near)
            if other.bounding?.bound ?? .min > bounding?.bound ?? .min { bounding = other.bounding }
            incumbent = other.incumbent
        }
        guard let bounding else { return nil }
        if !problem.charges.isEmpty || !problem.meters.isEmpty || problem.isTimed || !problem.capacities.isEmpty
            || aim != .cost,
            let start = incumbent
        {
            var local = LocalSearch(problem, aim, looksMax: limits.looks)
            incumbent = local.improved(start)
        }
        return search(bounding, incumbent)
    }

    /// Whether an assignment is more than half a percent above what bounds it.
    private func isFar(_ bounding: Elimination?, _ assignment: [Int]) -> Bool {
        let bound = Double(bounding?.bound ?? 0)
        return Double(problem.value(of: assignment).cost) - bound > 0.005 * bound
    }

    /// The elimination with the highest bound that sharing out the charges of `below` gives, a problem that costs no more
    /// than this one, and the best assignment that was met.
    private func relaxed(
        _ below: PairwiseProblem, _ order: [Int], _ start: [Int]?
    ) -> (bounding: Elimination?, incumbent: [Int]?) {
        var best: Elimination?
        var incumbent = start
        var shares = ChargeShares(below)
        var rooms = RoomPrices(below)
        let rounds = problem.charges.isEmpty && problem.capacities.isEmpty ? 1 : 200
        var length = 0.5
        var spent = 0
        for round in 0..<rounds {
            var added = shares.added(to: below)
            rooms.add(to: &added, of: below)
            let elimination = Elimination(
                sizes: sizes, factors: factors(below, added), order: order, tableMax: limits.table)
            spent += elimination.work
            let relaxed = readOff(elimination)
            let isHigher = elimination.bound > best?.bound ?? .min
            if isHigher { best = elimination } else { length *= 0.93 }
            incumbent = better(incumbent, isHigher ? problem.fitted(relaxed) : relaxed)
            if round + 1 == rounds || spent > limits.work || length < 1e-4 { break }
            shares.step(below, relaxed, length: length)
            let aim = incumbent.map { problem.value(of: $0).cost } ?? elimination.bound
            rooms.step(below, relaxed, from: elimination.bound, to: aim, length: 2 * length)
        }
        return (best, incumbent)
    }

    private var sizes: [Int] { problem.choices.map(\.count) }

    private func factors(_ problem: PairwiseProblem, _ added: [[Int64]]) -> [CostFactor] {
        let single = problem.choices.enumerated().map { variable, all in
            CostFactor(
                scope: [variable], sizes: sizes,
                table: zip(all, added[variable]).map {
                    $0.cost >= PairwiseProblem.forbidden ? $0.cost : PairwiseProblem.sum($0.cost, $1)
                })
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
        if let known = search.bestValue {
            // Within half a percent of the best little is left to be found.
            let reached = aim.rank(known.cost, known.finish, known.bytes).first
            if reached - search.rootBound < 0.005 * search.rootBound {
                search.nodesMax = min(limits.nodes, max(problem.choices.count * 20, 40_000_000 / each))
            }
        }
        search.run()
        guard let assignment = search.best, let value = search.bestValue else { return nil }
        let rank = aim.rank(value.cost, value.finish, value.bytes)
        let isExact = search.isWhole
        var bound = isExact ? rank.first : search.rootBound
        bound = max(0, min(bound, rank.first))
        return Answer(
            assignment: assignment, value: value, bound: bound, reached: rank.first,
            isExact: isExact || bound >= rank.first, nodes: search.nodes, width: elimination.width,
            method: method(elimination))
    }

    private func method(_ elimination: Elimination) -> String {
        let isPlain =
            problem.charges.isEmpty && problem.capacities.isEmpty && problem.meters.isEmpty && !problem.isTimed
            && aim == .cost
        let base = elimination.isExact ? "variable elimination" : "mini-bucket elimination"
        if isPlain, elimination.isExact { return base }
        let isShared = !problem.charges.isEmpty || !problem.capacities.isEmpty
        return base + (isShared ? " with Lagrangian shares" : "") + ", then branch and bound"
    }
}
