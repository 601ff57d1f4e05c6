/// How early the work of a partial assignment can end, each variable without a choice taking its quickest.
struct TimeBound: Sendable {
    private let problem: PairwiseProblem
    private let sure: Bool
    private let leastReady: [Double]
    private let leastWork: [Double]
    private let incoming: [[Int]]
    /// The least time of each edge: of all, by the choice at its head, by that at its tail.
    private let least: [(all: Double, byFrom: [Double], byTo: [Double])]

    init(_ problem: PairwiseProblem, sure: Bool) {
        self.problem = problem
        self.sure = sure
        leastReady = problem.choices.map { all in all.map { sure ? $0.sureReady : $0.ready }.min() ?? 0 }
        leastWork = problem.choices.map { all in all.map { sure ? $0.sureWork : $0.work }.min() ?? 0 }
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

    /// The end of all, and whether it can keep the deadlines; a choice of -1 is none yet.
    func end(_ assignment: [Int]) -> (finish: Double, isInTime: Bool) {
        var ends = [Double](repeating: 0, count: assignment.count)
        var finish = 0.0
        var isInTime = true
        for variable in assignment.indices {
            let chosen = assignment[variable]
            let choice = chosen >= 0 ? problem.choices[variable][chosen] : nil
            var begin = choice.map { sure ? $0.sureReady : $0.ready } ?? leastReady[variable]
            for index in incoming[variable] {
                let edge = problem.edges[index]
                begin = max(begin, ends[edge.from] + time(index, edge, assignment[edge.from], chosen))
            }
            ends[variable] = begin + (choice.map { sure ? $0.sureWork : $0.work } ?? leastWork[variable])
            if ends[variable] > problem.deadlines[variable] || ends[variable] > problem.deadline { isInTime = false }
            finish = max(finish, ends[variable])
        }
        return (finish, isInTime)
    }

    private func time(_ index: Int, _ edge: PairwiseProblem.Edge, _ from: Int, _ to: Int) -> Double {
        switch (from >= 0, to >= 0) {
        case (true, true):
            let at = from * problem.choices[edge.to].count + to
            return sure ? edge.sureTime[at] : edge.time[at]
        case (true, false): return least[index].byFrom[from]
        case (false, true): return least[index].byTo[to]
        case (false, false): return least[index].all
        }
    }
}
