import Placement
import TestSupport
import Testing

@Suite("Flows")
struct FlowTests {
    /// The least cost of placing jobs by trying all.
    private func enumerated(_ costs: [[Int64]], _ capacities: [Int]) -> (placed: Int, cost: Int64) {
        var best = (placed: -1, cost: Int64.max)
        var rooms = capacities
        func visit(_ job: Int, _ placed: Int, _ cost: Int64) {
            guard job < costs.count else {
                if placed > best.placed || (placed == best.placed && cost < best.cost) { best = (placed, cost) }
                return
            }
            visit(job + 1, placed, cost)
            for site in rooms.indices where rooms[site] > 0 && costs[job][site] < PairwiseProblem.forbidden {
                rooms[site] -= 1
                visit(job + 1, placed + 1, cost + costs[job][site])
                rooms[site] += 1
            }
        }
        visit(0, 0, 0)
        return best
    }

    @Test("place a fleet of jobs as cheaply as trying all does")
    func fleets() {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 2_000) {
            let sites = Int.random(in: 1...4, using: &seed)
            let capacities = (0..<sites).map { _ in Int.random(in: 0...3, using: &seed) }
            let costs = (0..<Int.random(in: 1...6, using: &seed)).map { _ in
                (0..<sites).map { _ in
                    Int.random(in: 0..<5, using: &seed) == 0
                        ? PairwiseProblem.forbidden : Int64.random(in: 0...20, using: &seed)
                }
            }
            let found = FleetAssignment(costs: costs, capacities: capacities)
            let all = enumerated(costs, capacities)
            #expect(found.site.compactMap { $0 }.count == all.placed, "run \(run), seed \(seed.value)")
            // Where not all can be placed, who came first stays.
            if all.placed == costs.count { #expect(found.cost == all.cost, "run \(run), seed \(seed.value)") }
            for site in 0..<sites { #expect(found.site.count { $0 == site } <= capacities[site]) }
        }
    }

    @Test("place ten thousand jobs over a hundred sites")
    func manyJobs() {
        var seed = Seed(3)
        let costs = (0..<10_000).map { _ in (0..<100).map { _ in Int64.random(in: 1...1_000_000, using: &seed) } }
        let found = FleetAssignment(costs: costs, capacities: [Int](repeating: 100, count: 100))
        #expect(found.site.allSatisfy { $0 != nil })
        for site in 0..<100 { #expect(found.site.count { $0 == site } == 100) }
        // No swap of two jobs helps: a sign of a least cost that needs no second solver.
        for _ in 0..<200_000 {
            let (a, b) = (Int.random(in: 0..<10_000, using: &seed), Int.random(in: 0..<10_000, using: &seed))
            guard let x = found.site[a], let y = found.site[b] else { continue }
            #expect(costs[a][x] + costs[b][y] <= costs[a][y] + costs[b][x])
        }
    }

    @Test("of least cost in small networks are what trying all flows finds")
    func networks() {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 500) {
            let arcs = (0..<Int.random(in: 2...5, using: &seed)).compactMap { _ -> (Int, Int, Int64, Int64)? in
                let from = Int.random(in: 0...2, using: &seed)
                let to = Int.random(in: (from + 1)...3, using: &seed)
                return (from, to, Int64.random(in: 0...3, using: &seed), Int64.random(in: 0...9, using: &seed))
            }
            var network = FlowNetwork(nodes: 4)
            for arc in arcs { network.arc(from: arc.0, to: arc.1, capacity: arc.2, cost: arc.3) }
            let found = network.run(from: 0, to: 3)
            var best = (flow: Int64(0), cost: Int64(0))
            var amounts = [Int64](repeating: 0, count: arcs.count)
            func visit(_ index: Int) {
                guard index < arcs.count else {
                    var balance = [Int64](repeating: 0, count: 4)
                    for (arc, amount) in zip(arcs, amounts) {
                        balance[arc.0] -= amount
                        balance[arc.1] += amount
                    }
                    guard balance[1] == 0, balance[2] == 0 else { return }
                    let cost = zip(arcs, amounts).reduce(Int64(0)) { $0 + $1.0.3 * $1.1 }
                    if balance[3] > best.flow || (balance[3] == best.flow && cost < best.cost) {
                        best = (balance[3], cost)
                    }
                    return
                }
                for amount in 0...arcs[index].2 {
                    amounts[index] = amount
                    visit(index + 1)
                }
            }
            visit(0)
            #expect(found.flow == best.flow && found.cost == Int128(best.cost), "run \(run), seed \(seed.value)")
        }
    }

    @Test("from several sources end as early as the fullest set of parts and sources lets them")
    func splits() throws {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 500) {
            let sources = Int.random(in: 1...4, using: &seed)
            let rates = (0..<sources).map { _ in Double(Int.random(in: 1...1000, using: &seed)) * 1e6 }
            let into = Bool.random(using: &seed) ? 1e18 : Double(Int.random(in: 1...1500, using: &seed)) * 1e6
            let parts = (0..<Int.random(in: 1...5, using: &seed)).map { _ -> (bytes: Int64, sources: [Int]) in
                let held = (0..<sources).filter { _ in Bool.random(using: &seed) }
                return (Int64.random(in: 1_000_000...50_000_000_000, using: &seed), held.isEmpty ? [0] : held)
            }
            // Of each set of parts, its bytes over the rates of who holds any of them (Hall).
            var least = Double(parts.reduce(0) { $0 + $1.bytes }) / into
            for set in 1..<(1 << parts.count) {
                let some = parts.indices.filter { set >> $0 & 1 == 1 }
                let holders = Set(some.flatMap { parts[$0].sources })
                least = max(
                    least, Double(some.reduce(Int64(0)) { $0 + parts[$1].bytes }) / holders.reduce(0) { $0 + rates[$1] }
                )
            }
            let split = try #require(
                TransferSplit(parts: parts, rates: rates, into: into, prices: rates.map { _ in 0 }))
            #expect(abs(split.seconds - least) <= 1e-5 * least + 1e-5, "run \(run), seed \(seed.value)")
            for (part, sent) in zip(parts, split.sent) {
                #expect(sent.reduce(0, +) == part.bytes, "run \(run), seed \(seed.value)")
                for (source, bytes) in sent.enumerated() where bytes > 0 { #expect(part.sources.contains(source)) }
            }
        }
    }

    @Test("of parts that nobody has cannot be")
    func noSource() {
        #expect(TransferSplit(parts: [(5, [])], rates: [1], into: 1, prices: [0]) == nil)
        #expect(TransferSplit(parts: [(0, [])], rates: [1], into: 1, prices: [0])?.seconds == 0)
    }
}
