/// Who is best taken in a block, and which charges are paid for that: as many as there is room for, each for its prize less what
/// it costs.
///
/// Branch and bound over charges: those that are undecided are paid by shares of those who need them, which are moved to where
/// the bound is high and kept for the next time.
struct ChargeBlock: Sendable {
    /// So many partial answers are looked at; then the bound is what is known.
    static let nodesMax = 2_000
    /// So often shares are moved before.
    static let rounds = 4

    /// Who can be taken, by which choice: what that costs less the prize, and its charges as bits.
    private struct Candidate {
        var choice: Int
        var cost: Double
        var mask: UInt64
    }

    /// How many can be taken.
    private let room: Int
    private let variables: [Int]
    /// The choices of each variable, with their charges by number among those of the block.
    private let choices: [[(choice: Int, charges: [Int])]]
    private let charges: [Int]
    /// By charge, then variable.
    private var shares: [Double]

    // What one solution needs.
    private var fees: [Double] = []
    /// The charges that have a bit, by bit, and what they cost.
    private var bits: [Int] = []
    private var candidates: [Candidate] = []
    /// Where the candidates of each who could be taken begin, and where the last ones end.
    private var starts = [0]
    /// Of those who could be taken the index in `variables`.
    private var owners: [Int] = []
    /// Who is taken with shares, the dearest last, and by which candidate and for how much.
    private var taken: [Int] = []
    private var pick: [Int] = []
    private var value: [Double] = []
    private var best = (cost: 0.0, choices: [Candidate]())
    private var lowest = Double.infinity
    private var nodes = 0
    /// The charges that were paid the last time.
    private var last: [Int] = []

    /// A block of some choices, ascending.
    init(_ flat: FlatProblem, _ members: [Int], _ share: (_ charge: Int, _ variable: Int) -> Double) {
        room = Set(members.map { flat.room[$0] }).reduce(0) { min(flat.count, $0 + flat.rooms[$1]) }
        charges = Set(members.flatMap { flat.charges(of: $0) }).sorted()
        let local = Dictionary(uniqueKeysWithValues: charges.enumerated().map { ($0.element, $0.offset) })
        variables = Set(members.map { flat.owner[$0] }).sorted()
        let mine = Dictionary(grouping: members) { flat.owner[$0] }
        choices = variables.map { variable in
            (mine[variable] ?? []).map { ($0, flat.charges(of: $0).compactMap { local[$0] }) }
        }
        shares = charges.flatMap { [variables] charge in variables.map { share(charge, $0) } }
    }

    /// The least cost less prizes, and what has it as far as it was found.
    typealias Solution = (value: Double, choices: [Int], charges: [Int])

    /// Solves the block where prizes, slopes and rents are these.
    mutating func solve(_ flat: FlatProblem, _ at: BlockBound.Multipliers) -> Solution {
        prepare(flat, at)
        for _ in 0..<Self.rounds {
            _ = look(0, 0)
            moveShares()
        }
        (best, lowest, nodes) = ((0, []), .infinity, 0)
        recall()
        descend(0, 0, 0)
        let used = best.choices.reduce(UInt64(0)) { $0 | $1.mask }
        let paid = bits.indices.filter { used >> UInt64($0) & 1 == 1 }.map { charges[bits[$0]] }
        last = paid
        return (min(best.cost, lowest), best.choices.map(\.choice), paid)
    }

    // MARK: - Before

    private mutating func prepare(_ flat: FlatProblem, _ at: BlockBound.Multipliers) {
        fees = charges.map { max(0, flat.fee($0, at.slopes)) }
        let costs = zip(variables, choices).map { variable, all in
            all.map { flat.cost($0.choice, at.slopes) + at.rents[flat.room[$0.choice]] - at.prizes[variable] }
        }
        let isOut = hopeless(costs)
        // What has no bit is taken as paid, which leaves a bound.
        bits = Array(charges.indices.filter { !isOut[$0] }.prefix(64))
        var bit = [Int](repeating: -1, count: charges.count)
        for (index, charge) in bits.enumerated() { bit[charge] = index }
        (candidates, starts, owners) = ([], [0], [])
        for variable in variables.indices {
            for (index, one) in choices[variable].enumerated() {
                guard costs[variable][index] < 0, !one.charges.contains(where: { isOut[$0] }) else { continue }
                var candidate = Candidate(choice: one.choice, cost: costs[variable][index], mask: 0)
                for charge in one.charges {
                    if bit[charge] >= 0 { candidate.mask |= 1 << UInt64(bit[charge]) }
                }
                candidates.append(candidate)
            }
            guard candidates.count > starts[starts.count - 1] else { continue }
            starts.append(candidates.count)
            owners.append(variable)
        }
        pick = owners.map { _ in 0 }
        value = owners.map { _ in 0 }
        settleShares()
    }

    /// Charges that cost more than all who could need them gain by them.
    private func hopeless(_ costs: [[Double]]) -> [Bool] {
        var isOut = [Bool](repeating: false, count: charges.count)
        var gain = [Double](repeating: 0, count: charges.count)
        var mine = gain
        while true {
            for charge in gain.indices { gain[charge] = 0 }
            for variable in variables.indices {
                let all = choices[variable]
                let without = all.indices.reduce(0.0) { all[$1].charges.isEmpty ? min($0, costs[variable][$1]) : $0 }
                for index in all.indices
                where costs[variable][index] < without && !all[index].charges.contains(where: { isOut[$0] }) {
                    let spared = without - costs[variable][index]
                    for charge in all[index].charges { mine[charge] = max(mine[charge], spared) }
                }
                for one in all {
                    for charge in one.charges {
                        gain[charge] += mine[charge]
                        mine[charge] = 0
                    }
                }
            }
            let next = charges.indices.filter { !isOut[$0] && gain[$0] <= fees[$0] }
            guard !next.isEmpty else { return isOut }
            for charge in next { isOut[charge] = true }
        }
    }

    // MARK: - Shares

    /// Who could need the charge of a bit, by index in `owners`.
    private func users(_ bit: Int) -> [Int] {
        owners.indices.filter { index in
            (starts[index]..<starts[index + 1]).contains { candidates[$0].mask >> UInt64(bit) & 1 == 1 }
        }
    }

    private func slot(_ bit: Int, _ index: Int) -> Int { bits[bit] * variables.count + owners[index] }

    /// Shares add to what their charge costs.
    private mutating func settleShares() {
        for bit in bits.indices {
            let slots = users(bit).map { slot(bit, $0) }
            let sum = slots.reduce(0) { $0 + shares[$1] }
            let fee = fees[bits[bit]]
            for at in slots { shares[at] = sum > 0 ? shares[at] * fee / sum : fee / Double(slots.count) }
        }
    }

    /// Moves shares towards those who use what they pay for.
    private mutating func moveShares() {
        var used = [UInt64](repeating: 0, count: owners.count)
        for index in taken { used[index] = candidates[pick[index]].mask }
        for bit in bits.indices {
            let users = users(bit)
            let uses = users.map { used[$0] >> UInt64(bit) & 1 == 1 ? 1.0 : 0.0 }
            let mean = uses.reduce(0, +) / Double(max(1, uses.count))
            guard mean > 0, mean < 1 else { continue }
            let fee = fees[bits[bit]]
            let moved = zip(users, uses).map { shares[slot(bit, $0)] + 0.3 * fee * ($1 - mean) }
            let projected = ChargeShares.projected(moved, total: fee)
            for (index, share) in zip(users, projected) { shares[slot(bit, index)] = share }
        }
    }

    // MARK: - Branch and bound

    /// What is taken where some charges are paid, some are out, and others are paid by shares.
    private mutating func look(_ paid: UInt64, _ out: UInt64) -> Double {
        taken.removeAll(keepingCapacity: true)
        for index in owners.indices {
            var least = (cost: 0.0, at: -1)
            for at in starts[index]..<starts[index + 1] where candidates[at].mask & out == 0 {
                let candidate = candidates[at]
                var cost = candidate.cost
                var open = candidate.mask & ~paid
                while open != 0, cost < least.cost {
                    cost += shares[slot(open.trailingZeroBitCount, index)]
                    open &= open - 1
                }
                if cost < least.cost { least = (cost, at) }
            }
            guard least.at >= 0 else { continue }
            (value[index], pick[index]) = least
            enter(index)
        }
        return taken.reduce(0) { $0 + value[$1] }
    }

    /// Takes one, as long as there is room or a dearer one to leave.
    private mutating func enter(_ index: Int) {
        if taken.count < room {
            taken.append(index)
        } else if let last = taken.last, value[index] < value[last] {
            taken[taken.count - 1] = index
        } else {
            return
        }
        var at = taken.count - 1
        while at > 0, value[taken[at]] < value[taken[at - 1]] {
            taken.swapAt(at, at - 1)
            at -= 1
        }
    }

    /// Takes what was paid the last time as the best, if it is worth it.
    private mutating func recall() {
        var paid: UInt64 = 0
        var fee = 0.0
        for (bit, charge) in bits.enumerated() where last.contains(charges[charge]) {
            paid |= 1 << UInt64(bit)
            fee += fees[charge]
        }
        guard paid != 0 else { return }
        let cost = fee + look(paid, ~paid)
        if cost < 0 { best = (cost, taken.map { candidates[pick[$0]] }) }
    }

    private mutating func descend(_ paid: UInt64, _ out: UInt64, _ fee: Double) {
        nodes += 1
        let bound = fee + look(paid, out)
        guard bound < best.cost - 0.5 else {
            lowest = min(lowest, bound)
            return
        }
        guard nodes < Self.nodesMax else {
            lowest = min(lowest, bound)
            return
        }
        let chosen = taken.map { candidates[pick[$0]] }
        var used = chosen.reduce(UInt64(0)) { $0 | $1.mask }
        var cost = chosen.reduce(0) { $0 + $1.cost }
        var next = (short: 1e-3, bit: -1)
        while used != 0 {
            let bit = used.trailingZeroBitCount
            used &= used - 1
            cost += fees[bits[bit]]
            guard paid >> UInt64(bit) & 1 == 0 else { continue }
            let given = taken.reduce(0) {
                candidates[pick[$1]].mask >> UInt64(bit) & 1 == 1 ? $0 + shares[slot(bit, $1)] : $0
            }
            if fees[bits[bit]] - given > next.short { next = (fees[bits[bit]] - given, bit) }
        }
        if cost < best.cost { best = (cost, chosen) }
        guard next.bit >= 0 else {
            lowest = min(lowest, bound)
            return
        }
        let bit: UInt64 = 1 << UInt64(next.bit)
        descend(paid | bit, out, fee + fees[bits[next.bit]])
        descend(paid, out | bit, fee)
    }
}
