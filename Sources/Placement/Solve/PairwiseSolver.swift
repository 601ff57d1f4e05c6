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
        /// Rounds in which the bound is moved.
        package var rounds = 200
        /// Ranges of what is used of shared tariffs that are looked into.
        package var ranges = 24
        /// Changes of what is paid that are looked at in each turn of the search among charges, and how many turns there are.
        package var changes = 8_000
        /// Turns of that search, after each of which the bound by blocks is raised.
        package var turns = 4
        /// Assignments that the local search values.
        package var looks = 60_000
        /// Costs in a table.
        package var table = Elimination.tableMax

        /// The usual limits.
        package init() {}

        /// Those for what is only told beside a decision.
        package static let brief: Limits = {
            var out = Limits()
            (out.nodes, out.work, out.rounds, out.ranges, out.looks) = (4_000, 10_000_000, 60, 0, 4_000)
            (out.changes, out.turns) = (1_000, 1)
            return out
        }()
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

    /// Bounds that are nearer to the best than this, as a share of them, are not looked into.
    static let near = 0.002
    /// Where bounds are nearer than this, no further turns are made.
    static let far = 0.005

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
        var relaxation = LagrangianBound(problem, aim, order, tableMax: limits.table)
        let root = root(&relaxation)
        let improves = !relaxation.isPlain || problem.isTimed || aim != .cost
        if improves { improve(&relaxation) }
        var known = Double(root.bound)
        var blocks: Double?
        if aim == .cost, !relaxation.isPlain {
            let met = relaxation.incumbent
            blocks = byBlocks(&relaxation, root)
            known = max(known, blocks ?? known)
            // Where room is scarce, these ranges never come near to what the blocks do.
            let isDone = blocks != nil && !problem.capacities.isEmpty
            if !isDone, !problem.meters.isEmpty, !isNear(known, relaxation) {
                known = max(known, branched(&relaxation, root))
            }
            if relaxation.incumbent != met { improve(&relaxation) }
        }
        var answer = search(
            relaxation.elimination(root.at), relaxation.incumbent, atLeast: known, isLookedFor: blocks != nil)
        if blocks != nil { answer?.method += ", charges paid and left, bounds by blocks" }
        return answer
    }

    /// The bound of all.
    private func root(_ relaxation: inout LagrangianBound) -> LagrangianBound.Found {
        let rounds = relaxation.isPlain ? 1 : limits.rounds
        let start = LagrangianBound.Multipliers(problem)
        guard !problem.meters.isEmpty else {
            return relaxation.highest(from: start, rounds: rounds, workMax: limits.work)
        }
        // Where little is used, the lines below the prices are far from these at first.
        let moves = problem.capacities.isEmpty
        let first = relaxation.highest(
            from: start, rounds: rounds / 4, workMax: limits.work / 4, movesLines: moves)
        var near = first.at
        near.lines = MeterLines(problem, near: relaxation.incumbent)
        let second = relaxation.highest(from: near, rounds: rounds, workMax: limits.work, movesLines: moves)
        return second.bound > first.bound ? second : first
    }

    private func improve(_ relaxation: inout LagrangianBound) {
        guard let start = relaxation.incumbent else { return }
        var local = LocalSearch(problem, aim, from: start, looksMax: limits.looks)
        relaxation.offer(local.improved())
    }

    /// The bound of all, where ranges of what is used of shared tariffs are looked at each by itself: nothing is less than the
    /// least of their bounds.
    private func branched(_ relaxation: inout LagrangianBound, _ root: LagrangianBound.Found) -> Double {
        var open = [root]
        var least = Double.infinity
        for _ in 0..<limits.ranges {
            guard let at = open.indices.min(by: { open[$0].bound < open[$1].bound }) else { break }
            let reached = relaxation.incumbent.map { problem.value(of: $0) }
            let cost = reached.map { $0.isPossible ? Double($0.cost) : .infinity } ?? .infinity
            guard Double(open[at].bound) * (1 + Self.near) < cost else { break }
            let found = open.remove(at: at)
            guard let cut = found.at.lines.cut(problem, found.assignment) else {
                least = min(least, Double(found.bound))
                continue
            }
            for part in cut.parts {
                var inner = found.at
                inner.lines = inner.lines.within(part, of: cut.meter, problem)
                var child = relaxation.highest(from: inner, rounds: limits.rounds / 3, workMax: limits.work / 4)
                child.bound = max(child.bound, found.bound)
                if Double(child.bound) < cost { open.append(child) } else { least = min(least, Double(child.bound)) }
            }
        }
        return open.reduce(least) { min($0, Double($1.bound)) }
    }

    private var sizes: [Int] { problem.choices.map(\.count) }

    /// - Parameter isLookedFor: whether better answers were looked for, with bounds that are nearer than those of single choices.
    private func search(
        _ elimination: Elimination, _ incumbent: [Int]?, atLeast known: Double, isLookedFor: Bool
    ) -> Answer? {
        // Each partial assignment costs as much as there are choices and edges.
        let each = max(1, sizes.max() ?? 1) * max(1, problem.choices.count + problem.edges.count)
        var limits = limits
        limits.nodes = min(limits.nodes, max(problem.choices.count * 20, 300_000_000 / each))
        var search = BranchAndBound(problem, aim, elimination, limits)
        if let incumbent { search.offer(incumbent) }
        let least = aim == .cost ? max(search.rootBound, known) : search.rootBound
        if let found = search.bestValue {
            // Within half a percent of the best little is left to be found, or within one without pairs; nor is there where
            // better ones were looked for.
            let reached = aim.rank(found.cost, found.finish, found.bytes).first
            let isFlat = problem.edges.isEmpty && aim == .cost
            if isLookedFor || reached - least < (isFlat ? 2 : 1) * Self.far * least {
                let costs = isFlat ? 20_000_000 : 40_000_000
                search.nodesMax = min(limits.nodes, max(problem.choices.count * 20, costs / each))
            }
        }
        search.run()
        guard let assignment = search.best, let value = search.bestValue else { return nil }
        let rank = aim.rank(value.cost, value.finish, value.bytes)
        let isExact = search.isWhole
        var bound = isExact ? rank.first : least
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
