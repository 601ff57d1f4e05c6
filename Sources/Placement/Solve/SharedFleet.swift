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

    /// An assignment with what is brought for all.
    struct State {
        var place: [Int]
        var isOpen: [Bool]
        var left: [Int]
        var cost: Int64
    }

    let problem: Problem
    let sites: Int
    let places: Int
    /// The first read of each job.
    let first: [Int]
    let owner: [Int]
    let group: [Int]
    let members: [[Int]]
    let placesOf: [[Int]]

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
}
