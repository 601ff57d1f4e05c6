// Assignments, and how they are bettered.
extension SharedFleet {
    /// Each job at the cheapest place with room, those first who lose most by another; nil where one finds none.
    func state(_ reduced: [Int64], _ shares: [Int64]) -> State? {
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
    func settle(_ state: inout State) {
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
    func cost(_ job: Int, _ at: Int, _ isOpen: [Bool]) -> Int64 {
        let site = problem.site[at]
        var cost = problem.base[job * places + at]
        for read in first[job]..<first[job + 1] where !isOpen[group[read] * sites + site] {
            cost = PairwiseProblem.sum(cost, problem.alone[read * sites + site])
        }
        return cost
    }

    /// Moves jobs, opens and closes, as long as that helps.
    func improve(_ state: inout State) {
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
