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
        var state = FleetState(costs: costs, rooms: rooms)
        for job in costs.indices {
            paths += 1
            guard let path = state.shortest(from: costs[job]) else { continue }
            var carried = job
            for (index, at) in path.enumerated() {
                let moved = index + 1 < path.count ? state.mover(at, path[index + 1]) : nil
                if let moved { state.leave(at, moved) }
                site[carried] = at
                state.enter(at, carried)
                if let moved { carried = moved }
            }
            // Where the cheapest has left, another is the cheapest; that is asked of the sites of the path only.
            for at in path { state.refresh(at) }
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
    private let rooms: [Int]
    private let count: Int
    /// By job, then by site.
    private let costs: [Int64]
    private var isFull: [Bool]
    /// The jobs of each site, and by job which site that is and where it stands among those there.
    private var jobs: [[Int]]
    private var site: [Int]
    private var place: [Int]
    /// By pair of sites: the next moves from the first to the second, and the last of those; others come behind it.
    private var next: [NextMoves]
    /// The cost of the cheapest of each, or ``PairwiseProblem/forbidden``.
    private var least: [Int64]
    /// The job of the cheapest.
    private var movers: [Int]
    /// By site: those to which the cheapest mover has left.
    private var stale: [[Int]]

    init(costs: [[Int64]], rooms: [Int]) {
        self.rooms = rooms
        count = rooms.count
        self.costs = Array(costs.joined())
        isFull = [Bool](repeating: false, count: count)
        jobs = [[Int]](repeating: [], count: count)
        site = [Int](repeating: -1, count: costs.count)
        place = [Int](repeating: 0, count: costs.count)
        next = [NextMoves](repeating: NextMoves(), count: count * count)
        least = [Int64](repeating: PairwiseProblem.forbidden, count: count * count)
        movers = [Int](repeating: -1, count: count * count)
        stale = [[Int]](repeating: [], count: count)
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
                guard jobs[a].count >= rooms[a], distance[a] < PairwiseProblem.forbidden else { continue }
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
        let free = (0..<count).filter { jobs[$0].count < rooms[$0] && distance[$0] < PairwiseProblem.forbidden }
        guard let end = free.min(by: { (distance[$0], $0) < (distance[$1], $1) }) else { return nil }
        var path = [end]
        while before[path[path.count - 1]] >= 0, path.count <= count { path.append(before[path[path.count - 1]]) }
        return path.reversed()
    }

    /// What making room at each site costs: the cheapest chain of moves from it to one with room.
    func prices() -> [Int64] {
        var price = (0..<count).map { jobs[$0].count < rooms[$0] ? 0 : PairwiseProblem.forbidden }
        for _ in 0..<count {
            var isChanged = false
            for a in 0..<count where jobs[a].count >= rooms[a] {
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
    func mover(_ a: Int, _ b: Int) -> Int? {
        let job = movers[a * count + b]
        return job >= 0 ? job : nil
    }

    mutating func leave(_ a: Int, _ job: Int) {
        site[job] = -1
        let last = jobs[a].removeLast()
        if last != job {
            jobs[a][place[job]] = last
            place[last] = place[job]
        }
        for b in 0..<count where movers[a * count + b] == job { stale[a].append(b) }
    }

    mutating func enter(_ a: Int, _ job: Int) {
        site[job] = a
        place[job] = jobs[a].count
        jobs[a].append(job)
        if isFull[a] {
            let (row, own) = (job * count, costs[job * count + a])
            for b in 0..<count where b != a && costs[row + b] < PairwiseProblem.forbidden {
                let (move, pair) = (Move(cost: costs[row + b] - own, job: job), a * count + b)
                guard next[pair].isBefore(move) else { continue }
                next[pair].insert(move)
                guard movers[pair] < 0 || move < Move(cost: least[pair], job: movers[pair]) else { continue }
                (least[pair], movers[pair]) = (move.cost, job)
            }
        } else if jobs[a].count == rooms[a] {
            isFull[a] = true
            stale[a] = (0..<count).filter { $0 != a }
            refresh(a)
        }
    }

    /// Finds the cheapest movers of a site anew, of whom some have left.
    mutating func refresh(_ a: Int) {
        for b in stale[a] {
            let pair = a * count + b
            var first = next[pair].first { site[$0] == a }
            if first == nil, !next[pair].isWhole {
                next[pair] = NextMoves(of: jobs[a].count) { at in
                    let row = jobs[a][at] * count
                    guard costs[row + b] < PairwiseProblem.forbidden else { return nil }
                    return Move(cost: costs[row + b] - costs[row + a], job: jobs[a][at])
                }
                first = next[pair].first { _ in true }
            }
            (least[pair], movers[pair]) = first.map { ($0.cost, $0.job) } ?? (PairwiseProblem.forbidden, -1)
        }
        stale[a].removeAll(keepingCapacity: true)
    }
}

/// What moving a job from one site to another adds.
private struct Move: Comparable {
    var cost: Int64
    var job: Int

    static func < (a: Move, b: Move) -> Bool { (a.cost, a.job) < (b.cost, b.job) }
}

/// The cheapest of the moves of a site's jobs to another, about as many as the root of how many there are.
///
/// So both finding them anew and keeping them in order take little for each that is used. Those of jobs that have left are
/// dropped when they come up.
private struct NextMoves {
    /// The cheapest last.
    private var moves: [Move] = []
    /// Behind which there are others that are not among them; nil where there are none.
    private var end: Move? = Move(cost: .min, job: 0)

    /// None yet, of any.
    init() {}

    /// The cheapest of as many as `count`, those of `move`.
    init(of count: Int, _ move: (Int) -> Move?) {
        let most = max(32, Int(Double(count).squareRoot()))
        // With the dearest on top.
        for at in 0..<count {
            guard let move = move(at) else { continue }
            if moves.count < most {
                moves.append(move)
                if moves.count == most { for at in (0..<most / 2).reversed() { sink(at) } }
            } else if move < moves[0] {
                moves[0] = move
                sink(0)
            }
        }
        end = moves.count < most ? nil : moves[0]
        moves.sort(by: >)
    }

    /// Whether there are no others.
    var isWhole: Bool { end == nil }

    /// Whether `move` belongs among them.
    func isBefore(_ move: Move) -> Bool { end.map { move < $0 } ?? true }

    mutating func insert(_ move: Move) {
        var (low, high) = (0, moves.count)
        while low < high {
            let middle = (low + high) / 2
            if move < moves[middle] { low = middle + 1 } else { high = middle }
        }
        moves.insert(move, at: low)
    }

    /// The cheapest whose job `isThere`.
    mutating func first(_ isThere: (Int) -> Bool) -> Move? {
        while let last = moves.last {
            if isThere(last.job) { return last }
            moves.removeLast()
        }
        return nil
    }

    /// Moves what stands at `start` down to where nothing below it is more.
    private mutating func sink(_ start: Int) {
        let move = moves[start]
        var at = start
        while true {
            var child = 2 * at + 1
            guard child < moves.count else { break }
            if child + 1 < moves.count, moves[child] < moves[child + 1] { child += 1 }
            guard move < moves[child] else { break }
            moves[at] = moves[child]
            at = child
        }
        moves[at] = move
    }
}
