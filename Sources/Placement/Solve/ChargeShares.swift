/// Shares of shared charges, laid on the choices that need them, so that a bound from below sees them.
///
/// Where the shares of each charge add to no more than it costs, the least cost with shares is no more than the true one.
/// The shares are moved by steps to where that bound is high (Lagrangian relaxation, after Held, Wolfe and Crowder, 1974).
struct ChargeShares: Sendable {
    /// By charge, then by who can need it: the variables, ascending.
    let users: [[Int]]
    /// What each charge costs, which its shares add to.
    private(set) var totals: [Int64]
    /// The shares, as `users`.
    private(set) var shares: [[Int64]]

    init(_ problem: PairwiseProblem) {
        var users = [Set<Int>](repeating: [], count: problem.charges.count)
        for (variable, all) in problem.choices.enumerated() {
            for choice in all { for charge in choice.charges { users[charge].insert(variable) } }
        }
        self.users = users.map { $0.sorted() }
        totals = problem.charges
        shares = self.users.enumerated().map { index, all in
            all.map { _ in problem.charges[index] / Int64(max(1, all.count)) }
        }
    }

    /// Takes other costs of the charges; shares grow and shrink as these do.
    mutating func settle(_ costs: [Int64]) {
        for charge in users.indices where costs[charge] != totals[charge] {
            let factor = totals[charge] > 0 ? Double(costs[charge]) / Double(totals[charge]) : 0
            let grown = shares[charge].map { Double($0) * factor }
            shares[charge] =
                factor > 0
                ? Self.whole(grown, costs[charge])
                : shares[charge].map { _ in costs[charge] / Int64(max(1, users[charge].count)) }
            totals[charge] = costs[charge]
        }
    }

    /// Adds the shares to what is `added` to the choices of each variable.
    func add(to added: inout [[Int64]], of problem: PairwiseProblem) {
        var mine = [Int64](repeating: 0, count: users.count)
        var members = [[(charge: Int, at: Int)]](repeating: [], count: problem.choices.count)
        for charge in users.indices {
            for (at, variable) in users[charge].enumerated() { members[variable].append((charge, at)) }
        }
        for variable in problem.choices.indices {
            for member in members[variable] { mine[member.charge] = shares[member.charge][member.at] }
            for index in problem.choices[variable].indices {
                for charge in problem.choices[variable][index].charges {
                    added[variable][index] = PairwiseProblem.sum(added[variable][index], mine[charge])
                }
            }
        }
    }

    /// Moves the shares towards those who used a charge in `assignment`, and from those who did not.
    mutating func step(_ problem: PairwiseProblem, _ assignment: [Int], length: Double) {
        for charge in users.indices where totals[charge] > 0 && users[charge].count > 1 {
            let uses = users[charge].map { variable in
                problem.choices[variable][assignment[variable]].charges.contains(charge) ? 1.0 : 0.0
            }
            let mean = uses.reduce(0, +) / Double(uses.count)
            // Where nobody or everybody uses it, all shares would move alike, which they cannot.
            guard mean > 0, mean < 1 else { continue }
            let moved = zip(shares[charge], uses).map {
                Double($0) + length * Double(totals[charge]) * ($1 - mean)
            }
            shares[charge] = Self.whole(moved, totals[charge])
        }
    }

    /// What a variable pays of a charge.
    func share(_ charge: Int, _ variable: Int) -> Int64 {
        users[charge].firstIndex(of: variable).map { shares[charge][$0] } ?? 0
    }

    private static func whole(_ values: [Double], _ total: Int64) -> [Int64] {
        projected(values, total: Double(total)).map { Int64($0.rounded(.down)) }
    }

    /// The nearest shares that are not negative and add to `total`.
    static func projected(_ values: [Double], total: Double) -> [Double] {
        let sorted = values.sorted(by: >)
        var sum = 0.0
        var level = 0.0
        for (index, value) in sorted.enumerated() {
            sum += value
            let candidate = (sum - total) / Double(index + 1)
            if value - candidate > 0 { level = candidate }
        }
        return values.map { max(0, $0 - level) }
    }
}
