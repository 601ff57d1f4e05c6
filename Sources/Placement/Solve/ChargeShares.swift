/// Shares of shared charges, laid on the choices that need them, so that a bound from below sees them.
///
/// Where the shares of each charge add to no more than it costs, the least cost with shares is no more than the true one.
/// The shares are moved by steps to where that bound is high (Lagrangian relaxation, after Held, Wolfe and Crowder, 1974).
struct ChargeShares: Sendable {
    /// By charge, then by who can need it: the variables, ascending.
    let users: [[Int]]
    /// The shares, as `users`.
    private(set) var shares: [[Int64]]

    init(_ problem: PairwiseProblem) {
        var users = [Set<Int>](repeating: [], count: problem.charges.count)
        for (variable, all) in problem.choices.enumerated() {
            for choice in all { for charge in choice.charges { users[charge].insert(variable) } }
        }
        self.users = users.map { $0.sorted() }
        shares = self.users.enumerated().map { index, all in
            all.map { _ in problem.charges[index] / Int64(max(1, all.count)) }
        }
    }

    /// What the shares add to the choices of each variable.
    func added(to problem: PairwiseProblem) -> [[Int64]] {
        var out = problem.choices.map { $0.map { _ in Int64(0) } }
        let position = users.map { all in
            Dictionary(uniqueKeysWithValues: all.enumerated().map { ($0.element, $0.offset) })
        }
        for (variable, all) in problem.choices.enumerated() {
            for (index, choice) in all.enumerated() {
                for charge in choice.charges {
                    guard let at = position[charge][variable] else { continue }
                    out[variable][index] = PairwiseProblem.sum(out[variable][index], shares[charge][at])
                }
            }
        }
        return out
    }

    /// Moves the shares towards those who used a charge in `assignment`, and from those who did not.
    mutating func step(_ problem: PairwiseProblem, _ assignment: [Int], length: Double) {
        for charge in users.indices where problem.charges[charge] > 0 && users[charge].count > 1 {
            let uses = users[charge].map { variable in
                problem.choices[variable][assignment[variable]].charges.contains(charge) ? 1.0 : 0.0
            }
            let mean = uses.reduce(0, +) / Double(uses.count)
            guard mean > 0 || shares[charge].contains(where: { $0 > 0 }) else { continue }
            let moved = zip(shares[charge], uses).map {
                Double($0) + length * Double(problem.charges[charge]) * ($1 - mean)
            }
            shares[charge] = Self.projected(moved, total: problem.charges[charge])
        }
    }

    /// The nearest shares that are not negative and add to `total`, rounded down.
    static func projected(_ values: [Double], total: Int64) -> [Int64] {
        let sorted = values.sorted(by: >)
        var sum = 0.0
        var level = 0.0
        for (index, value) in sorted.enumerated() {
            sum += value
            let candidate = (sum - Double(total)) / Double(index + 1)
            if value - candidate > 0 { level = candidate }
        }
        return values.map { Int64(max(0, $0 - level).rounded(.down)) }
    }
}
