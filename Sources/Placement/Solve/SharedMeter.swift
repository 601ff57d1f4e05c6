/// What is priced as one sum over all that use it, such as a month's tiers.
package struct SharedMeter: Sendable {
    /// So much of it, and what that costs where nobody else uses it.
    package struct Use: Sendable, Hashable {
        /// The meter, by index.
        package var meter: Int
        /// How much.
        package var amount: UInt64
        /// What it costs by itself: this is in the cost of whatever has the use.
        package var single: Int64

        /// A use.
        package init(meter: Int, amount: UInt64, single: Int64) {
            self.meter = meter
            self.amount = amount
            self.single = single
        }
    }

    /// What it is called.
    package let name: String
    /// What so much of it costs together; nothing for nothing, and never less for more.
    package let price: @Sendable (UInt64) -> Int64
    /// Where its slope changes, ascending; between two of these the price is a straight line.
    package let edges: [UInt64]

    /// A meter.
    package init(name: String, edges: [UInt64], price: @escaping @Sendable (UInt64) -> Int64) {
        self.name = name
        self.edges = edges
        self.price = price
    }

    /// The slope of a line that the price is nowhere below within `range`, as near as can be to where `amount` is used.
    func slope(at amount: UInt64, in range: ClosedRange<UInt64>) -> Double {
        guard range.lowerBound < range.upperBound else { return 0 }
        var hull: [(x: Double, y: Double)] = []
        for edge in points(in: range) {
            let point = (x: Double(edge), y: Double(price(edge)))
            while hull.count > 1 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (b.y - a.y) * (point.x - a.x) >= (point.y - a.y) * (b.x - a.x) else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        let end = hull.firstIndex { $0.x >= Double(amount) && $0.x > hull[0].x } ?? hull.count - 1
        let (a, b) = (hull[end - 1], hull[end])
        return max(0, (b.y - a.y) / (b.x - a.x))
    }

    /// What it costs at least within `range`, less `slope` for each unit, and where that is.
    func least(less slope: Double, in range: ClosedRange<UInt64>) -> (value: Double, amount: UInt64) {
        var best = (value: Double.infinity, amount: range.lowerBound)
        for point in points(in: range) {
            let value = Double(price(point)) - slope * Double(point)
            if value < best.value { best = (value, point) }
        }
        return best
    }

    /// Both ends of `range`, and where the slope changes between them; ascending.
    private func points(in range: ClosedRange<UInt64>) -> [UInt64] {
        let inner = edges.filter { $0 > range.lowerBound && $0 < range.upperBound }
        return [range.lowerBound] + inner + (range.upperBound > range.lowerBound ? [range.upperBound] : [])
    }
}

extension PairwiseProblem {
    /// What sums of uses cost more than each use by itself, by meter; less than nothing where tiers fall.
    func excesses(of uses: [SharedMeter.Use]) -> [Int64] {
        var singles = [Int64](repeating: 0, count: meters.count)
        for use in uses { singles[use.meter] = Self.sum(singles[use.meter], use.single) }
        return zip(zip(meters, amounts(uses)), singles).map { $0.0.price($0.1) - $1 }
    }

    /// All of these together.
    func excess(of uses: [SharedMeter.Use]) -> Int64 {
        meters.isEmpty ? 0 : excesses(of: uses).reduce(0, Self.sum)
    }

    /// What an assignment uses, each charge once; but for what one variable uses, where that is said.
    func uses(_ assignment: [Int], but left: Int? = nil) -> [SharedMeter.Use] {
        guard !meters.isEmpty else { return [] }
        var paid = Set<Int>()
        return assignment.enumerated().flatMap { variable, index -> [SharedMeter.Use] in
            guard variable != left else { return [] }
            let choice = choices[variable][index]
            return choice.uses
                + choice.charges.filter { paid.insert($0).inserted && $0 < chargeUses.count }.flatMap { chargeUses[$0] }
        }
    }

    /// The same problem with each use priced by a line below its meter, so that sums of its costs are bounds from below.
    ///
    /// - Parameter near: an assignment near which the lines are close to the prices; nil for where much is used.
    func underpriced(near assignment: [Int]? = nil) -> PairwiseProblem {
        guard !meters.isEmpty, !choices.isEmpty else { return self }
        let lines = MeterLines(self, near: assignment)
        var out = self
        var added = choices.map { [Int64](repeating: 0, count: $0.count) }
        lines.add(to: &added, of: self)
        for variable in choices.indices {
            for index in choices[variable].indices where choices[variable][index].cost < Self.forbidden {
                out.choices[variable][index].cost += added[variable][index]
            }
        }
        out.charges = lines.charges(of: self)
        out.meters = []
        return out
    }

    func amounts(_ uses: [SharedMeter.Use]) -> [UInt64] {
        var amounts = [UInt64](repeating: 0, count: meters.count)
        for use in uses { Self.add(use.amount, to: &amounts[use.meter]) }
        return amounts
    }

    /// The most of each meter that can be used.
    var most: [UInt64] {
        var out = amounts(chargeUses.flatMap(\.self))
        for all in choices {
            var largest = [UInt64](repeating: 0, count: meters.count)
            for choice in all where !choice.uses.isEmpty {
                for (meter, amount) in amounts(choice.uses).enumerated() {
                    largest[meter] = max(largest[meter], amount)
                }
            }
            for (meter, amount) in largest.enumerated() { Self.add(amount, to: &out[meter]) }
        }
        return out
    }

    private static func add(_ amount: UInt64, to sum: inout UInt64) {
        let (next, overflow) = sum.addingReportingOverflow(amount)
        sum = overflow ? .max : next
    }
}
