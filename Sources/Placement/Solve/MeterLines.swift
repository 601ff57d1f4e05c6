/// Lines below the prices of shared meters, by which a problem is relaxed: what is used costs so much a unit, and what all lines
/// begin below nothing is added once.
///
/// The use of each meter is held to a range; the less of a range there is, the nearer is its line. Slopes are moved by steps to
/// where the bound is high (Lagrangian relaxation).
struct MeterLines: Sendable {
    /// Within which each meter is used.
    private(set) var ranges: [ClosedRange<UInt64>]
    /// Micro-dollars a unit, by meter.
    private(set) var slopes: [Double]

    /// Lines for anything that can be used.
    ///
    /// - Parameter near: an assignment near which the lines are close to the prices; nil for where much is used.
    init(_ problem: PairwiseProblem, near assignment: [Int]? = nil) {
        let most = problem.most
        let there = assignment.map { problem.amounts(problem.uses($0)) } ?? most
        ranges = most.map { 0...$0 }
        slopes = problem.meters.indices.map { problem.meters[$0].slope(at: there[$0], in: 0...most[$0]) }
    }

    /// The same with the use of one meter held to a part of its range.
    func within(_ range: ClosedRange<UInt64>, of meter: Int, _ problem: PairwiseProblem) -> MeterLines {
        var out = self
        out.ranges[meter] = range
        out.slopes[meter] = problem.meters[meter].slope(at: range.upperBound, in: range)
        return out
    }

    /// Adds what the lines change to what is `added` to the choices of each variable; what lines begin below nothing is taken
    /// off the first's, and told.
    @discardableResult
    func add(to added: inout [[Int64]], of problem: PairwiseProblem) -> Int64 {
        guard !slopes.isEmpty, !added.isEmpty else { return 0 }
        for variable in problem.choices.indices {
            for index in problem.choices[variable].indices where !problem.choices[variable][index].uses.isEmpty {
                added[variable][index] -= less(problem.choices[variable][index].uses)
            }
        }
        let start = slopes.indices.reduce(0.0) {
            $0 + max(-0x1p59, min(0x1p59, problem.meters[$1].least(less: slopes[$1], in: ranges[$1]).value))
        }
        let whole = Int64(start.rounded(.down)) - Int64(slopes.count)
        for index in added[0].indices { added[0][index] += whole }
        return whole
    }

    /// What charges cost by the lines.
    func charges(of problem: PairwiseProblem) -> [Int64] {
        guard !slopes.isEmpty else { return problem.charges }
        return problem.charges.indices.map { charge in
            let cost = problem.charges[charge]
            guard charge < problem.chargeUses.count, cost < PairwiseProblem.forbidden else { return cost }
            return max(0, cost - less(problem.chargeUses[charge]))
        }
    }

    /// Moves the slopes, so far that a bound that rises as it seems to would be at `aim`.
    mutating func step(
        _ problem: PairwiseProblem, _ assignment: [Int], from bound: Int64, to aim: Int64, length: Double
    ) {
        guard !slopes.isEmpty else { return }
        let used = problem.amounts(problem.uses(assignment))
        let over = slopes.indices.map { meter -> Double in
            let place = problem.meters[meter].least(less: slopes[meter], in: ranges[meter]).amount
            return Double(used[meter]) - Double(place)
        }
        let norm = over.reduce(0) { $0 + $1 * $1 }
        guard norm > 0 else { return }
        let step = length * Double(max(1, aim - bound)) / norm
        for meter in slopes.indices { slopes[meter] = max(0, slopes[meter] + step * over[meter]) }
    }

    /// The meter whose line is furthest below its price where `assignment` is, and its range cut in two there; nil where no
    /// range has anything left to be cut.
    func cut(_ problem: PairwiseProblem, _ assignment: [Int]) -> (meter: Int, parts: [ClosedRange<UInt64>])? {
        let used = problem.amounts(problem.uses(assignment))
        var best: (gap: Double, meter: Int, edge: UInt64)?
        for meter in slopes.indices {
            let (range, shared) = (ranges[meter], problem.meters[meter])
            let at = min(max(used[meter], range.lowerBound), range.upperBound)
            let inner = shared.edges.filter { $0 > range.lowerBound && $0 < range.upperBound }
            let line = slopes[meter] * Double(at) + shared.least(less: slopes[meter], in: range).value
            let gap = Double(shared.price(at)) - line
            guard let edge = inner.min(by: { Self.distance($0, at) < Self.distance($1, at) }), gap > best?.gap ?? 1
            else { continue }
            best = (gap, meter, edge)
        }
        return best.map { ($0.meter, [ranges[$0.meter].lowerBound...$0.edge, $0.edge...ranges[$0.meter].upperBound]) }
    }

    private static func distance(_ a: UInt64, _ b: UInt64) -> UInt64 { a > b ? a - b : b - a }

    /// How much less uses cost by the lines than by themselves.
    private func less(_ uses: [SharedMeter.Use]) -> Int64 {
        uses.reduce(0) { sum, use in
            let below = Int64(min((slopes[use.meter] * Double(use.amount)).rounded(.down), 0x1p60)) - 1
            return sum + max(0, use.single) - max(0, below)
        }
    }
}
