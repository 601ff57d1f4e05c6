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

    /// A line that the price is nowhere below up to `most`: `slope` for each unit, less `start`.
    ///
    /// The side of the lower hull of the price that is over `amount`, so that it is near where so much is used.
    func line(at amount: UInt64, upTo most: UInt64) -> (slope: Double, start: Double) {
        guard most > 0 else { return (0, 0) }
        var hull: [(x: Double, y: Double)] = []
        for edge in [0] + edges.filter({ $0 > 0 && $0 < most }) + [most] {
            let point = (x: Double(edge), y: Double(price(edge)))
            while hull.count > 1 {
                let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
                guard (b.y - a.y) * (point.x - a.x) >= (point.y - a.y) * (b.x - a.x) else { break }
                hull.removeLast()
            }
            hull.append(point)
        }
        let end = hull.firstIndex { $0.x >= Double(amount) && $0.x > 0 } ?? hull.count - 1
        let (a, b) = (hull[end - 1], hull[end])
        let slope = max(0, (b.y - a.y) / (b.x - a.x))
        return (slope, max(0, slope * b.x - b.y))
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
        let most = most
        let there = assignment.map { amounts(uses($0)) } ?? most
        let lines = meters.indices.map { meters[$0].line(at: there[$0], upTo: most[$0]) }
        func less(_ uses: [SharedMeter.Use]) -> Int64 {
            uses.reduce(0) { sum, use in
                let below = Int64(min((lines[use.meter].slope * Double(use.amount)).rounded(.down), 0x1p60)) - 1
                return sum + max(0, use.single) - max(0, below)
            }
        }
        var out = self
        for variable in choices.indices {
            for index in choices[variable].indices where choices[variable][index].cost < Self.forbidden {
                out.choices[variable][index].cost -= less(choices[variable][index].uses)
            }
        }
        for charge in chargeUses.indices where charges[charge] < Self.forbidden {
            out.charges[charge] = max(0, charges[charge] - less(chargeUses[charge]))
        }
        // What all lines begin below nothing.
        let start = Int64(lines.reduce(0) { $0 + min($1.start, 0x1p59) }.rounded(.up)) + 1
        for index in choices[0].indices where choices[0][index].cost < Self.forbidden {
            out.choices[0][index].cost -= start
        }
        out.meters = []
        return out
    }

    private func amounts(_ uses: [SharedMeter.Use]) -> [UInt64] {
        var amounts = [UInt64](repeating: 0, count: meters.count)
        for use in uses { Self.add(use.amount, to: &amounts[use.meter]) }
        return amounts
    }

    /// The most of each meter that can be used.
    private var most: [UInt64] {
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
