/// Many independent jobs over places with room for so many each, some of which share what must be brought to a site once.
///
/// A job costs what it costs at its place, and for each thing that it reads there either so much by itself, or its part in what
/// bringing it once for all costs. Who pays what of that is moved by steps to where a bound from below is high, and so are prices
/// of room (Lagrangian relaxation); answers are made of what is met on the way and bettered by opening and closing what is
/// shared. Neither is exact: the gap between them is.
package struct SharedFleet {
    /// So many rounds are made at most.
    static let roundsMax = 60
    /// So many costs are looked at in all rounds.
    static let workMax = 600_000_000

    /// What is asked.
    package struct Problem: Sendable {
        /// The site of each place.
        package var site: [Int]
        /// How many jobs a place takes.
        package var rooms: [Int]
        /// How many sites there are.
        package var sites: Int
        /// What a job costs at a place, by job, then place; ``PairwiseProblem/forbidden`` where it cannot be.
        package var base: [Int64]
        /// What each job reads that others read too: the groups of its reads, by job.
        package var reads: [[Int]]
        /// What a read costs by itself, by read in the order of jobs, then by site.
        package var alone: [Int64]
        /// What a group costs that is brought once for all, by group, then by site.
        package var once: [Int64]

        /// A problem.
        package init(
            site: [Int], rooms: [Int], sites: Int, base: [Int64], reads: [[Int]], alone: [Int64], once: [Int64]
        ) {
            (self.site, self.rooms, self.sites) = (site, rooms, sites)
            (self.base, self.reads, self.alone, self.once) = (base, reads, alone, once)
        }

        /// How many jobs there are.
        package var jobs: Int { reads.count }
    }

    /// What was found.
    package struct Answer: Sendable {
        /// The place of each job.
        package var place: [Int]
        /// Whether a group is brought to a site once for all, by group, then by site.
        package var isOpen: [Bool]
        /// What that costs.
        package var cost: Int64
        /// Nothing costs less.
        package var bound: Int64
        /// How many rounds there were.
        package var rounds: Int
    }

    private let problem: Problem
    private let sites: Int
    private let places: Int
    /// The first read of each job.
    private let first: [Int]
    private let owner: [Int]
    private let group: [Int]
    private let members: [[Int]]
    private let placesOf: [[Int]]

    /// A solver of `problem`.
    package init(_ problem: Problem) {
        self.problem = problem
        (sites, places) = (problem.sites, problem.site.count)
        var first = [0]
        var owner: [Int] = []
        for (job, groups) in problem.reads.enumerated() {
            first.append(first[job] + groups.count)
            owner += groups.map { _ in job }
        }
        (self.first, self.owner) = (first, owner)
        group = problem.reads.flatMap(\.self)
        var members = [[Int]](repeating: [], count: sites == 0 ? 0 : problem.once.count / sites)
        for (read, group) in group.enumerated() { members[group].append(read) }
        self.members = members
        var placesOf = [[Int]](repeating: [], count: sites)
        for (at, site) in problem.site.enumerated() { placesOf[site].append(at) }
        self.placesOf = placesOf
    }

    /// The best assignment that was found; nil where none was.
    package func solve() -> Answer? {
        var shares = initialShares()
        var prices = [Int64](repeating: 0, count: places)
        var bound = Int64.min
        var best: State?
        let isTight = problem.rooms.contains { $0 < problem.jobs }
        var rounds = 0
        var length = 1.0
        let each = max(1, problem.jobs * places + group.count * sites)
        let most = max(4, min(Self.roundsMax, Self.workMax / each))
        while rounds < most {
            if isTight, rounds % (most / 2) == 0 {
                guard let flow = flow(shares, &best) else { return nil }
                bound = max(bound, flow.cost)
                prices = flow.prices
                length = 0.5
            }
            let found = relaxed(shares, prices)
            if found.bound > bound { bound = found.bound } else { length *= 0.9 }
            if rounds % 6 == 0 || rounds + 1 == most, let state = state(found.reduced, shares) {
                if state.cost < best?.cost ?? .max { best = state }
            }
            rounds += 1
            if let best, best.cost <= bound { break }
            move(&shares, found.place, step: 2 / Double(rounds + 3))
            move(&prices, found.place, found.bound, best?.cost, length)
        }
        if isTight, let flow = flow(shares, &best) { bound = max(bound, flow.cost) }
        guard var state = best else { return nil }
        improve(&state)
        if isTight {
            // The best assignment to what is brought for all, and what that makes worth bringing.
            best = state
            let rows = (0..<problem.jobs).map { job in (0..<places).map { cost(job, $0, state.isOpen) } }
            if flow(rows, &best) != nil, var other = best, other.cost < state.cost {
                improve(&other)
                state = other
            }
        }
        return Answer(
            place: state.place, isOpen: state.isOpen, cost: state.cost, bound: min(bound, state.cost), rounds: rounds)
    }

    // MARK: - Bounds

    /// Where all go by their shares, as far as there is room: nothing is less, and prices of room follow.
    ///
    /// The assignment is taken for the best where it is.
    private func flow(_ shares: [Int64], _ best: inout State?) -> FleetAssignment? {
        let reduced = relaxed(shares, [Int64](repeating: 0, count: places)).reduced
        return flow((0..<problem.jobs).map { Array(reduced[$0 * places..<($0 + 1) * places]) }, &best)
    }

    private func flow(_ rows: [[Int64]], _ best: inout State?) -> FleetAssignment? {
        let found = FleetAssignment(costs: rows, capacities: problem.rooms)
        let place = found.site.compactMap(\.self)
        guard place.count == problem.jobs else { return nil }
        var state = State(place: place, isOpen: problem.once.map { _ in false }, left: problem.rooms, cost: 0)
        for at in place { state.left[at] -= 1 }
        settle(&state)
        if state.cost < best?.cost ?? PairwiseProblem.forbidden { best = state }
        return found
    }

    private func initialShares() -> [Int64] {
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
    private func relaxed(_ shares: [Int64], _ prices: [Int64]) -> (bound: Int64, place: [Int], reduced: [Int64]) {
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
    private func move(_ shares: inout [Int64], _ place: [Int], step: Double) {
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
    private func move(_ prices: inout [Int64], _ place: [Int], _ bound: Int64, _ reached: Int64?, _ length: Double) {
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

    // MARK: - Answers

    /// An assignment with what is brought for all.
    private struct State {
        var place: [Int]
        var isOpen: [Bool]
        var left: [Int]
        var cost: Int64
    }

    /// Each job at the cheapest place with room, those first who lose most by another; nil where one finds none.
    private func state(_ reduced: [Int64], _ shares: [Int64]) -> State? {
        var order: [(loss: Int64, job: Int)] = []
        for job in 0..<problem.jobs {
            var (least, next) = (Int64.max, Int64.max)
            for at in 0..<places {
                let cost = reduced[job * places + at]
                if cost < least { (least, next) = (cost, least) } else { next = min(next, cost) }
            }
            order.append((next - least, job))
        }
        order.sort { ($1.loss, $0.job) < ($0.loss, $1.job) }
        var state = State(
            place: [Int](repeating: -1, count: problem.jobs), isOpen: problem.once.map { _ in false },
            left: problem.rooms, cost: 0)
        for (_, job) in order {
            var best = (cost: PairwiseProblem.forbidden, at: -1)
            for at in 0..<places where state.left[at] > 0 && reduced[job * places + at] < best.cost {
                best = (reduced[job * places + at], at)
            }
            guard best.at >= 0 else { return nil }
            state.place[job] = best.at
            state.left[best.at] -= 1
        }
        settle(&state)
        return state.cost < PairwiseProblem.forbidden ? state : nil
    }

    /// Brings once for all what costs no more than all who read it there pay by themselves, and adds up.
    private func settle(_ state: inout State) {
        var alone: [Int: Int64] = [:]
        var cost: Int64 = 0
        for job in 0..<problem.jobs {
            cost = PairwiseProblem.sum(cost, problem.base[job * places + state.place[job]])
            let site = problem.site[state.place[job]]
            for read in first[job]..<first[job + 1] {
                let key = group[read] * sites + site
                alone[key] = PairwiseProblem.sum(alone[key] ?? 0, problem.alone[read * sites + site])
            }
        }
        for key in state.isOpen.indices { state.isOpen[key] = false }
        for (key, sum) in alone {
            state.isOpen[key] = problem.once[key] < sum
            cost = PairwiseProblem.sum(cost, min(sum, problem.once[key]))
        }
        state.cost = cost
    }

    /// What a job costs at a place beside what is brought for all.
    private func cost(_ job: Int, _ at: Int, _ isOpen: [Bool]) -> Int64 {
        let site = problem.site[at]
        var cost = problem.base[job * places + at]
        for read in first[job]..<first[job + 1] where !isOpen[group[read] * sites + site] {
            cost = PairwiseProblem.sum(cost, problem.alone[read * sites + site])
        }
        return cost
    }

    /// Moves jobs, opens and closes, as long as that helps.
    private func improve(_ state: inout State) {
        for _ in 0..<6 {
            let before = state.cost
            moveJobs(&state)
            open(&state)
            close(&state)
            settle(&state)
            if state.cost >= before { break }
        }
    }

    private func moveJobs(_ state: inout State) {
        for job in 0..<problem.jobs {
            let now = cost(job, state.place[job], state.isOpen)
            if let better = best(job, state, below: now) { go(job, better.at, &state) }
        }
    }

    private func best(_ job: Int, _ state: State, below: Int64, but site: Int = -1) -> (cost: Int64, at: Int)? {
        var best = (cost: below, at: -1)
        for at in 0..<places where state.left[at] > 0 && problem.site[at] != site {
            // What it costs at the place alone says already that much is too dear.
            guard problem.base[job * places + at] < best.cost else { continue }
            let cost = cost(job, at, state.isOpen)
            if cost < best.cost { best = (cost, at) }
        }
        return best.at >= 0 ? best : nil
    }

    private func go(_ job: Int, _ at: Int, _ state: inout State) {
        state.left[state.place[job]] += 1
        state.left[at] -= 1
        state.place[job] = at
    }

    /// Brings something to a site for all where those who would gain by it gain more than it costs.
    private func open(_ state: inout State) {
        for key in state.isOpen.indices where !state.isOpen[key] && problem.once[key] < PairwiseProblem.forbidden {
            let (index, site) = (key / sites, key % sites)
            var left = state.left
            var gain: Int64 = 0
            var movers: [(job: Int, at: Int)] = []
            state.isOpen[key] = true
            for read in members[index] {
                let job = owner[read]
                state.isOpen[key] = false
                let now = cost(job, state.place[job], state.isOpen)
                state.isOpen[key] = true
                var best = (cost: now, at: -1)
                for at in placesOf[site] where left[at] > 0 || at == state.place[job] {
                    let cost = cost(job, at, state.isOpen)
                    if cost < best.cost { best = (cost, at) }
                }
                guard best.at >= 0 else { continue }
                gain += now - best.cost
                if best.at != state.place[job] {
                    left[best.at] -= 1
                    movers.append((job, best.at))
                }
            }
            guard gain > problem.once[key] else {
                state.isOpen[key] = false
                continue
            }
            for mover in movers { go(mover.job, mover.at, &state) }
        }
    }

    /// Brings nothing for all where those who use it lose less by going elsewhere, or by paying alone.
    private func close(_ state: inout State) {
        var users: [Int: [Int]] = [:]
        for read in group.indices {
            let key = group[read] * sites + problem.site[state.place[owner[read]]]
            if state.isOpen[key] { users[key, default: []].append(owner[read]) }
        }
        for key in users.keys.sorted() {
            let jobs = (users[key] ?? []).filter { problem.site[state.place[$0]] == key % sites }
            var next = state
            var loss: Int64 = 0
            next.isOpen[key] = false
            for job in jobs {
                let (now, alone) = (
                    cost(job, state.place[job], state.isOpen), cost(job, state.place[job], next.isOpen)
                )
                if let other = best(job, next, below: alone) {
                    go(job, other.at, &next)
                    loss += other.cost - now
                } else {
                    loss = PairwiseProblem.sum(loss, alone - now)
                }
                if loss >= problem.once[key] { break }
            }
            if loss < problem.once[key] { state = next }
        }
    }
}
