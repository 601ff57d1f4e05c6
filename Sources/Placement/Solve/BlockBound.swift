internal import Workers

/// A bound from below of a problem without pairs, by blocks: rooms and charges that choices need together, such as those of a site.
///
/// Each block takes whom it likes, as many as it has room for, and pays its charges whole (``ChargeBlock``); only that each variable
/// is taken once is left to prizes, one for each variable, which are moved to where the bound is high (Lagrangian decomposition,
/// after Guignard and Kim, 1987; steps after Polyak, 1969, each with a part of the last ones). Meters are priced by lines below
/// them.
struct BlockBound: Sendable {
    /// What is moved.
    struct Multipliers: Sendable {
        /// What taking a variable earns.
        var prizes: [Double]
        /// What a unit of each meter costs.
        var slopes: [Double]
        /// What one of each room costs, where a block has several.
        var rents: [Double]
    }

    /// What all blocks take: how often each variable, how much of each meter, how many of each room, and what they pay.
    private struct Taken {
        var bound = 0.0
        var often: [Double]
        var used: [Double]
        var least: [Double]
        var filled: [Double]
        var paid: [Int] = []
    }

    private let flat: FlatProblem
    private var blocks: [ChargeBlock]
    /// The choices that need neither room nor charges.
    private let free: [Int]
    /// Whether the room of each choice has a rent.
    private let isRented: [Bool]
    /// Within which each meter is used.
    private var ranges: [ClosedRange<Double>]
    private var at: Multipliers
    /// What was used where the bound is the highest.
    private var used: [Double]
    /// The charges that blocks paid there.
    private(set) var paid: [Int] = []
    /// Nothing is less than this.
    private(set) var highest = -Double.infinity

    /// A bound that begins at some multipliers.
    ///
    /// - Parameter shares: what a variable pays of a charge where its block begins.
    init(_ flat: FlatProblem, from start: Multipliers, shares: (_ charge: Int, _ variable: Int) -> Double) {
        self.flat = flat
        at = start
        let parts = Self.parts(flat)
        free = parts.free
        blocks = parts.blocks.map { ChargeBlock(flat, $0, shares) }
        var isRented = [Bool](repeating: false, count: flat.rooms.count)
        for block in parts.blocks {
            let rooms = Set(block.map { flat.room[$0] }).subtracting([flat.rooms.count - 1])
            let isMixed = block.contains { flat.room[$0] == flat.rooms.count - 1 }
            if rooms.count > 1 || isMixed { for room in rooms { isRented[room] = true } }
        }
        self.isRented = isRented
        for room in isRented.indices where !isRented[room] { at.rents[room] = 0 }
        ranges = (0..<flat.meters).map { flat.range($0) }
        used = [Double](repeating: 0, count: flat.meters)
    }

    /// Choices by what they need together, and those that need nothing.
    private static func parts(_ flat: FlatProblem) -> (blocks: [[Int]], free: [Int]) {
        let endless = flat.rooms.count - 1
        // Rooms, then charges.
        var parent = Array(0..<(endless + flat.charges))
        func root(_ start: Int) -> Int {
            var at = start
            while parent[at] != at {
                parent[at] = parent[parent[at]]
                at = parent[at]
            }
            return at
        }
        func needs(_ choice: Int) -> [Int] {
            (flat.room[choice] < endless ? [flat.room[choice]] : []) + flat.charges(of: choice).map { endless + $0 }
        }
        for choice in 0..<flat.choices {
            let all = needs(choice)
            for one in all.dropFirst() { parent[root(one)] = root(all[0]) }
        }
        var blocks: [Int: [Int]] = [:]
        var free: [Int] = []
        for choice in 0..<flat.choices {
            guard let one = needs(choice).first else {
                free.append(choice)
                continue
            }
            blocks[root(one), default: []].append(choice)
        }
        return (blocks.sorted { $0.key < $1.key }.map(\.value), free)
    }

    /// Moves the multipliers for so many rounds, or until the bound is at `enough`.
    ///
    /// - Parameter aim: what the bound can come to at most.
    mutating func raise(rounds: Int, to aim: Double, enough: Double) {
        var now = at
        var way = Multipliers(
            prizes: now.prizes.map { _ in 0 }, slopes: now.slopes.map { _ in 0 }, rents: now.rents.map { _ in 0 })
        let units = ranges.map { max(1, $0.upperBound - $0.lowerBound) / 8 }
        var length = 1.0
        var failures = 0
        for _ in 0..<rounds {
            let taken = taken(now)
            if taken.bound > highest {
                (highest, at, used, paid) = (taken.bound, now, taken.used, taken.paid)
                failures = 0
            } else {
                failures += 1
                if failures.isMultiple(of: 2) { length *= 0.8 }
            }
            guard highest < enough else { return }
            turn(&way, taken, now)
            var norm = way.prizes.reduce(0) { $0 + $1 * $1 } + way.rents.reduce(0) { $0 + $1 * $1 }
            for meter in units.indices { norm += way.slopes[meter] * way.slopes[meter] / (units[meter] * units[meter]) }
            guard norm > 0 else { return }
            let step = length * max(1, aim - taken.bound) / norm
            for index in now.prizes.indices { now.prizes[index] += step * way.prizes[index] }
            for index in now.rents.indices { now.rents[index] = max(0, now.rents[index] + step * way.rents[index]) }
            for index in units.indices {
                let more = step * way.slopes[index] / (units[index] * units[index])
                now.slopes[index] = max(0, now.slopes[index] + more)
            }
        }
    }

    /// Where the bound rises: towards who is taken too rarely, and what is used too often.
    private func turn(_ way: inout Multipliers, _ taken: Taken, _ now: Multipliers) {
        let kept = 0.7
        for index in way.prizes.indices { way.prizes[index] = kept * way.prizes[index] + 1 - taken.often[index] }
        for index in way.slopes.indices {
            way.slopes[index] = kept * way.slopes[index] + taken.used[index] - taken.least[index]
        }
        for index in way.rents.indices where isRented[index] {
            let over = taken.filled[index] - Double(flat.rooms[index])
            way.rents[index] = kept * way.rents[index] + (now.rents[index] > 0 ? over : max(0, over))
        }
    }

    private mutating func taken(_ now: Multipliers) -> Taken {
        var out = Taken(
            often: [Double](repeating: 0, count: flat.count), used: [Double](repeating: 0, count: flat.meters),
            least: [], filled: [Double](repeating: 0, count: flat.rooms.count))
        out.bound = now.prizes.reduce(0, +)
        for room in isRented.indices where isRented[room] { out.bound -= now.rents[room] * Double(flat.rooms[room]) }
        for meter in 0..<flat.meters {
            let least = flat.least(meter, less: now.slopes[meter], in: ranges[meter])
            out.bound += least.value
            out.least.append(least.amount)
        }
        count(takenFree(now, &out.bound), [], &out)
        for found in solved(now) {
            out.bound += found.value
            count(found.choices, found.charges, &out)
            out.paid += found.charges
        }
        // What is added up is rounded, prices of meters among it; blocks are solved to half a micro-dollar.
        out.bound -= Double(blocks.count + 2 * flat.meters + 2)
        return out
    }

    /// Problems of fewer choices are solved before other threads have begun.
    private static let sharedMin = 1_000

    /// What each block takes, in their order.
    ///
    /// They know nothing of each other: as many are solved at once as there are processors.
    private mutating func solved(_ now: Multipliers) -> [ChargeBlock.Solution] {
        let workers = flat.choices < Self.sharedMin ? 1 : min(Crew.processors, blocks.count)
        guard workers > 1 else { return blocks.indices.map { blocks[$0].solve(flat, now) } }
        let desk = Monitor(BlockDesk(blocks))
        blocks = []
        // None of them throws; where the system has too few threads, those that there are take all.
        try? Crew.run(workers) { [flat] _ in
            while let (place, taken) = desk.read({ $0.take() }) {
                var block = taken
                let found = block.solve(flat, now)
                desk.read { $0.give(block, found, at: place) }
            }
        }
        let solved = desk.read(\.solved)
        blocks = solved.map(\.block)
        return solved.map(\.found)
    }

    private func takenFree(_ now: Multipliers, _ bound: inout Double) -> [Int] {
        var out: [Int] = []
        var best = (cost: 0.0, choice: -1)
        for (index, choice) in free.enumerated() {
            let cost = flat.cost(choice, now.slopes) - now.prizes[flat.owner[choice]]
            if cost < best.cost { best = (cost, choice) }
            let isLast = index + 1 == free.count || flat.owner[free[index + 1]] != flat.owner[choice]
            guard isLast, best.choice >= 0 else { continue }
            bound += best.cost
            out.append(best.choice)
            best = (0, -1)
        }
        return out
    }

    private func count(_ choices: [Int], _ charges: [Int], _ out: inout Taken) {
        _ = flat.add(choices, charges, to: &out.used)
        for choice in choices {
            out.often[flat.owner[choice]] += 1
            out.filled[flat.room[choice]] += 1
        }
    }
}

extension BlockBound.Multipliers {
    /// Those that come to the same bound as shares of charges, prices of room and lines below meters.
    init(_ found: LagrangianBound.Multipliers, _ problem: PairwiseProblem) {
        var added = problem.choices.map { [Int64](repeating: 0, count: $0.count) }
        found.shares.add(to: &added, of: problem)
        found.rooms.add(to: &added, of: problem)
        let start = found.lines.add(to: &added, of: problem) - found.rooms.back
        prizes = problem.choices.indices.map { variable in
            let costs = zip(problem.choices[variable], added[variable]).map {
                $0.cost < PairwiseProblem.forbidden ? Double($0.cost) + Double($1) : .infinity
            }
            return (costs.min() ?? 0) - (variable == 0 ? Double(start) : 0)
        }
        slopes = found.lines.slopes
        rents = found.rooms.prices.map { Double($0) } + [0]
    }
}

extension BlockBound {
    /// The same with the use of that meter cut in two whose line is furthest below its price; nil where none is `worth` a cut.
    func cut(worth: Double) -> [BlockBound]? {
        var best: (gap: Double, meter: Int, edge: Double)?
        for meter in ranges.indices {
            let amount = min(max(used[meter], ranges[meter].lowerBound), ranges[meter].upperBound)
            let gap = flat.price(meter, amount) - flat.line(meter, at: amount, in: ranges[meter]).value
            let edge = flat.edges(meter, within: ranges[meter]).min { abs($0 - amount) < abs($1 - amount) }
            if let edge, gap > best?.gap ?? worth { best = (gap, meter, edge) }
        }
        guard let best else { return nil }
        let range = ranges[best.meter]
        return [range.lowerBound...best.edge, best.edge...range.upperBound].map { part in
            var out = self
            out.ranges[best.meter] = part
            let amount = min(max(used[best.meter], part.lowerBound), part.upperBound)
            out.at.slopes[best.meter] = flat.line(best.meter, at: amount, in: part).slope
            return out
        }
    }
}
