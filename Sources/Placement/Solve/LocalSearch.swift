/// Makes an assignment better by small changes, as long as one helps; gives a good answer early, never a proof.
struct LocalSearch {
    private let problem: PairwiseProblem
    private let aim: SolverAim
    private(set) var looks = 0
    private let looksMax: Int

    init(_ problem: PairwiseProblem, _ aim: SolverAim, looksMax: Int) {
        self.problem = problem
        self.aim = aim
        self.looksMax = looksMax
    }

    /// The assignment after all changes that help.
    mutating func improved(_ start: [Int]) -> [Int] {
        var best = start
        var value = problem.value(of: best)
        var isBetter = true
        while isBetter, looks < looksMax {
            isBetter = moveOne(&best, &value)
            if !isBetter { isBetter = leaveCharges(&best, &value) }
            if !isBetter { isBetter = joinCharges(&best, &value) }
        }
        return best
    }

    private mutating func accept(_ next: [Int], _ best: inout [Int], _ value: inout PairwiseProblem.Value) -> Bool {
        looks += 1
        let found = problem.value(of: next)
        let rank = aim.rank(found.cost, found.finish, found.bytes)
        guard found.isPossible, !value.isPossible || rank < aim.rank(value.cost, value.finish, value.bytes) else {
            return false
        }
        (best, value) = (next, found)
        return true
    }

    /// Another choice for one variable.
    private mutating func moveOne(_ best: inout [Int], _ value: inout PairwiseProblem.Value) -> Bool {
        var isBetter = false
        for variable in best.indices where problem.choices[variable].count > 1 {
            for index in problem.choices[variable].indices where index != best[variable] && looks < looksMax {
                var next = best
                next[variable] = index
                if accept(next, &best, &value) { isBetter = true }
            }
        }
        return isBetter
    }

    /// All who need a charge choose without it.
    private mutating func leaveCharges(_ best: inout [Int], _ value: inout PairwiseProblem.Value) -> Bool {
        let open = Set(best.enumerated().flatMap { problem.choices[$0.offset][$0.element].charges }).sorted()
        for charge in open where looks < looksMax {
            var next = best
            for variable in best.indices where problem.choices[variable][best[variable]].charges.contains(charge) {
                let other = problem.choices[variable].indices.filter {
                    !problem.choices[variable][$0].charges.contains(charge)
                }.min { dear(variable, $0, next) < dear(variable, $1, next) }
                if let other { next[variable] = other }
            }
            if next != best, accept(next, &best, &value) { return true }
        }
        return false
    }

    /// All who gain by a charge, were it paid, choose with it.
    private mutating func joinCharges(_ best: inout [Int], _ value: inout PairwiseProblem.Value) -> Bool {
        let open = Set(best.enumerated().flatMap { problem.choices[$0.offset][$0.element].charges })
        for charge in problem.charges.indices where !open.contains(charge) && looks < looksMax {
            var next = best
            for variable in best.indices {
                let own = dear(variable, best[variable], best)
                let other = problem.choices[variable].indices.filter {
                    problem.choices[variable][$0].charges.contains(charge)
                }.min { problem.choices[variable][$0].cost < problem.choices[variable][$1].cost }
                if let other, problem.choices[variable][other].cost < own { next[variable] = other }
            }
            if next != best, accept(next, &best, &value) { return true }
        }
        return false
    }

    /// What a choice costs its variable, charges that nobody else pays included.
    private func dear(_ variable: Int, _ index: Int, _ assignment: [Int]) -> Int64 {
        let choice = problem.choices[variable][index]
        var cost = choice.cost
        for charge in choice.charges {
            let isPaid = assignment.indices.contains {
                $0 != variable && problem.choices[$0][assignment[$0]].charges.contains(charge)
            }
            if !isPaid { cost = PairwiseProblem.sum(cost, problem.charges[charge]) }
        }
        return cost
    }
}
