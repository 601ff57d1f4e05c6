/// Finds what is best for many independent workloads: the least cost by a flow.
///
/// Where they share tariffs, flows by lines below these give bounds and answers: first by lines that are near where much is
/// moved, then by such that are near where the best answer so far has led.
package struct FleetSolver {
    /// So many flows are looked for where tariffs are shared.
    static let rounds = 6

    private let problem: PairwiseProblem

    /// A solver of a problem without edges, shared charges and deadlines.
    package init(_ problem: PairwiseProblem) { self.problem = problem }

    /// The best assignment that was found; nil where there is not room for all.
    package func solve() -> PairwiseSolver.Answer? {
        guard var best = flow(by: problem) else { return nil }
        var value = problem.value(of: best.assignment)
        var paths = best.paths
        guard !problem.meters.isEmpty else { return answer(best.assignment, value, Double(value.cost), paths) }
        var bound = -Double.infinity
        var near: [Int]?
        for _ in 0..<Self.rounds {
            guard let found = flow(by: problem.underpriced(near: near)) else { return nil }
            paths += found.paths
            bound = max(bound, Double(found.cost))
            let other = problem.value(of: found.assignment)
            let isBetter = (other.cost, other.bytes) < (value.cost, value.bytes)
            if isBetter { (best, value) = (found, other) }
            if bound >= Double(value.cost) || near == best.assignment { break }
            near = best.assignment
        }
        return answer(best.assignment, value, bound, paths)
    }

    private func answer(
        _ assignment: [Int], _ value: PairwiseProblem.Value, _ bound: Double, _ paths: Int
    ) -> PairwiseSolver.Answer {
        let cost = Double(value.cost)
        // Each use and each tariff is rounded down, by less than two micro-dollars.
        let rounding = problem.meters.isEmpty ? 0 : 2 * Double(problem.uses(assignment).count + problem.meters.count)
        return PairwiseSolver.Answer(
            assignment: assignment, value: value, bound: max(0, min(bound, cost)), reached: cost,
            isExact: bound + rounding >= cost,
            nodes: paths, width: 0,
            method: "minimum-cost flow by successive shortest paths"
                + (problem.meters.isEmpty ? "" : ", by lines below shared tariffs"))
    }

    /// The assignment of the least cost by the prices of `problem`.
    ///
    /// Choices that take the same resource differ by cost alone.
    private func flow(by problem: PairwiseProblem) -> (assignment: [Int], cost: Int64, paths: Int)? {
        let free = problem.capacities.count
        var picks: [[Int: Int]] = []
        var costs: [[Int64]] = []
        for all in problem.choices {
            var row = [Int64](repeating: PairwiseProblem.forbidden, count: free + 1)
            var pick: [Int: Int] = [:]
            for (index, choice) in all.enumerated() {
                let at = choice.resource >= 0 ? choice.resource : free
                let known = pick[at].map { all[$0] }
                if let known,
                    (known.cost, known.ready + known.work, known.bytes) <= (
                        choice.cost, choice.ready + choice.work, choice.bytes
                    )
                {
                    continue
                }
                (row[at], pick[at]) = (choice.cost, index)
            }
            picks.append(pick)
            costs.append(row)
        }
        let flow = FleetAssignment(costs: costs, capacities: problem.capacities + [problem.choices.count])
        var assignment: [Int] = []
        for (job, site) in flow.site.enumerated() {
            guard let site, let index = picks[job][site] else { return nil }
            assignment.append(index)
        }
        return (assignment, flow.cost, flow.paths)
    }
}
