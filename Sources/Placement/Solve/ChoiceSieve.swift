/// Which choices of a problem without pairs can be of the cheapest: not those that cannot be or miss a deadline, nor those instead
/// of which another one with the same room costs no more, whatever others choose.
///
/// Where all who need a charge could do with another one that costs no more, it is left away with their choices.
struct ChoiceSieve {
    /// By variable, the choices that are left.
    private(set) var kept: [[Int]] = []
    private let problem: PairwiseProblem
    private let span: CostSpan

    init(_ problem: PairwiseProblem, _ span: CostSpan) {
        (self.problem, self.span) = (problem, span)
        for (variable, all) in problem.choices.enumerated() {
            let limit = min(problem.deadlines[variable], problem.deadline)
            let open = all.indices.filter {
                all[$0].cost < PairwiseProblem.forbidden && all[$0].sureReady + all[$0].sureWork <= limit
                    && all[$0].charges.allSatisfy { problem.charges[$0] < PairwiseProblem.forbidden }
            }
            let rooms = Dictionary(grouping: open) { all[$0].resource }
            kept.append(
                open.filter { index in
                    !(rooms[all[index].resource] ?? []).contains { isBetter(all, $0, index) }
                })
        }
        leaveCharges()
    }

    /// Whether choice `a` can stand for `b` of the same room always, and is cheaper, or as cheap and before it.
    private func isBetter(_ all: [PairwiseProblem.Choice], _ a: Int, _ b: Int) -> Bool {
        guard a != b, all[a].charges.allSatisfy(all[b].charges.contains) else { return false }
        let more = span.most((all[a].cost, all[a].uses), over: (all[b].cost, all[b].uses))
        guard more == 0 else { return more < 0 }
        let (x, y) = (all[a], all[b])
        return x.charges.count < y.charges.count
            || (x.ready + x.work, x.bytes, a) < (y.ready + y.work, y.bytes, b)
    }

    private mutating func leaveCharges() {
        var users = [[(variable: Int, index: Int)]](repeating: [], count: problem.charges.count)
        for (variable, all) in kept.enumerated() {
            for index in all {
                for charge in problem.choices[variable][index].charges { users[charge].append((variable, index)) }
            }
        }
        var isLeft = [Bool](repeating: false, count: users.count)
        for charge in users.indices {
            guard let user = users[charge].first else { continue }
            let all = problem.choices[user.variable]
            let near = kept[user.variable].filter { all[$0].resource == all[user.index].resource }
            let others = Set(near.flatMap { all[$0].charges }).subtracting([charge]).sorted()
            isLeft[charge] = others.contains { other in
                guard !isLeft[other] else { return false }
                let more = span.most(fee(other), over: fee(charge))
                guard more < 0 || (more == 0 && other < charge) else { return false }
                return users[charge].allSatisfy { stands($0, other, for: charge) }
            }
        }
        for variable in kept.indices {
            kept[variable].removeAll { problem.choices[variable][$0].charges.contains { isLeft[$0] } }
        }
    }

    private func fee(_ charge: Int) -> CostSpan.Cost {
        (problem.charges[charge], charge < problem.chargeUses.count ? problem.chargeUses[charge] : [])
    }

    /// Whether a user of one charge has a choice with another one instead that costs no more.
    private func stands(_ user: (variable: Int, index: Int), _ other: Int, for charge: Int) -> Bool {
        let all = problem.choices[user.variable]
        let mine = all[user.index]
        return kept[user.variable].contains { index in
            all[index].resource == mine.resource
                && all[index].charges.allSatisfy { $0 == other || ($0 != charge && mine.charges.contains($0)) }
                && span.most((all[index].cost, all[index].uses), over: (mine.cost, mine.uses)) <= 0
        }
    }
}
