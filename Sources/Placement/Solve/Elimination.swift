/// Takes variables out of a sum of costs one after the other, each by its best choice (bucket elimination; where a table
/// would be too large, in several parts, which leaves a bound from below: mini-buckets, after Dechter and Rish, 2003).
///
/// Then the best completion of any assignment of the last variables is known at once.
struct Elimination: Sendable {
    /// A table may have so many costs.
    static let tableMax = 10_000_000

    /// Variables in the order in which they are taken out.
    let order: [Int]
    /// For each variable, the costs that it was taken out of, in parts; all their other variables come later.
    private(set) var buckets: [[[CostFactor]]]
    /// The least cost of all, or a bound from below where not exact.
    private(set) var bound: Int64 = 0
    /// Whether the bound is the least cost.
    private(set) var isExact = true
    /// The most variables that a table had beside the one taken out.
    private(set) var width = 0
    /// How many costs were looked at.
    private(set) var work = 0

    /// Takes out all variables of `factors`.
    init(sizes: [Int], factors: [CostFactor], order: [Int], tableMax: Int = Elimination.tableMax) {
        self.order = order
        var rank = [Int](repeating: 0, count: sizes.count)
        for (index, variable) in order.enumerated() { rank[variable] = index }
        var waiting = [[CostFactor]](repeating: [], count: sizes.count)
        for factor in factors { waiting[factor.scope.min { rank[$0] < rank[$1] } ?? 0].append(factor) }
        buckets = [[[CostFactor]]](repeating: [], count: sizes.count)
        for variable in order {
            let parts = Self.parts(waiting[variable], variable, sizes, tableMax)
            if parts.count > 1 { isExact = false }
            buckets[variable] = parts
            for part in parts {
                let message = Self.message(part, variable, sizes)
                width = max(width, message.scope.count)
                work += message.table.count * sizes[variable]
                if message.scope.isEmpty {
                    bound = PairwiseProblem.sum(bound, message.table[0])
                } else if let next = message.scope.min(by: { rank[$0] < rank[$1] }) {
                    waiting[next].append(message)
                }
            }
        }
    }

    /// Factors put together as far as the table of their message stays small enough.
    private static func parts(_ factors: [CostFactor], _ variable: Int, _ sizes: [Int], _ tableMax: Int)
        -> [[CostFactor]]
    {
        var parts: [(factors: [CostFactor], scope: Set<Int>)] = []
        for factor in factors.sorted(by: { $0.scope.count > $1.scope.count }) {
            let fit = parts.firstIndex { size($0.scope.union(factor.scope), sizes) <= tableMax }
            if let fit {
                parts[fit].factors.append(factor)
                parts[fit].scope.formUnion(factor.scope)
            } else {
                parts.append(([factor], Set(factor.scope)))
            }
        }
        return parts.map(\.factors)
    }

    private static func size(_ scope: Set<Int>, _ sizes: [Int]) -> Int {
        var product = 1
        for variable in scope {
            let (next, overflow) = product.multipliedReportingOverflow(by: sizes[variable])
            if overflow { return .max }
            product = next
        }
        return product
    }

    /// The costs of the other variables, `variable` having its best choice.
    private static func message(_ factors: [CostFactor], _ variable: Int, _ sizes: [Int]) -> CostFactor {
        let scope = Set(factors.flatMap(\.scope)).subtracting([variable]).sorted()
        let count = size(Set(scope), sizes)
        var table = [Int64](repeating: 0, count: count)
        var assignment = [Int](repeating: 0, count: sizes.count)
        for at in 0..<count {
            var best = PairwiseProblem.forbidden
            let starts = factors.map { $0.start(assignment, but: variable) }
            for choice in 0..<sizes[variable] {
                var sum: Int64 = 0
                for (index, factor) in factors.enumerated() {
                    sum = PairwiseProblem.sum(sum, factor.table[starts[index].start + starts[index].step * choice])
                }
                best = min(best, sum)
            }
            table[at] = best
            advance(&assignment, scope, sizes)
        }
        return CostFactor(scope: scope, sizes: sizes, table: table)
    }

    /// The next assignment of `scope`, the last variable first.
    private static func advance(_ assignment: inout [Int], _ scope: [Int], _ sizes: [Int]) {
        for variable in scope.reversed() {
            assignment[variable] += 1
            if assignment[variable] < sizes[variable] { return }
            assignment[variable] = 0
        }
    }

    /// For each choice of `variable`, how much more the best completion costs than before it was chosen.
    ///
    /// - Parameter assignment: the choices of the variables that are taken out later.
    func increments(_ variable: Int, _ assignment: [Int], count: Int) -> [Int64] {
        var sums = [Int64](repeating: 0, count: count)
        var least: Int64 = 0
        for part in buckets[variable] {
            var best = PairwiseProblem.forbidden
            let starts = part.map { $0.start(assignment, but: variable) }
            for choice in 0..<count {
                var sum: Int64 = 0
                for (index, factor) in part.enumerated() {
                    sum = PairwiseProblem.sum(sum, factor.table[starts[index].start + starts[index].step * choice])
                }
                best = min(best, sum)
                sums[choice] = PairwiseProblem.sum(sums[choice], sum)
            }
            least = PairwiseProblem.sum(least, best)
        }
        return sums.map { $0 >= PairwiseProblem.forbidden ? PairwiseProblem.forbidden : $0 - least }
    }
}
