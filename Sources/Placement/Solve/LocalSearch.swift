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
            if !isBetter, !problem.capacities.isEmpty { isBetter = exchange(&best, &value) }
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

    /// Two variables take each other's room.
    private mutating func exchange(_ best: inout [Int], _ value: inout PairwiseProblem.Value) -> Bool {
        var isBetter = false
        for a in best.indices {
            for b in best.indices where b > a && looks < looksMax {
                let rooms = (room(a, best), room(b, best))
                guard rooms.0 != rooms.1, rooms.0 >= 0, rooms.1 >= 0, let x = cheapest(a, at: rooms.1, best),
                    let y = cheapest(b, at: rooms.0, best)
                else { continue }
                var next = best
                (next[a], next[b]) = (x, y)
                if accept(next, &best, &value) { isBetter = true }
            }
        }
        return isBetter
    }

    private func room(_ variable: Int, _ assignment: [Int]) -> Int {
        problem.choices[variable][assignment[variable]].resource
    }

    /// The choice of `variable` that takes `resource` and costs least.
    private func cheapest(_ variable: Int, at resource: Int, _ assignment: [Int]) -> Int? {
        problem.choices[variable].indices.filter { problem.choices[variable][$0].resource == resource }
            .min { dear(variable, $0, assignment) < dear(variable, $1, assignment) }
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

extension PairwiseProblem {
    /// An assignment like `start` that takes no more of anything than there is, as far as one is found: those who lose least by
    /// it go elsewhere.
    func fitted(_ start: [Int]) -> [Int] {
        guard !capacities.isEmpty else { return start }
        var out = start
        var left = capacities
        for (variable, index) in start.enumerated() {
            let resource = choices[variable][index].resource
            if resource >= 0 { left[resource] -= 1 }
        }
        while let full = left.firstIndex(where: { $0 < 0 }) {
            var best: (loss: Int64, variable: Int, index: Int)?
            for variable in out.indices where choices[variable][out[variable]].resource == full {
                let now = price(variable, out[variable])
                for (index, choice) in choices[variable].enumerated()
                where choice.resource != full && (choice.resource < 0 || left[choice.resource] > 0) {
                    let loss = price(variable, index) - now
                    if loss < best?.loss ?? .max { best = (loss, variable, index) }
                }
            }
            guard let best else { return out }
            let resource = choices[best.variable][best.index].resource
            if resource >= 0 { left[resource] -= 1 }
            left[full] += 1
            out[best.variable] = best.index
        }
        return out
    }

    /// What a choice costs if nobody else pays its charges.
    private func price(_ variable: Int, _ index: Int) -> Int64 {
        let choice = choices[variable][index]
        return choice.charges.reduce(choice.cost) { Self.sum($0, charges[$1]) }
    }
}
