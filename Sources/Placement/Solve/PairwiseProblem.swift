/// A choice for each of several variables, with costs of single choices, of pairs, and of what several choices share.
///
/// Costs are whole micro-dollars, so that sums are exact. Times are seconds. Variables stand in an order in which each
/// edge leads from an earlier to a later one.
package struct PairwiseProblem: Sendable {
    /// What can be chosen for a variable.
    package struct Choice: Sendable {
        /// What it costs by itself.
        package var cost: Int64
        /// The work cannot begin earlier than this, counted from the start of all.
        package var ready: Double
        /// The time from its beginning to its end.
        package var work: Double
        /// The same for deadlines: values that are kept as surely as was asked.
        package var sureReady: Double
        /// The same for deadlines.
        package var sureWork: Double
        /// Bytes that it moves.
        package var bytes: Int64
        /// The charges that must be paid for it; each is paid once, whoever else needs it.
        package var charges: [Int]
        /// What it takes one of; negative for nothing.
        package var resource: Int
        /// What of its cost is priced together with others' uses.
        package var uses: [SharedMeter.Use] = []

        /// A choice.
        package init(
            cost: Int64, ready: Double = 0, work: Double = 0, sureReady: Double? = nil, sureWork: Double? = nil,
            bytes: Int64 = 0, charges: [Int] = [], resource: Int = -1
        ) {
            self.cost = cost
            self.ready = ready
            self.work = work
            self.sureReady = sureReady ?? ready
            self.sureWork = sureWork ?? work
            self.bytes = bytes
            self.charges = charges
            self.resource = resource
        }
    }

    /// What a pair of choices costs, and how long the later waits after the earlier.
    package struct Edge: Sendable {
        /// The earlier variable.
        package var from: Int
        /// The later one.
        package var to: Int
        /// Costs, by the choice of `from`, then by that of `to`.
        package var cost: [Int64]
        /// Seconds, likewise.
        package var time: [Double]
        /// Seconds for deadlines, likewise.
        package var sureTime: [Double]
        /// Bytes, likewise.
        package var bytes: [Int64]

        /// An edge.
        package init(
            from: Int, to: Int, cost: [Int64], time: [Double], sureTime: [Double]? = nil, bytes: [Int64]? = nil
        ) {
            self.from = from
            self.to = to
            self.cost = cost
            self.time = time
            self.sureTime = sureTime ?? time
            self.bytes = bytes ?? [Int64](repeating: 0, count: cost.count)
        }

        /// How long the later, which has `count` choices, waits after the earlier, by the choices of both.
        func wait(_ from: Int, _ to: Int, of count: Int, sure: Bool) -> Double {
            sure ? sureTime[from * count + to] : time[from * count + to]
        }
    }

    /// What cannot be: sums of so much and less are told from it.
    package static let forbidden: Int64 = 1 << 61

    /// The choices of each variable; none may be empty.
    package var choices: [[Choice]]
    /// Pairs that matter.
    package var edges: [Edge] = []
    /// What each shared charge costs.
    package var charges: [Int64] = []
    /// What is priced as one sum.
    package var meters: [SharedMeter] = []
    /// What each shared charge uses of these; empty where none does.
    package var chargeUses: [[SharedMeter.Use]] = []
    /// How much there is of each resource.
    package var capacities: [Int] = []
    /// When each variable's work must have ended.
    package var deadlines: [Double]
    /// When all must have ended.
    package var deadline = Double.infinity

    /// A problem without edges.
    package init(choices: [[Choice]]) {
        self.choices = choices
        deadlines = [Double](repeating: .infinity, count: choices.count)
    }

    /// Sums of costs, kept below what overflows.
    static func sum(_ a: Int64, _ b: Int64) -> Int64 { min(a + b, forbidden) }

    /// Whether time can decide between choices.
    var isTimed: Bool { deadline < .infinity || deadlines.contains { $0 < .infinity } }
}

extension PairwiseProblem {
    /// What an assignment comes to.
    package struct Value: Sendable, Equatable {
        /// Micro-dollars.
        package var cost: Int64
        /// When the last work ends.
        package var finish: Double
        /// Bytes moved.
        package var bytes: Int64
        /// Whether it keeps deadlines and capacities, and does nothing that cannot be.
        package var isPossible: Bool
    }

    /// What `assignment` comes to.
    package func value(of assignment: [Int]) -> Value {
        var cost: Int64 = 0
        var bytes: Int64 = 0
        var paid = Set<Int>()
        var used = [Int](repeating: 0, count: capacities.count)
        var isPossible = true
        for (variable, index) in assignment.enumerated() {
            let choice = choices[variable][index]
            cost = Self.sum(cost, choice.cost)
            bytes += choice.bytes
            for charge in choice.charges where paid.insert(charge).inserted { cost = Self.sum(cost, charges[charge]) }
            if choice.resource >= 0 {
                used[choice.resource] += 1
                if used[choice.resource] > capacities[choice.resource] { isPossible = false }
            }
        }
        for edge in edges {
            let at = assignment[edge.from] * choices[edge.to].count + assignment[edge.to]
            cost = Self.sum(cost, edge.cost[at])
            bytes += edge.bytes[at]
        }
        if !meters.isEmpty, cost < Self.forbidden { cost = Self.sum(cost, excess(of: uses(assignment))) }
        let (finish, isInTime) = schedule(assignment)
        return Value(
            cost: cost, finish: finish, bytes: bytes, isPossible: isPossible && isInTime && cost < Self.forbidden)
    }

    /// When all ends, and whether the deadlines hold.
    func schedule(_ assignment: [Int]) -> (finish: Double, isInTime: Bool) {
        let usual = ends(assignment, sure: false)
        let finish = usual.max() ?? 0
        guard isTimed else { return (finish, true) }
        let sure = ends(assignment, sure: true)
        let isInTime = zip(sure, deadlines).allSatisfy { $0 <= min($1, deadline) }
        return (finish, isInTime)
    }

    /// When each variable's work ends.
    package func ends(_ assignment: [Int], sure: Bool) -> [Double] {
        var end = [Double](repeating: 0, count: choices.count)
        // The edges that lead to each variable, as chains.
        var first = [Int](repeating: -1, count: edges.isEmpty ? 0 : choices.count)
        var next = [Int](repeating: -1, count: edges.count)
        // Fields are read where they are: a copy of a choice or an edge would count references of its arrays.
        for index in edges.indices {
            let to = edges[index].to
            (next[index], first[to]) = (first[to], index)
        }
        for variable in choices.indices {
            let chosen = assignment[variable]
            var begin = sure ? choices[variable][chosen].sureReady : choices[variable][chosen].ready
            var index = edges.isEmpty ? -1 : first[variable]
            while index >= 0 {
                let from = edges[index].from
                let wait = edges[index].wait(assignment[from], chosen, of: choices[variable].count, sure: sure)
                begin = max(begin, end[from] + wait)
                index = next[index]
            }
            end[variable] = begin + (sure ? choices[variable][chosen].sureWork : choices[variable][chosen].work)
        }
        return end
    }
}
