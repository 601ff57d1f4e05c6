/// Goes through assignments depth first, and turns back where nothing better can come.
struct BranchAndBound {
    private let problem: PairwiseProblem
    private let aim: SolverAim
    private let elimination: Elimination
    private let limits: PairwiseSolver.Limits
    private let usual: TimeBound
    private let sure: TimeBound?
    private let order: [Int]

    private(set) var best: [Int]?
    private(set) var bestValue: PairwiseProblem.Value?
    private(set) var nodes = 0
    /// So many partial assignments are looked at.
    var nodesMax: Int
    /// Whether all was looked at.
    private(set) var isWhole = true
    /// Nothing is less than this.
    let rootBound: Double
    private let rootFinish: Double

    private var assignment: [Int]
    private var used: [Int]
    private var bytes: Int64 = 0
    private var ties = 0
    /// Whether no work waits for other work: then each choice alone says when it ends.
    private let isFree: Bool

    init(
        _ problem: PairwiseProblem, _ aim: SolverAim, _ elimination: Elimination, _ limits: PairwiseSolver.Limits
    ) {
        self.problem = problem
        self.aim = aim
        self.elimination = elimination
        self.limits = limits
        nodesMax = limits.nodes
        usual = TimeBound(problem, sure: false)
        sure = problem.isTimed ? TimeBound(problem, sure: true) : nil
        order = elimination.order.reversed()
        isFree = problem.edges.isEmpty
        assignment = [Int](repeating: -1, count: problem.choices.count)
        used = [Int](repeating: 0, count: problem.capacities.count)
        rootFinish = usual.end(assignment).finish
        rootBound = aim.rank(elimination.bound, rootFinish, 0).first
    }

    /// Takes an assignment as the best so far, if it is possible.
    mutating func offer(_ candidate: [Int]) {
        let value = problem.value(of: candidate)
        guard value.isPossible else { return }
        if let known = bestValue {
            let (a, b) = (rank(value), rank(known))
            guard a < b || (a == b && candidate.lexicographicallyPrecedes(best ?? candidate)) else { return }
        }
        (best, bestValue) = (candidate, value)
    }

    /// Looks at all that can be better than the best so far, as far as the limits let it.
    mutating func run() {
        guard elimination.bound < PairwiseProblem.forbidden else { return }
        descend(0, elimination.bound, rootFinish)
    }

    private func rank(_ value: PairwiseProblem.Value) -> SolverRank { aim.rank(value.cost, value.finish, value.bytes) }

    private mutating func descend(_ depth: Int, _ cost: Int64, _ finish: Double) {
        guard depth < order.count else { return offer(assignment) }
        let variable = order[depth]
        let increments = elimination.increments(variable, assignment, count: problem.choices[variable].count)
        var children: [(rank: SolverRank, finish: Double, index: Int)] = []
        for index in increments.indices where increments[index] < PairwiseProblem.forbidden {
            let resource = problem.choices[variable][index].resource
            if resource >= 0, used[resource] >= problem.capacities[resource] { continue }
            assignment[variable] = index
            if let sure, !(isFree ? sure.isInTime(variable, index) : sure.end(assignment).isInTime) { continue }
            let end = isFree ? max(finish, usual.end(variable, index)) : usual.end(assignment).finish
            let moved = bytes + problem.choices[variable][index].bytes
            children.append((aim.rank(cost + increments[index], end, moved), end, index))
        }
        children.sort { $0.rank < $1.rank || ($0.rank == $1.rank && $0.index < $1.index) }
        for child in children {
            guard isWorthwhile(child.rank) else { continue }
            guard nodes < nodesMax else {
                isWhole = false
                break
            }
            nodes += 1
            let resource = problem.choices[variable][child.index].resource
            let moved = problem.choices[variable][child.index].bytes
            assignment[variable] = child.index
            if resource >= 0 { used[resource] += 1 }
            bytes += moved
            descend(depth + 1, child.rank.cost, child.finish)
            bytes -= moved
            if resource >= 0 { used[resource] -= 1 }
        }
        assignment[variable] = -1
    }

    /// Whether something of this rank or worse can be better than the best so far; of ties only so many are looked at.
    private mutating func isWorthwhile(_ rank: SolverRank) -> Bool {
        guard let bestValue else { return true }
        let known = self.rank(bestValue)
        if rank.first != known.first { return rank.first < known.first }
        ties += 1
        return ties <= limits.ties && rank <= known
    }
}
