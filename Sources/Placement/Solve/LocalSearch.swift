/// Makes an assignment better by small changes, as long as one helps; gives a good answer early, never a proof.
struct LocalSearch {
    private let problem: PairwiseProblem
    private let aim: SolverAim
    private(set) var looks = 0
    private let looksMax: Int
    private var state: AssignmentState
    private var value: PairwiseProblem.Value

    /// A search that begins at `start`.
    init(_ problem: PairwiseProblem, _ aim: SolverAim, from start: [Int], looksMax: Int) {
        self.problem = problem
        self.aim = aim
        self.looksMax = looksMax
        state = AssignmentState(problem, start)
        value = state.value
    }

    /// The assignment after all changes that help.
    mutating func improved() -> [Int] {
        var helped = true
        while helped, looks < looksMax {
            helped = moveOne()
            if !helped { helped = leaveCharges() }
            if !helped { helped = joinCharges() }
            if !helped, !problem.capacities.isEmpty { helped = exchange() }
        }
        return state.assignment
    }

    /// The assignment after all changes of one variable's choice that help.
    mutating func moved() -> [Int] {
        while moveOne(), looks < looksMax {}
        return state.assignment
    }

    /// Whether something is better than what there is.
    private func isBetter(_ found: PairwiseProblem.Value) -> Bool {
        found.isPossible
            && (!value.isPossible
                || aim.rank(found.cost, found.finish, found.bytes) < aim.rank(value.cost, value.finish, value.bytes))
    }

    /// Takes `next` where it is better.
    private mutating func accept(_ next: [Int]) -> Bool {
        looks += 1
        var other = state
        for variable in next.indices where next[variable] != other.assignment[variable] {
            other.set(variable, next[variable])
        }
        let found = other.value
        guard isBetter(found) else { return false }
        (state, value) = (other, found)
        return true
    }

    /// Another choice for one variable.
    private mutating func moveOne() -> Bool {
        var helped = false
        for variable in problem.choices.indices where problem.choices[variable].count > 1 {
            for index in problem.choices[variable].indices
            where index != state.assignment[variable] && looks < looksMax {
                looks += 1
                let found = state.value(variable, index)
                guard isBetter(found) else { continue }
                state.set(variable, index)
                value = found
                helped = true
            }
        }
        return helped
    }

    /// Two variables take each other's room.
    private mutating func exchange() -> Bool {
        var helped = false
        for a in problem.choices.indices {
            for b in problem.choices.indices where b > a && looks < looksMax {
                let rooms = (room(a), room(b))
                guard rooms.0 != rooms.1, rooms.0 >= 0, rooms.1 >= 0, let x = cheapest(a, at: rooms.1),
                    let y = cheapest(b, at: rooms.0)
                else { continue }
                looks += 1
                let known = (state.assignment[a], state.assignment[b])
                state.set(a, x)
                let found = state.value(b, y)
                if isBetter(found) {
                    state.set(b, y)
                    value = found
                    helped = true
                } else {
                    state.set(a, known.0)
                }
            }
        }
        return helped
    }

    private func room(_ variable: Int) -> Int { problem.choices[variable][state.assignment[variable]].resource }

    /// The choice of `variable` that takes `resource` and costs least.
    private func cheapest(_ variable: Int, at resource: Int) -> Int? {
        problem.choices[variable].indices.filter { problem.choices[variable][$0].resource == resource }
            .min { dear(variable, $0) < dear(variable, $1) }
    }

    /// All who need a charge choose without it.
    private mutating func leaveCharges() -> Bool {
        for charge in problem.charges.indices where state.payers[charge] > 0 && looks < looksMax {
            var next = state.assignment
            for variable in next.indices where problem.choices[variable][next[variable]].charges.contains(charge) {
                let other = problem.choices[variable].indices.filter {
                    !problem.choices[variable][$0].charges.contains(charge)
                }.min { dear(variable, $0) < dear(variable, $1) }
                if let other { next[variable] = other }
            }
            if next != state.assignment, accept(next) { return true }
        }
        return false
    }

    /// All who gain by a charge, were it paid, choose with it.
    private mutating func joinCharges() -> Bool {
        for charge in problem.charges.indices where state.payers[charge] == 0 && looks < looksMax {
            var next = state.assignment
            for variable in next.indices {
                let own = dear(variable, next[variable])
                let other = problem.choices[variable].indices.filter {
                    problem.choices[variable][$0].charges.contains(charge)
                }.min { problem.choices[variable][$0].cost < problem.choices[variable][$1].cost }
                if let other, problem.choices[variable][other].cost < own { next[variable] = other }
            }
            if next != state.assignment, accept(next) { return true }
        }
        return false
    }

    /// What a choice costs its variable, charges that nobody else pays included.
    private func dear(_ variable: Int, _ index: Int) -> Int64 {
        let mine = problem.choices[variable][state.assignment[variable]].charges
        var cost = problem.choices[variable][index].cost
        for charge in problem.choices[variable][index].charges
        where state.payers[charge] == (mine.contains(charge) ? 1 : 0) {
            cost = PairwiseProblem.sum(cost, problem.charges[charge])
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
