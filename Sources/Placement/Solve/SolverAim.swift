/// What a solver makes small.
package enum SolverAim: Sendable, Equatable {
    /// Cost; of equal costs the earlier end, then fewer bytes.
    case cost
    /// The end of all; of equal ends the lower cost.
    case time
    /// Cost, and so many micro-dollars for each second until the end of all.
    case weighted(microsPerSecond: Double)

    /// What decides, in order; smaller is better.
    func rank(_ cost: Int64, _ finish: Double, _ bytes: Int64) -> SolverRank {
        switch self {
        case .cost: SolverRank(first: Double(cost), second: finish, third: Double(bytes), cost: cost)
        case .time: SolverRank(first: finish, second: Double(cost), third: Double(bytes), cost: cost)
        case .weighted(let price):
            SolverRank(
                first: Double(cost) + (finish * price).rounded(), second: Double(cost), third: finish, cost: cost)
        }
    }
}

/// How good an answer is.
struct SolverRank: Comparable, Sendable {
    var first: Double
    var second: Double
    var third: Double
    var cost: Int64

    static func < (a: SolverRank, b: SolverRank) -> Bool { (a.first, a.second, a.third) < (b.first, b.second, b.third) }
    static func == (a: SolverRank, b: SolverRank) -> Bool {
        (a.first, a.second, a.third) == (b.first, b.second, b.third)
    }
}
