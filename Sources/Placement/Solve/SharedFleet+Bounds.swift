// What nothing can cost less than.
extension SharedFleet {
    /// Where all go by their shares, as far as there is room: nothing is less, and prices of room follow.
    ///
    /// The assignment is taken for the best where it is.
    func flow(_ shares: [Int64], _ best: inout State?) -> FleetAssignment? {
        let reduced = relaxed(shares, [Int64](repeating: 0, count: places)).reduced
        return flow((0..<problem.jobs).map { Array(reduced[$0 * places..<($0 + 1) * places]) }, &best)
    }

    func flow(_ rows: [[Int64]], _ best: inout State?) -> FleetAssignment? {
        let found = FleetAssignment(costs: rows, capacities: problem.rooms)
        let place = found.site.compactMap(\.self)
        guard place.count == problem.jobs else { return nil }
        var state = State(place: place, isOpen: problem.once.map { _ in false }, left: problem.rooms, cost: 0)
        for at in place { state.left[at] -= 1 }
        settle(&state)
        if state.cost < best?.cost ?? PairwiseProblem.forbidden { best = state }
        return found
    }

    func initialShares() -> [Int64] {
        var out = [Int64](repeating: 0, count: group.count * sites)
        for (read, group) in group.enumerated() {
            for site in 0..<sites {
                let once = problem.once[group * sites + site]
                out[read * sites + site] =
                    once >= PairwiseProblem.forbidden ? once : once / Int64(max(1, members[group].count))
            }
        }
        return out
    }

    /// Each job where it costs least with its shares and the prices of room, what that comes to, and what it costs anywhere.
    func relaxed(_ shares: [Int64], _ prices: [Int64]) -> (bound: Int64, place: [Int], reduced: [Int64]) {
        var place = [Int](repeating: 0, count: problem.jobs)
        var reduced = [Int64](repeating: 0, count: problem.jobs * places)
        var bound: Int64 = 0
        var atSite = [Int64](repeating: 0, count: sites)
        for job in 0..<problem.jobs {
            for site in 0..<sites { atSite[site] = 0 }
            for read in first[job]..<first[job + 1] {
                for site in 0..<sites {
                    atSite[site] = PairwiseProblem.sum(
                        atSite[site], min(problem.alone[read * sites + site], shares[read * sites + site]))
                }
            }
            var least = Int64.max
            for at in 0..<places {
                let cost = PairwiseProblem.sum(problem.base[job * places + at], atSite[problem.site[at]])
                let whole = PairwiseProblem.sum(cost, prices[at])
                reduced[job * places + at] = whole
                if whole < least { (least, place[job]) = (whole, at) }
            }
            bound = PairwiseProblem.sum(bound, least)
        }
        for at in 0..<places where prices[at] > 0 { bound -= prices[at] * Int64(problem.rooms[at]) }
        return (bound, place, reduced)
    }

    /// Moves the shares of what is used towards those who use it: they add to the same as before.
    func move(_ shares: inout [Int64], _ place: [Int], step: Double) {
        var users: [Int: [Int]] = [:]
        for read in group.indices {
            let at = read * sites + problem.site[place[owner[read]]]
            if shares[at] < problem.alone[at] {
                users[group[read] * sites + problem.site[place[owner[read]]], default: []].append(read)
            }
        }
        for (key, payers) in users {
            let (index, site) = (key / sites, key % sites)
            let once = problem.once[key]
            guard once < PairwiseProblem.forbidden, members[index].count > payers.count else { continue }
            for read in members[index] {
                let known = Double(shares[read * sites + site])
                shares[read * sites + site] = Int64((known * (1 - step)).rounded(.down))
            }
            let more = Int64((Double(once) * step / Double(payers.count)).rounded(.down))
            for read in payers { shares[read * sites + site] += more }
        }
    }

    /// Raises the price of room where more is taken than there is, and lowers it where some is left.
    func move(_ prices: inout [Int64], _ place: [Int], _ bound: Int64, _ reached: Int64?, _ length: Double) {
        var over = problem.rooms.map { $0 >= problem.jobs ? 0 : -Double($0) }
        for at in place where problem.rooms[at] < problem.jobs { over[at] += 1 }
        for at in over.indices where prices[at] == 0 { over[at] = max(0, over[at]) }
        let norm = over.reduce(0) { $0 + $1 * $1 }
        guard norm > 0 else { return }
        let gap = Double(max(1, (reached ?? bound + bound / 10) - bound))
        for at in over.indices {
            prices[at] = Int64(min(max(0, Double(prices[at]) + length * gap / norm * over[at]), 1e12).rounded())
        }
    }
}
