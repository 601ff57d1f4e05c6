/// What an assignment comes to, so kept that what a change of one choice would come to is known without looking at all others.
///
/// Where pairs matter (edges), the ends of all work are worked out anew; sums are not.
package struct AssignmentState: Sendable {
    private let problem: PairwiseProblem
    /// The choice of each variable.
    package private(set) var assignment: [Int]
    /// Sums wider than what is summed, so that what was added can be taken off again.
    private var cost: Int128 = 0
    private var bytes: Int128 = 0
    /// So many choices that cannot be are among it; their costs are in no sum.
    private var forbidden = 0
    /// Who needs each charge, by number.
    private(set) var payers: [Int]
    private var used: [Int]
    private var full = 0
    private var amounts: [Int128]
    private var singles: [Int128]
    private let incident: [[Int]]
    private var late = 0
    /// The two latest ends, and whose they are; without edges alone.
    private var latest: [(end: Double, variable: Int)] = []
    private let isFree: Bool

    /// What `assignment` comes to.
    package init(_ problem: PairwiseProblem, _ assignment: [Int]) {
        self.problem = problem
        self.assignment = assignment
        isFree = problem.edges.isEmpty
        payers = [Int](repeating: 0, count: problem.charges.count)
        used = [Int](repeating: 0, count: problem.capacities.count)
        amounts = [Int128](repeating: 0, count: problem.meters.count)
        singles = [Int128](repeating: 0, count: problem.meters.count)
        var incident = [[Int]](repeating: [], count: isFree ? 0 : problem.choices.count)
        for (index, edge) in problem.edges.enumerated() {
            incident[edge.from].append(index)
            incident[edge.to].append(index)
        }
        self.incident = incident
        for variable in assignment.indices { add(variable) }
        for edge in problem.edges { add(edge.cost[at(edge)], edge.bytes[at(edge)], 1) }
        findLatest()
    }

    /// What it comes to.
    package var value: PairwiseProblem.Value {
        let (finish, isInTime) = schedule()
        return value(excess(), finish, isInTime)
    }

    /// What it would come to with another choice of one variable.
    package mutating func value(_ variable: Int, _ index: Int) -> PairwiseProblem.Value {
        let known = assignment[variable]
        guard index != known else { return value }
        let ends = latest
        change(variable, index)
        let found: PairwiseProblem.Value
        if isFree {
            let others = ends.first { $0.variable != variable }?.end ?? 0
            found = value(excess(), max(others, end(variable, sure: false)), late == 0)
        } else {
            found = value
        }
        change(variable, known)
        return found
    }

    /// Takes another choice for one variable.
    package mutating func set(_ variable: Int, _ index: Int) {
        change(variable, index)
        findLatest()
    }

    /// What uses cost more together than each by itself without those of one variable, what its charges use included.
    package mutating func excess(without variable: Int) -> Int64 {
        remove(variable)
        defer { add(variable) }
        return excess()
    }

    /// What uses would cost more together than each by itself with another choice of one variable.
    package mutating func excess(_ variable: Int, _ index: Int) -> Int64 {
        let known = assignment[variable]
        remove(variable)
        assignment[variable] = index
        add(variable)
        defer {
            remove(variable)
            assignment[variable] = known
            add(variable)
        }
        return excess()
    }

    /// What uses cost more together than each by itself.
    package func excess() -> Int64 {
        var sum: Int128 = 0
        for index in amounts.indices {
            sum += Int128(problem.meters[index].price(UInt64(clamping: amounts[index]))) - singles[index]
        }
        return min(Int64(clamping: sum), PairwiseProblem.forbidden)
    }

    private func value(_ excess: Int64, _ finish: Double, _ isInTime: Bool) -> PairwiseProblem.Value {
        let all =
            forbidden > 0
            ? PairwiseProblem.forbidden : min(Int64(clamping: cost + Int128(excess)), PairwiseProblem.forbidden)
        return PairwiseProblem.Value(
            cost: all, finish: finish, bytes: Int64(clamping: bytes),
            isPossible: forbidden == 0 && full == 0 && isInTime && all < PairwiseProblem.forbidden)
    }

    private mutating func change(_ variable: Int, _ index: Int) {
        if !isFree { for edge in incident[variable] { take(problem.edges[edge], -1) } }
        remove(variable)
        assignment[variable] = index
        add(variable)
        if !isFree { for edge in incident[variable] { take(problem.edges[edge], 1) } }
    }

    private mutating func take(_ edge: PairwiseProblem.Edge, _ sign: Int64) {
        add(edge.cost[at(edge)], edge.bytes[at(edge)], sign)
    }

    private func at(_ edge: PairwiseProblem.Edge) -> Int {
        assignment[edge.from] * problem.choices[edge.to].count + assignment[edge.to]
    }

    private mutating func add(_ more: Int64, _ moved: Int64, _ sign: Int64) {
        if more >= PairwiseProblem.forbidden { forbidden += Int(sign) } else { cost += Int128(sign) * Int128(more) }
        bytes += Int128(sign) * Int128(moved)
    }

    private mutating func add(_ variable: Int) { count(variable, 1) }

    private mutating func remove(_ variable: Int) { count(variable, -1) }

    private mutating func count(_ variable: Int, _ sign: Int64) {
        let index = assignment[variable]
        add(problem.choices[variable][index].cost, problem.choices[variable][index].bytes, sign)
        for charge in problem.choices[variable][index].charges {
            let before = payers[charge]
            payers[charge] += Int(sign)
            guard before == 0 || payers[charge] == 0 else { continue }
            add(problem.charges[charge], 0, sign)
            if charge < problem.chargeUses.count { use(problem.chargeUses[charge], sign) }
        }
        use(problem.choices[variable][index].uses, sign)
        let resource = problem.choices[variable][index].resource
        if resource >= 0 {
            let was = max(0, used[resource] - problem.capacities[resource])
            used[resource] += Int(sign)
            full += max(0, used[resource] - problem.capacities[resource]) - was
        }
        if isFree, end(variable, sure: true) > min(problem.deadlines[variable], problem.deadline) {
            late += Int(sign)
        }
    }

    private mutating func use(_ uses: [SharedMeter.Use], _ sign: Int64) {
        for use in uses {
            amounts[use.meter] += Int128(sign) * Int128(use.amount)
            singles[use.meter] += Int128(sign) * Int128(use.single)
        }
    }

    private func end(_ variable: Int, sure: Bool) -> Double {
        let index = assignment[variable]
        return sure
            ? problem.choices[variable][index].sureReady + problem.choices[variable][index].sureWork
            : problem.choices[variable][index].ready + problem.choices[variable][index].work
    }

    private mutating func findLatest() {
        guard isFree else { return }
        latest = []
        for variable in assignment.indices {
            let end = end(variable, sure: false)
            if latest.count < 2 || end > latest[1].end {
                if latest.count == 2 { latest.removeLast() }
                latest.append((end, variable))
                if latest.count == 2, latest[0].end < latest[1].end { latest.swapAt(0, 1) }
            }
        }
    }

    private func schedule() -> (finish: Double, isInTime: Bool) {
        isFree ? (latest.first?.end ?? 0, late == 0) : problem.schedule(assignment)
    }
}
