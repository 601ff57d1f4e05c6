/// A problem without pairs, laid out so that what a change of choices comes to is added up from numbers side by side.
///
/// Choices that cannot be of the cheapest are left away (``ChoiceSieve``). Costs are micro-dollars without what meters price, as `Double`: what is found by them is valued by the problem itself.
struct FlatProblem: Sendable {
    /// So much of a meter.
    struct Use: Sendable {
        var meter: Int
        var amount: Double
    }

    /// What a choice or a charge is: a cost, the charges that it needs, and what it uses.
    struct Table: Sendable {
        var cost: [Double] = []
        var firstCharge = [0]
        var charges: [Int] = []
        var firstUse = [0]
        var uses: [Use] = []
    }

    private var table = Table()
    private var fees = Table()
    /// Where the choices of each variable begin; those with the same room stand together.
    private(set) var first = [0]
    /// Of each choice its variable.
    private(set) var owner: [Int] = []
    /// Of each choice its variable's number for it.
    private(set) var number: [Int] = []
    /// Of each choice the room that it takes; the last one has no end, and is for those that take none.
    private(set) var room: [Int] = []
    /// How many each room takes.
    let rooms: [Int]
    /// Of each meter where its slope changes, what it costs there, and its slope from there on.
    private let edges: [[Double]]
    private let prices: [[Double]]
    private let slopes: [[Double]]

    /// How many variables there are.
    var count: Int { first.count - 1 }
    /// How many choices there are.
    var choices: Int { owner.count }
    /// How many charges there are.
    var charges: Int { fees.cost.count }
    /// How many meters there are.
    var meters: Int { edges.count }

    /// Lays a problem out; nil where pairs matter, or a variable has no choice left.
    init?(_ problem: PairwiseProblem) {
        guard problem.edges.isEmpty else { return nil }
        rooms = problem.capacities + [problem.choices.count]
        edges = zip(problem.meters, problem.most).map { meter, most in
            ([0] + meter.edges.filter { $0 > 0 && $0 < most } + [max(1, most)]).map { Double($0) }
        }
        prices = zip(problem.meters, edges).map { meter, edges in edges.map { Double(meter.price(UInt64($0))) } }
        slopes = zip(edges, prices).map { x, y in
            x.indices.dropLast().map { (y[$0 + 1] - y[$0]) / (x[$0 + 1] - x[$0]) }
        }
        for charge in problem.charges.indices {
            let uses = charge < problem.chargeUses.count ? problem.chargeUses[charge] : []
            fees.add(problem.charges[charge], [], uses)
        }
        let sieve = ChoiceSieve(problem, CostSpan(slopes: slopes.map { ($0.min() ?? 0)...($0.max() ?? 0) }))
        for variable in problem.choices.indices {
            guard !sieve.kept[variable].isEmpty else { return nil }
            let all = problem.choices[variable]
            func room(_ index: Int) -> Int { all[index].resource >= 0 ? all[index].resource : rooms.count - 1 }
            for index in sieve.kept[variable].sorted(by: { (room($0), $0) < (room($1), $1) }) {
                owner.append(variable)
                number.append(index)
                self.room.append(room(index))
                table.add(all[index].cost, all[index].charges, all[index].uses)
            }
            first.append(owner.count)
        }
    }
}

extension FlatProblem.Table {
    fileprivate mutating func add(_ price: Int64, _ needs: [Int], _ used: [SharedMeter.Use]) {
        cost.append(used.reduce(Double(price)) { $0 - Double($1.single) })
        charges += needs
        firstCharge.append(charges.count)
        uses += used.map { FlatProblem.Use(meter: $0.meter, amount: Double($0.amount)) }
        firstUse.append(uses.count)
    }
}

extension FlatProblem {
    /// The charges that a choice needs.
    func charges(of choice: Int) -> ArraySlice<Int> {
        table.charges[table.firstCharge[choice]..<table.firstCharge[choice + 1]]
    }

    /// What a choice uses.
    func uses(of choice: Int) -> ArraySlice<Use> { table.uses[table.firstUse[choice]..<table.firstUse[choice + 1]] }

    /// What a charge uses.
    func uses(ofCharge charge: Int) -> ArraySlice<Use> {
        fees.uses[fees.firstUse[charge]..<fees.firstUse[charge + 1]]
    }

    /// What a choice costs by itself where meters cost so much a unit.
    func cost(_ choice: Int, _ slopes: [Double]) -> Double { table.cost(choice, slopes) }

    /// What a charge costs where meters cost so much a unit.
    func fee(_ charge: Int, _ slopes: [Double]) -> Double { fees.cost(charge, slopes) }

    /// Adds what choices and charges cost, and what they use.
    func add(_ choices: [Int], _ charges: [Int], to amounts: inout [Double]) -> Double {
        var sum = 0.0
        for choice in choices {
            sum += table.cost[choice]
            for use in uses(of: choice) { amounts[use.meter] += use.amount }
        }
        for charge in charges {
            sum += fees.cost[charge]
            for use in uses(ofCharge: charge) { amounts[use.meter] += use.amount }
        }
        return sum
    }

    /// What so much of a meter costs.
    func price(_ meter: Int, _ amount: Double) -> Double {
        let at = segment(meter, amount)
        return prices[meter][at] + (amount - edges[meter][at]) * slopes[meter][at]
    }

    /// What one more of a meter costs.
    func slope(_ meter: Int, _ amount: Double) -> Double { slopes[meter][segment(meter, amount)] }

    /// All that can be used of a meter.
    func range(_ meter: Int) -> ClosedRange<Double> { 0...(edges[meter].last ?? 1) }

    /// Where the slope of a meter changes within a range, ascending.
    func edges(_ meter: Int, within range: ClosedRange<Double>) -> [Double] {
        edges[meter].filter { $0 > range.lowerBound && $0 < range.upperBound }
    }

    /// The ends of a range, and where the slope of a meter changes between them.
    private func points(_ meter: Int, of range: ClosedRange<Double>) -> [Double] {
        [range.lowerBound] + edges(meter, within: range) + [range.upperBound]
    }

    /// What a meter costs at least within a range, less `slope` for each unit, and where that is.
    func least(_ meter: Int, less slope: Double, in range: ClosedRange<Double>) -> (value: Double, amount: Double) {
        var best = (value: Double.infinity, amount: range.lowerBound)
        for point in points(meter, of: range) {
            let value = price(meter, point) - slope * point
            if value < best.value { best = (value, point) }
        }
        return best
    }

    /// The highest line that a meter is nowhere below within a range, where so much is used: its value there and its slope.
    func line(_ meter: Int, at amount: Double, in range: ClosedRange<Double>) -> (value: Double, slope: Double) {
        let points = points(meter, of: range)
        var best = (value: Double.infinity, slope: 0.0)
        for left in points where left <= amount {
            for right in points where right > left && right >= amount {
                let slope = (price(meter, right) - price(meter, left)) / (right - left)
                let value = price(meter, left) + slope * (amount - left)
                if value < best.value { best = (value, slope) }
            }
        }
        return best.value < .infinity ? best : (price(meter, amount), 0)
    }

    private func segment(_ meter: Int, _ amount: Double) -> Int {
        var at = 0
        while at + 1 < slopes[meter].count, edges[meter][at + 1] <= amount { at += 1 }
        return at
    }

    /// The choices that stand for an assignment, instead of such that were left away others of the same room; nil where there
    /// are none.
    func chosen(_ assignment: [Int], of problem: PairwiseProblem) -> [Int]? {
        let slopes = slopes.map { $0.max() ?? 0 }
        // As if a few shared what is paid.
        func dear(_ choice: Int) -> Double {
            charges(of: choice).reduce(cost(choice, slopes)) { $0 + fee($1, slopes) / 4 }
        }
        var out: [Int] = []
        for (variable, index) in assignment.enumerated() {
            let mine = first[variable]..<first[variable + 1]
            let resource = problem.choices[variable][index].resource
            let near = mine.filter { room[$0] == (resource >= 0 ? resource : rooms.count - 1) }
            guard let at = mine.first(where: { number[$0] == index }) ?? near.min(by: { dear($0) < dear($1) }) else {
                return nil
            }
            out.append(at)
        }
        return out
    }

    /// The assignment of choices.
    func assignment(_ chosen: [Int]) -> [Int] { chosen.map { number[$0] } }
}

extension FlatProblem.Table {
    fileprivate func cost(_ row: Int, _ slopes: [Double]) -> Double {
        var sum = cost[row]
        for at in firstUse[row]..<firstUse[row + 1] { sum += slopes[uses[at].meter] * uses[at].amount }
        return sum
    }
}
