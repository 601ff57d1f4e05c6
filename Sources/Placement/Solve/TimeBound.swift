/// How early the work of a partial assignment can end, each variable without a choice taking its quickest.
struct TimeBound: Sendable {
    private let edges: [PairwiseProblem.Edge]
    private let sure: Bool
    /// When all must have ended, by variable.
    private let limits: [Double]
    /// The earliest begin and the shortest work of each choice, by variable; the least of all stands before the first choice.
    private let ready: [[Double]]
    private let work: [[Double]]
    private let incoming: [[Int]]
    /// The least time of each edge: of all, by the choice at its head, by that at its tail.
    private let least: [(all: Double, byFrom: [Double], byTo: [Double])]

    init(_ problem: PairwiseProblem, sure: Bool) {
        self.sure = sure
        edges = problem.edges
        limits = problem.deadlines.map { min($0, problem.deadline) }
        ready = problem.choices.map { Self.withLeast($0.map { sure ? $0.sureReady : $0.ready }) }
        work = problem.choices.map { Self.withLeast($0.map { sure ? $0.sureWork : $0.work }) }
        var incoming = [[Int]](repeating: [], count: problem.choices.count)
        for (index, edge) in problem.edges.enumerated() { incoming[edge.to].append(index) }
        self.incoming = incoming
        least = problem.edges.map { edge in
            let (rows, columns) = (problem.choices[edge.from].count, problem.choices[edge.to].count)
            let time = sure ? edge.sureTime : edge.time
            let byFrom = (0..<rows).map { row in (0..<columns).map { time[row * columns + $0] }.min() ?? 0 }
            let byTo = (0..<columns).map { column in (0..<rows).map { time[$0 * columns + column] }.min() ?? 0 }
            return (byFrom.min() ?? 0, byFrom, byTo)
        }
    }

    private static func withLeast(_ values: [Double]) -> [Double] { [values.min() ?? 0] + values }

    /// The end of all, and whether it can keep the deadlines; a choice of -1 is none yet.
    func end(_ assignment: [Int]) -> (finish: Double, isInTime: Bool) {
        // Where nothing waits for anything else, no ends need to be kept.
        var ends = [Double](repeating: 0, count: edges.isEmpty ? 0 : assignment.count)
        var finish = 0.0
        var isInTime = true
        for variable in assignment.indices {
            let chosen = assignment[variable]
            var begin = ready[variable][chosen + 1]
            for index in incoming[variable] {
                begin = max(begin, ends[edges[index].from] + time(index, assignment[edges[index].from], chosen))
            }
            let end = begin + work[variable][chosen + 1]
            if !edges.isEmpty { ends[variable] = end }
            if end > limits[variable] { isInTime = false }
            finish = max(finish, end)
        }
        return (finish, isInTime)
    }

    /// When a choice ends that waits for no other.
    func end(_ variable: Int, _ index: Int) -> Double { ready[variable][index + 1] + work[variable][index + 1] }

    /// Whether a choice that waits for no other keeps its deadline.
    func isInTime(_ variable: Int, _ index: Int) -> Bool { end(variable, index) <= limits[variable] }

    private func time(_ index: Int, _ from: Int, _ to: Int) -> Double {
        switch (from >= 0, to >= 0) {
        case (true, true): return edges[index].wait(from, to, of: ready[edges[index].to].count - 1, sure: sure)
        case (true, false): return least[index].byFrom[from]
        case (false, true): return least[index].byTo[to]
        case (false, false): return least[index].all
        }
    }
}
