import Model
import Placement
import TestSupport
import Testing

@Suite("Fleets whose end counts")
struct FleetTimeTests {
    /// A few workloads over a few sites, some of which share datasets or have little room.
    private func scenario(_ seed: inout Seed) throws -> Scenario {
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &seed) }
        let count = pick(2...4)
        let room = pick(0...1) == 0 ? "" : ", capacity: 4"
        let sites = (0..<count).map { site in
            "  s\(site): {offers: {o: {price_per_hour: \(pick(1...9)).\(pick(10...99))\(room), queue: \(pick(0...20))min}}, "
                + "storage: {price_per_gb_month: 0.02}}"
        }
        let links = (0..<count).flatMap { from in
            (0..<count).filter { $0 != from }.map { to in
                "  - {from: s\(from), to: s\(to), bandwidth: \(pick(20...400))MB/s, round_trip: \(pick(1...200))ms, "
                    + "price_per_gb: 0.0\(pick(1...9))}"
            }
        }
        let jobs = pick(3...(room.isEmpty ? 7 : min(7, 4 * count)))
        let datasets = (0..<jobs).map { index in
            let home = pick(0...(count - 1))
            return "  d\(index): {size: \(pick(5...600))GB, ratio: 0.\(pick(4...9)), "
                + "at: {s\(home): 1, s\((home + 1) % count): 0.\(pick(1...9))}}"
        }
        let isShared = pick(0...2) == 0
        let work = (0..<jobs).map { index in
            "  w\(index): {reads: [d\(isShared ? index % 2 : index)], runtime: \(pick(1...5)).\(pick(0...9))h}"
        }
        return try Books.scenario(
            Books.text(sites: sites, links: links, datasets: datasets, workloads: work))
    }

    /// What is made small of a decision, in the unit of its bound.
    private func worth(_ planner: Planner, _ objective: Objective) -> Double {
        switch objective.aim {
        case .cost: planner.cost.dollars
        case .time: planner.finish
        case .weighted: planner.cost.dollars + planner.finish / 3600 * Double(objective.hourValue.picos) / 1e12
        }
    }

    @Test(
        "are decided as well as few workloads are, with a bound that nothing is below",
        arguments: [Objective.Aim.cost, .time, .weighted])
    func few(aim: Objective.Aim) throws {
        var seed = Seed.fromEnvironment()
        var sums = (least: 0.0, reached: 0.0, bound: 0.0)
        for run in 0..<Seed.runs(usual: 120) {
            var scenario = try scenario(&seed)
            scenario.objective.aim = aim
            scenario.objective.hourValue = Price(picos: Int64.random(in: 1...40, using: &seed) * 1_000_000_000_000)
            let isLimited = Bool.random(using: &seed)
            for index in scenario.workloads.indices where isLimited && Bool.random(using: &seed) {
                scenario.workloads[index].deadline = Double(Int.random(in: 10_000...30_000, using: &seed))
            }
            let note = "run \(run), seed \(seed.value)"
            let few = try? Planner(scenario)
            let many: Planner
            do {
                many = try Planner(scenario, together: 0)
            } catch let error as PerigeeError {
                #expect(few == nil && error.code == .refused, "\(note): \(error)")
                continue
            }
            let best = try #require(few, "\(note)")
            guard best.solver.isExact else { continue }
            let (least, reached) = (worth(best, scenario.objective), worth(many, scenario.objective))
            let bound = try #require(Double(many.solver.bound), "\(note)")
            // Bounds of time are floats, and told to the millisecond.
            #expect(bound <= least + 1e-6 * least + 0.002, "\(note): \(many.solver), best \(least)")
            #expect(reached >= least * (1 - 1e-6) - 0.002, "\(note): \(reached), best \(least)")
            for (index, placement) in many.placements.enumerated() {
                #expect(placement.ends <= scenario.workloads[index].deadline ?? .infinity, "\(note)")
            }
            sums.least += least
            sums.reached += reached
            sums.bound += bound
        }
        #expect(sums.reached <= sums.least * 1.02 && sums.bound >= sums.least * 0.9, "\(sums), seed \(seed.value)")
    }

    @Test("find places for all, or say that there are none, as trying all does")
    func matchings() {
        var seed = Seed.fromEnvironment()
        for run in 0..<Seed.runs(usual: 2_000) {
            let rooms = (0..<Int.random(in: 1...4, using: &seed)).map { _ in Int.random(in: 0...2, using: &seed) }
            let allowed = (0..<Int.random(in: 1...6, using: &seed)).map { _ in
                rooms.map { _ in Int.random(in: 0..<3, using: &seed) > 0 }
            }
            var left = rooms
            func fits(_ job: Int) -> Bool {
                guard job < allowed.count else { return true }
                for place in rooms.indices where allowed[job][place] && left[place] > 0 {
                    left[place] -= 1
                    defer { left[place] += 1 }
                    if fits(job + 1) { return true }
                }
                return false
            }
            let found = FleetMatching.fits(jobs: allowed.count, rooms: rooms) { allowed[$0][$1] }
            #expect(found == fits(0), "run \(run), seed \(seed.value)")
        }
    }

    @Test("name the workload that no site can end in time")
    func late() throws {
        var seed = Seed(4)
        var scenario = try scenario(&seed)
        scenario.workloads[1].deadline = 60
        let error = #expect(throws: PerigeeError.self) { try Planner(scenario, together: 0) }
        #expect(error?.message.contains("w1 would end after") == true, "\(String(describing: error))")
    }
}
