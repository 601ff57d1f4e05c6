internal import Placement

/// How far the decisions of each rule are from the best, by how much of the data is elsewhere.
package struct Study: Sendable {
    /// What came of one rule at one share.
    package struct Cell: Sendable {
        /// What its decisions cost more than the best, as a share of that, on average.
        package var mean: Double
        /// The same in the worst of twenty.
        package var p95: Double
        /// How often it chose a worse site.
        package var wrong: Double
    }

    /// The shares of the data that some other regions hold.
    package let shares: [Double]
    /// How many decisions were made at each.
    package let count: Int
    /// By rule, then by share.
    package private(set) var cells: [[Cell]] = []

    /// Decides `count` times at each share, from a seed.
    package init(_ grid: Grid, shares: [Double], count: Int, seed: UInt64, heard: (String) -> Void) throws {
        (self.shares, self.count) = (shares, count)
        var byShare: [[[Double]]] = []
        for share in shares {
            var regrets = [[Double]](repeating: [], count: Rule.allCases.count)
            for index in 0..<count {
                // The same regions, sizes and jobs at each share.
                let instance = Instance(grid, presence: share, seed: seed &+ UInt64(index) &* 0x2545_f491_4f6c_dd1d)
                let values = try instance.actual.sites.map { try Rule.value(instance.actual, at: $0.name) }
                guard let best = values.compactMap({ $0 }).min(), best > 0 else { continue }
                for (number, rule) in Rule.allCases.enumerated() {
                    let choice = try rule.choice(instance)
                    guard let value = try Rule.value(instance.actual, at: choice.site, from: choice.source) else {
                        throw RegretError("\(rule.rawValue) chose what cannot be done")
                    }
                    regrets[number].append(max(0, value / best - 1))
                }
            }
            byShare.append(regrets)
            heard("\(Int((share * 100).rounded())) % present: \(count) decisions")
        }
        cells = Rule.allCases.indices.map { rule in byShare.map { Self.cell($0[rule]) } }
    }

    private static func cell(_ regrets: [Double]) -> Cell {
        let sorted = regrets.sorted()
        guard !sorted.isEmpty else { return Cell(mean: 0, p95: 0, wrong: 0) }
        let place = min(sorted.count - 1, Int((Double(sorted.count) * 0.95).rounded(.down)))
        return Cell(
            mean: sorted.reduce(0, +) / Double(sorted.count), p95: sorted[place],
            wrong: Double(sorted.count { $0 > 1e-3 }) / Double(sorted.count))
    }

    /// The figures as a table in Markdown: mean regret, the worst of twenty, and wrong decisions.
    package var table: String {
        let heads = shares.map { "\(Int(($0 * 100).rounded())) %" }
        var out = "| mean regret / p95 / wrong, % | " + heads.joined(separator: " | ") + " |\n"
        out += "|---|" + heads.map { _ in "---:|" }.joined() + "\n"
        for (rule, row) in zip(Rule.allCases, cells) {
            let texts = row.map { "\(Self.percent($0.mean)) / \(Self.percent($0.p95)) / \(Self.percent($0.wrong))" }
            out += "| \(rule.rawValue) | " + texts.joined(separator: " | ") + " |\n"
        }
        return out
    }

    static func percent(_ share: Double) -> String {
        let tenths = (share * 1000).rounded() / 10
        return tenths >= 10 ? "\(Int(tenths.rounded()))" : "\(tenths)"
    }
}
