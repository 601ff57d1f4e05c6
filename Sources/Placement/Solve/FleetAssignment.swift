/// Independent jobs over sites with room for so many each, at the least cost: a minimum-cost flow by successive shortest
/// paths (after Ford and Fulkerson, 1962; each job's path is found in the graph of sites, whose arcs are the cheapest
/// moves of a job from one site to another).
package struct FleetAssignment: Sendable {
    /// The cost of each job at each site, by job; ``PairwiseProblem/forbidden`` where it may not run.
    private let costs: [[Int64]]
    private let rooms: [Int]

    /// The site of each job; nil where all sites that it may run at are full.
    package private(set) var site: [Int?]
    /// The sum of costs of the jobs that have a site.
    package private(set) var cost: Int64 = 0
    /// What one more job at each site costs the others, who must make room for it; nothing where there is room.
    package private(set) var prices: [Int64] = []
    /// How many paths were looked for.
    package private(set) var paths = 0

    /// Assigns all jobs.
    package init(costs: [[Int64]], capacities: [Int]) {
        self.costs = costs
        rooms = capacities
        site = [Int?](repeating: nil, count: costs.count)
        assign()
    }

    private mutating func assign() {
        let count = rooms.count
        guard count > 0 else { return }
        // Where there is room for all nobody ever needs to move.
        var state = FleetState(count: count, isOpen: rooms.map { $0 >= costs.count })
        for job in costs.indices {
            paths += 1
            guard let path = state.shortest(from: costs[job], rooms: rooms) else { continue }
            var carried = job
            for (index, at) in path.enumerated() {
                let moved = index + 1 < path.count ? state.mover(at, path[index + 1], site) : nil
                if let moved { state.leave(at, moved) }
                site[carried] = at
                state.enter(at, carried, costs[carried])
                if let moved { carried = moved }
            }
            // Tops of heaps whose jobs have left are renewed for the sites of the path only.
            for at in path { state.refresh(at, site) }
        }
        prices = state.prices(rooms: rooms)
        cost = site.enumerated().reduce(0) { sum, entry in
            entry.element.map { PairwiseProblem.sum(sum, costs[entry.offset][$0]) } ?? sum
        }
    }
}

/// Who is where, and what the cheapest move between any two sites costs.
private struct FleetState {
    let count: Int
    let isOpen: [Bool]
    var used: [Int]
    /// By pair of sites: jobs at the first by what moving them to the second adds.
    var heaps: [MoveHeap]
    /// The least of each, or ``PairwiseProblem/forbidden``.
    var least: [Int64]

    init(count: Int, isOpen: [Bool]) {
        self.count = count
        self.isOpen = isOpen
        used = [Int](repeating: 0, count: count)
        heaps = [MoveHeap](repeating: MoveHeap(), count: count * count)
        least = [Int64](repeating: PairwiseProblem.forbidden, count: count * count)
    }

    /// The sites along the cheapest way to place a job: its own, those that pass a job on, the last with room.
    func shortest(from start: [Int64], rooms: [Int]) -> [Int]? {
        var distance = start
        var before = [Int](repeating: -1, count: count)
        var isChanged = true
        var rounds = 0
        while isChanged, rounds <= count {
            isChanged = false
            rounds += 1
            for a in 0..<count where used[a] >= rooms[a] && distance[a] < PairwiseProblem.forbidden {
                for b in 0..<count where least[a * count + b] < PairwiseProblem.forbidden {
                    let through = distance[a] + least[a * count + b]
                    if through < distance[b] {
                        distance[b] = through
                        before[b] = a
                        isChanged = true
                    }
                }
            }
        }
        let free = (0..<count).filter { used[$0] < rooms[$0] && distance[$0] < PairwiseProblem.forbidden }
        guard let end = free.min(by: { (distance[$0], $0) < (distance[$1], $1) }) else { return nil }
        var path = [end]
        while before[path[path.count - 1]] >= 0, path.count <= count { path.append(before[path[path.count - 1]]) }
        return path.reversed()
    }

    /// What making room at each site costs: the cheapest chain of moves from it to one with room.
    func prices(rooms: [Int]) -> [Int64] {
        var price = (0..<count).map { used[$0] < rooms[$0] ? 0 : PairwiseProblem.forbidden }
        for _ in 0..<count {
            var isChanged = false
            for a in 0..<count where used[a] >= rooms[a] {
                for b in 0..<count where b != a && least[a * count + b] < PairwiseProblem.forbidden {
                    guard price[b] < PairwiseProblem.forbidden else { continue }
                    let through = max(0, price[b] + least[a * count + b])
                    if through < price[a] {
                        price[a] = through
                        isChanged = true
                    }
                }
            }
            if !isChanged { break }
        }
        return price.map { $0 < PairwiseProblem.forbidden ? $0 : 0 }
    }

    /// The job whose move from `a` to `b` is the cheapest.
    mutating func mover(_ a: Int, _ b: Int, _ site: [Int?]) -> Int? {
        heaps[a * count + b].top { site[$0] == a }?.job
    }

    mutating func leave(_ a: Int, _ job: Int) { used[a] -= 1 }

    mutating func enter(_ a: Int, _ job: Int, _ costs: [Int64]) {
        used[a] += 1
        guard !isOpen[a] else { return }
        for b in 0..<count where b != a && costs[b] < PairwiseProblem.forbidden {
            heaps[a * count + b].push(.init(cost: costs[b] - costs[a], job: job))
        }
    }

    mutating func refresh(_ a: Int, _ site: [Int?]) {
        for b in 0..<count where b != a {
            least[a * count + b] = heaps[a * count + b].top { site[$0] == a }?.cost ?? PairwiseProblem.forbidden
        }
    }
}

/// A heap of moves, the cheapest on top; moves of jobs that have left are dropped when they come up.
private struct MoveHeap {
    struct Move: Comparable {
        var cost: Int64
        var job: Int

        static func < (a: Move, b: Move) -> Bool { (a.cost, a.job) < (b.cost, b.job) }
    }

    private var items: [Move] = []

    mutating func push(_ move: Move) {
        items.append(move)
        var at = items.count - 1
        while at > 0, items[at] < items[(at - 1) / 2] {
            items.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    /// The cheapest move whose job `isThere`.
    mutating func top(_ isThere: (Int) -> Bool) -> Move? {
        while let first = items.first {
            if isThere(first.job) { return first }
            pop()
        }
        return nil
    }

    private mutating func pop() {
        items.swapAt(0, items.count - 1)
        items.removeLast()
        var at = 0
        while true {
            var least = at
            for child in [2 * at + 1, 2 * at + 2] where child < items.count && items[child] < items[least] {
                least = child
            }
            if least == at { return }
            items.swapAt(at, least)
            at = least
        }
    }
}
