/// What room for one more costs at each resource, laid on the choices that take it, so that a bound from below sees capacities.
///
/// Where choices pay for room, and what all room costs is given back, the least cost is no more than the true one. Prices rise
/// where more is taken than there is, and fall where room is left (Lagrangian relaxation; steps after Polyak, 1969).
struct RoomPrices {
    /// Micro-dollars, by resource.
    private(set) var prices: [Int64]
    private let capacities: [Int]

    init(_ problem: PairwiseProblem) {
        capacities = problem.capacities
        prices = [Int64](repeating: 0, count: capacities.count)
    }

    /// What is given back: all room at its price.
    var back: Int64 { zip(prices, capacities).reduce(0) { PairwiseProblem.sum($0, $1.0 * Int64($1.1)) } }

    /// Adds what room costs to what is `added` to the choices of each variable; what is given back is taken off the first's.
    func add(to added: inout [[Int64]], of problem: PairwiseProblem) {
        guard !prices.isEmpty else { return }
        for variable in problem.choices.indices {
            for (index, choice) in problem.choices[variable].enumerated() where choice.resource >= 0 {
                added[variable][index] = PairwiseProblem.sum(added[variable][index], prices[choice.resource])
            }
        }
        let back = back
        for index in added[0].indices { added[0][index] -= back }
    }

    /// Moves the prices, so far that a bound that rises as it seems to would be at `aim`.
    mutating func step(
        _ problem: PairwiseProblem, _ assignment: [Int], from bound: Int64, to aim: Int64, length: Double
    ) {
        guard !prices.isEmpty else { return }
        var over = capacities.map { -Double($0) }
        for (variable, index) in assignment.enumerated() {
            let resource = problem.choices[variable][index].resource
            if resource >= 0 { over[resource] += 1 }
        }
        // What costs nothing and has room left does not pull the others back.
        for resource in over.indices where prices[resource] == 0 { over[resource] = max(0, over[resource]) }
        let norm = over.reduce(0) { $0 + $1 * $1 }
        guard norm > 0 else { return }
        let step = length * Double(max(1, aim - bound)) / norm
        for resource in over.indices {
            let price = Double(prices[resource]) + step * over[resource]
            prices[resource] = Int64(min(max(0, price), 1e15).rounded())
        }
    }
}
