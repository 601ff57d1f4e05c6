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
        var state = FleetState(rooms: rooms)
        for job in costs.indices {
            paths += 1
            guard let path = state.shortest(from: costs[job]) else { continue }
            var carried = job
            for (index, at) in path.enumerated() {
                let moved = index + 1 < path.count ? state.mover(at, path[index + 1], site) : nil
                if moved != nil { state.leave(at) }
                site[carried] = at
                state.enter(at, carried, costs)
                if let moved { carried = moved }
            }
            // Tops of heaps whose jobs have left are renewed for the sites of the path only.
            for at in path { state.refresh(at, site) }
        }
        prices = state.prices()
        cost = site.enumerated().reduce(0) { sum, entry in
            entry.element.map { PairwiseProblem.sum(sum, costs[entry.offset][$0]) } ?? sum
        }
    }
}

/// Who is where, and what the cheapest move between any two sites costs.
///
/// Nobody needs to move from where room is left, and what has no room left has none for good: moves of the jobs of a site are
/// put in order only once it is full.
private struct FleetState {
    let rooms: [Int]
    let count: Int
    var used: [Int]
    var isFull: [Bool]
    /// The jobs of each site that is not full yet.
    var waiting: [[Int]]
    /// By pair of sites: jobs at the first by what moving them to the second adds.
    var heaps: [MoveHeap]
    /// The least of each, or ``PairwiseProblem/forbidden``.
    var least: [Int64]

    init(rooms: [Int]) {
        self.rooms = rooms
        count = rooms.count
        used = [Int](repeating: 0, count: count)
        isFull = [Bool](repeating: false, count: count)
        waiting = [[Int]](repeating: [], count: count)
        heaps = [MoveHeap](repeating: MoveHeap([]), count: count * count)
        least = [Int64](repeating: PairwiseProblem.forbidden, count: count * count)
    }

    /// The sites along the cheapest way to place a job: its own, those that pass a job on, the last with room.
    func shortest(from start: [Int64]) -> [Int]? {
        var distance = start
        var before = [Int](repeating: -1, count: count)
        // Whom a site may pass on to matters again only once it is nearer than it was.
        var isNearer = [Bool](repeating: true, count: count)
        var rounds = 0
        while isNearer.contains(true), rounds <= count {
            rounds += 1
            for a in 0..<count where isNearer[a] {
                isNearer[a] = false
                guard used[a] >= rooms[a], distance[a] < PairwiseProblem.forbidden else { continue }
                let (row, far) = (a * count, distance[a])
                for b in 0..<count where least[row + b] < PairwiseProblem.forbidden {
                    let through = far + least[row + b]
                    guard through < distance[b] else { continue }
                    distance[b] = through
                    before[b] = a
                    isNearer[b] = true
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
    func prices() -> [Int64] {
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

    mutating func leave(_ a: Int) { used[a] -= 1 }

    mutating func enter(_ a: Int, _ job: Int, _ costs: [[Int64]]) {
        used[a] += 1
        guard !isFull[a] else {
            for b in 0..<count where b != a && costs[job][b] < PairwiseProblem.forbidden {
                heaps[a * count + b].push(.init(cost: costs[job][b] - costs[job][a], job: job))
            }
            return
        }
        waiting[a].append(job)
        if used[a] == rooms[a] { fill(a, costs) }
    }

    /// Puts all moves from a site in order that has no room left.
    private mutating func fill(_ a: Int, _ costs: [[Int64]]) {
        isFull[a] = true
        for b in 0..<count where b != a {
            heaps[a * count + b] = MoveHeap(
                waiting[a].lazy.filter { costs[$0][b] < PairwiseProblem.forbidden }.map {
                    .init(cost: costs[$0][b] - costs[$0][a], job: $0)
                })
        }
        waiting[a] = []
    }

    mutating func refresh(_ a: Int, _ site: [Int?]) {
        guard isFull[a] else { return }
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

    private var items: [Move]

    /// A heap of some moves.
    init(_ moves: some Sequence<Move>) {
        items = Array(moves)
        for at in (0..<items.count / 2).reversed() { sink(at) }
    }

    mutating func push(_ move: Move) {
        items.append(move)
        var at = items.count - 1
        while at > 0, move < items[(at - 1) / 2] {
            items[at] = items[(at - 1) / 2]
            at = (at - 1) / 2
        }
        items[at] = move
    }

    /// The cheapest move whose job `isThere`.
    mutating func top(_ isThere: (Int) -> Bool) -> Move? {
        while let first = items.first {
            if isThere(first.job) { return first }
            let last = items.removeLast()
            guard !items.isEmpty else { return nil }
            items[0] = last
            sink(0)
        }
        return nil
    }

    /// Moves what stands at `start` down to where nothing below it is less.
    private mutating func sink(_ start: Int) {
        let move = items[start]
        var at = start
        while true {
            var child = 2 * at + 1
            guard child < items.count else { break }
            if child + 1 < items.count, items[child + 1] < items[child] { child += 1 }
            guard items[child] < move else { break }
            items[at] = items[child]
            at = child
        }
        items[at] = move
    }
}
