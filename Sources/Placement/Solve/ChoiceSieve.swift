/// Which choices of a problem without pairs can be of the cheapest: not those that cannot be or miss a deadline, nor those instead
/// of which another one with the same room costs no more, whatever others choose.
///
/// Where all who need a charge could do with another one that costs no more, it is left away with their choices.
struct ChoiceSieve {
    /// By variable, the choices that are left.
    private(set) var kept: [[Int]] = []
    private let problem: PairwiseProblem
    /// What one more of each meter can cost.
    private let slopes: [ClosedRange<Double>]

    init(_ problem: PairwiseProblem, _ slopes: [ClosedRange<Double>]) {
        (self.problem, self.slopes) = (problem, slopes)
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
        let more = more((all[a].cost, all[a].uses), (all[b].cost, all[b].uses))
        guard more == 0 else { return more < 0 }
        let (x, y) = (all[a], all[b])
        return x.charges.count < y.charges.count
            || (x.ready + x.work, x.bytes, a) < (y.ready + y.work, y.bytes, b)
    }

    /// What one thing can cost more than another at most, each with what it uses.
    private func more(
        _ a: (cost: Int64, uses: [SharedMeter.Use]), _ b: (cost: Int64, uses: [SharedMeter.Use])
    ) -> Double {
        var sum = a.uses.reduce(Double(a.cost)) { $0 - Double($1.single) }
        sum -= b.uses.reduce(Double(b.cost)) { $0 - Double($1.single) }
        guard !a.uses.isEmpty || !b.uses.isEmpty else { return sum }
        var over: [(meter: Int, amount: Double)] = []
        for (uses, sign) in [(a.uses, 1.0), (b.uses, -1.0)] {
            for use in uses {
                if let at = over.firstIndex(where: { $0.meter == use.meter }) {
                    over[at].amount += sign * Double(use.amount)
                } else {
                    over.append((use.meter, sign * Double(use.amount)))
                }
            }
        }
        return over.reduce(sum) {
            $0 + $1.amount * ($1.amount > 0 ? slopes[$1.meter].upperBound : slopes[$1.meter].lowerBound)
        }
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
                let more = more(fee(other), fee(charge))
                guard more < 0 || (more == 0 && other < charge) else { return false }
                return users[charge].allSatisfy { stands($0, other, for: charge) }
            }
        }
        for variable in kept.indices {
            kept[variable].removeAll { problem.choices[variable][$0].charges.contains { isLeft[$0] } }
        }
    }

    private func fee(_ charge: Int) -> (cost: Int64, uses: [SharedMeter.Use]) {
        (problem.charges[charge], charge < problem.chargeUses.count ? problem.chargeUses[charge] : [])
    }

    /// Whether a user of one charge has a choice with another one instead that costs no more.
    private func stands(_ user: (variable: Int, index: Int), _ other: Int, for charge: Int) -> Bool {
        let all = problem.choices[user.variable]
        let mine = all[user.index]
        return kept[user.variable].contains { index in
            all[index].resource == mine.resource
                && all[index].charges.allSatisfy { $0 == other || ($0 != charge && mine.charges.contains($0)) }
                && more((all[index].cost, all[index].uses), (mine.cost, mine.uses)) <= 0
        }
    }
}
