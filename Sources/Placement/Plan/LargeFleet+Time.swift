// Where the end of all counts: what can end within a limit is an assignment like any other, and limits are tried.
extension LargeFleet {
    /// So many limits are tried, and as many where something is brought for several.
    private static let limitsMax = (alone: 10, shared: 3)
    /// Gaps that are smaller, as a share of the bound, are let be.
    private static let near = 0.002
    /// Limits that differ by less, as a share, are the same.
    private static let close = 1e-6

    /// The assignment that ends first, and when all ends at the earliest.
    mutating func quickest() -> (placed: Placed, bound: Double)? {
        var best: Placed?
        var bound = 0.0
        for _ in 0..<Self.limitsMax.shared {
            guard let limit = earliest(), let found = placed(within: limit.within) else { break }
            bound = max(bound, limit.least)
            if found.value.finish < best?.value.finish ?? .infinity { best = found }
            guard let best, best.value.finish > bound * (1 + Self.close) else { break }
            // Options tell when those really end that end too late; with that others may be sent elsewhere.
            var isRaised = false
            for job in found.assignment.indices {
                let place = floors.places[found.assigned.place[job]]
                let end = zip(found.compiled.options[job], found.compiled.problem.choices[job]).reduce(Double.infinity)
                {
                    $1.0.site == place.site && $1.0.offer == place.offer ? min($0, $1.1.ready + $1.1.work) : $0
                }
                guard FleetFloors.below(end) > limit.within else { continue }
                floors.raise(job, found.assigned.place[job], to: end)
                isRaised = true
            }
            if !isRaised { break }
        }
        return best.map { ($0, min(bound, $0.value.finish)) }
    }

    /// The least limit within which all find a place, and what is too little; nil where none is enough.
    private func earliest() -> (least: Double, within: Float)? {
        let jobs = floors.problem.jobs
        func fits(_ seconds: Float) -> Bool {
            FleetMatching.fits(jobs: jobs, rooms: floors.problem.rooms) {
                floors.allows($0, $1, within: seconds)
            }
        }
        var (low, high) = ends()
        if fits(low) { return (Double(low), low) }
        guard fits(high) else { return nil }
        while high - low > high * Float(Self.close) {
            let middle = low + (high - low) / 2
            guard middle > low, middle < high else { break }
            if fits(middle) { high = middle } else { low = middle }
        }
        return (Double(low), high)
    }

    /// The assignment of the least cost and worth of time, at `price` micro-dollars a second until all ends, and a bound from
    /// below.
    ///
    /// What ends between two limits costs no less than what can end within the later, and takes no less than the earlier.
    mutating func weighed(_ price: Double) -> (placed: Placed, bound: Double)? {
        guard var best = placed() else { return nil }
        func worth(_ value: PairwiseProblem.Value) -> Double { aim.rank(value.cost, value.finish, value.bytes).first }
        let free = Double(bound(best))
        let last = best.value.finish
        var open = [(from: Double(ends().first), to: last, cost: free)]
        func least() -> Double { open.reduce(free + price * last) { min($0, $1.cost + price * $1.from) } }
        for _ in 0..<(isShared ? Self.limitsMax.shared : Self.limitsMax.alone) {
            guard worth(best.value) > least() * (1 + Self.near),
                let at = open.indices.min(by: {
                    open[$0].cost + price * open[$0].from < open[$1].cost + price * open[$1].from
                })
            else { break }
            let part = open[at]
            let middle = (part.from + part.to) / 2
            let limit = FleetFloors.above(middle)
            guard part.to - part.from > part.to * Self.close else { break }
            open.remove(at: at)
            if let found = placed(within: limit) {
                open.append((part.from, middle, max(part.cost, Double(bound(found)))))
                if worth(found.value) < worth(best.value) { best = found }
            }
            open.append((middle, part.to, part.cost))
        }
        return (best, least())
    }

    /// The last end where each goes where it ends first, whoever else does, and the last end that there can be.
    private func ends() -> (first: Float, last: Float) {
        let count = floors.places.count
        var out = (first: Float(0), last: Float(0))
        for job in 0..<floors.problem.jobs {
            var first = Float.infinity
            for at in 0..<count where floors.allows(job, at, within: .infinity) {
                first = min(first, floors.ends[job * count + at])
                out.last = max(out.last, floors.ends[job * count + at])
            }
            out.first = max(out.first, first)
        }
        return out
    }
}
