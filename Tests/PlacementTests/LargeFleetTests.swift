import Model
import Placement
import TestSupport
import Testing

@Suite("Fleets of many workloads")
struct LargeFleetTests {
    /// The least cost by trying all places of all jobs.
    private func least(_ problem: SharedFleet.Problem) -> Int64? {
        let places = problem.site.count
        var best: Int64?
        var place = [Int](repeating: 0, count: problem.jobs)
        func visit(_ job: Int) {
            guard job < problem.jobs else {
                guard places > 0,
                    problem.rooms.indices.allSatisfy({ at in place.count { $0 == at } <= problem.rooms[at] })
                else { return }
                var cost: Int64 = 0
                var alone: [Int: Int64] = [:]
                var read = 0
                for (job, groups) in problem.reads.enumerated() {
                    cost += problem.base[job * places + place[job]]
                    for group in groups {
                        alone[group * problem.sites + problem.site[place[job]], default: 0] +=
                            problem.alone[read * problem.sites + problem.site[place[job]]]
                        read += 1
                    }
                }
                for (key, sum) in alone { cost += min(sum, problem.once[key]) }
                best = min(best ?? .max, cost)
                return
            }
            for at in 0..<places {
                place[job] = at
                visit(job + 1)
            }
        }
        visit(0)
        return best
    }

    private func random(_ seed: inout Seed) -> SharedFleet.Problem {
        let sites = Int.random(in: 1...3, using: &seed)
        let site = (0..<Int.random(in: sites...4, using: &seed)).map { $0 < sites ? $0 : $0 % sites }
        let jobs = Int.random(in: 1...6, using: &seed)
        let groups = Int.random(in: 1...3, using: &seed)
        func cost(_ most: Int64) -> Int64 { Int64.random(in: 0...most, using: &seed) }
        let reads = (0..<jobs).map { _ in (0..<groups).filter { _ in Bool.random(using: &seed) } }
        return SharedFleet.Problem(
            site: site, rooms: site.map { _ in Int.random(in: 1...jobs, using: &seed) }, sites: sites,
            base: (0..<jobs * site.count).map { _ in cost(1_000_000) }, reads: reads,
            alone: (0..<reads.joined().count * sites).map { _ in cost(900_000) },
            once: (0..<groups * sites).map { _ in cost(2_000_000) })
    }

    @Test("are never better than what is said to be a bound, and near the best, against full enumeration")
    func enumerated() throws {
        var seed = Seed.fromEnvironment()
        var (all, best) = (0.0, 0.0)
        for run in 0..<Seed.runs(usual: 400) {
            let problem = random(&seed)
            let note = "run \(run), seed \(seed.value)"
            guard let least = least(problem), let found = SharedFleet(problem).solve() else { continue }
            #expect(found.bound <= least && found.cost >= least, "\(note)")
            for at in problem.site.indices { #expect(found.place.count { $0 == at } <= problem.rooms[at], "\(note)") }
            all += Double(found.cost)
            best += Double(least)
        }
        #expect(all <= best * 1.05, "\(all) and \(best)")
    }

    /// So many workloads over five sites, each with data of its own or some of `shared` datasets.
    private func scenario(
        _ count: Int, shared: Int = 0, capacity: String = "", more: String = "", _ seed: inout Seed
    ) throws -> Scenario {
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &seed) }
        let sites = (0..<5).map { site in
            "  s\(site): {offers: {o: {price_per_hour: \(pick(1...9)).\(pick(10...99))\(capacity)}}, "
                + "storage: {price_per_gb_month: 0.02, put: 0.000005, get: 0.0000004}}"
        }
        let links = (0..<5).flatMap { from in
            (0..<5).filter { $0 != from }.map { to in
                "  - {from: s\(from), to: s\(to), bandwidth: \(pick(50...900))MB/s, price_per_gb: 0.0\(pick(1...9))}"
            }
        }
        let datasets = (0..<(shared > 0 ? shared : count)).map { index -> String in
            let home = pick(0...4)
            let other = (home + pick(1...4)) % 5
            return "  d\(index): {size: \(pick(5...300))GB, ratio: 0.\(pick(4...9)), "
                + "at: {s\(home): 1, s\(other): 0.\(pick(1...9))}}"
        }
        let work = (0..<count).map { index in
            let reads = shared > 0 ? "d\(index % shared), d\(pick(0...(shared - 1)))" : "d\(index)"
            return "  w\(index): {reads: [\(reads)], runtime: \(pick(1...9)).\(pick(0...9))h\(more)}"
        }
        return try Books.scenario(
            Books.text(sites: sites, links: links, datasets: datasets, workloads: work))
    }

    @Test("cost what their workloads cost each by itself, where nothing is shared")
    func alone() throws {
        var seed = Seed(5)
        let all = try scenario(401, &seed)
        let told = try Decision.make(all, book: .empty)
        #expect(told.solver.isExact, "\(told.solver)")
        var sum = Money.zero
        for work in all.workloads {
            var one = all
            one.workloads = [work]
            one.datasets = all.datasets.filter { dataset in work.reads.contains { $0.name == dataset.name } }
            sum += try Planner(one).cost
        }
        #expect(told.total.money == sum)
        #expect(told.placements.reduce(.zero) { $0 + $1.money } == sum)
        for choice in told.placements { #expect(choice.waterfall[0].total == choice.money) }
    }

    @Test("keep to the room that there is, at the least cost")
    func room() throws {
        var seed = Seed(6)
        let told = try Decision.make(scenario(420, capacity: ", capacity: 100", &seed), book: .empty)
        #expect(told.solver.isExact && told.solver.method.hasPrefix("minimum-cost flow"), "\(told.solver)")
        for (_, there) in Dictionary(grouping: told.placements, by: \.site) { #expect(there.count <= 100) }
    }

    @Test("that share datasets are decided with a bound that says how far from the best they may be")
    func shared() throws {
        var seed = Seed(7)
        let told = try Decision.make(
            scenario(450, shared: 30, capacity: ", capacity: 110", more: ", deadline: 30h", &seed), book: .empty)
        let bound = try #require(Money(parsing: told.solver.bound))
        #expect(bound <= told.total.money && told.solver.gap < 0.1, "\(told.solver)")
        for (_, there) in Dictionary(grouping: told.placements, by: \.site) { #expect(there.count <= 110) }
        // What several share is in no one's money, and all adds up.
        #expect(told.placements.reduce(told.total.shared) { $0 + $1.money } == told.total.money)
    }

    @Test("say why a workload can be done nowhere")
    func nowhere() throws {
        var seed = Seed(8)
        var all = try scenario(401, &seed)
        all.workloads[7].offers = ["gone"]
        let error = #expect(throws: PerigeeError.self) { try Decision.make(all, book: .empty) }
        #expect(error?.message.contains("w7 can be done nowhere") == true, "\(String(describing: error))")
        all.workloads[7].offers = []
        all.workloads[9].deadline = 1
        let late = #expect(throws: PerigeeError.self) { try Decision.make(all, book: .empty) }
        #expect(late?.code == .refused)
    }

    @Test("that wait for others cost what each chain of them costs alone, where they share nothing")
    func chains() throws {
        var seed = Seed.fromEnvironment()
        func pick(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &seed) }
        let sites = (0..<3).map {
            "  s\($0): {offers: {o: {price_per_hour: \(pick(1...9)).\(pick(10...99))}}, storage: {price_per_gb_month: 0.02}}"
        }
        let links = [(0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1)].map { from, to in
            "  - {from: s\(from), to: s\(to), bandwidth: \(pick(20...400))MB/s, round_trip: 20ms, "
                + "price_per_gb: 0.0\(pick(1...9))}"
        }
        let chains = (0..<140).map { index in
            (
                data: "  d\(index): {size: \(pick(5...300))GB, at: s\(pick(0...2))}",
                work: [
                    "  a\(index): {reads: [d\(index)], runtime: \(pick(1...5))h, outputs: {x: {size: \(pick(1...90))GB}}}",
                    "  b\(index): {reads: [a\(index).x], runtime: \(pick(1...9))h, outputs: {y: {size: \(pick(1...90))GB}}}",
                    "  c\(index): {reads: [b\(index).y], runtime: 1h}",
                ]
            )
        }
        func planner(_ some: ArraySlice<(data: String, work: [String])>) throws -> Planner {
            try Planner(
                Books.scenario(
                    Books.text(sites: sites, links: links, datasets: some.map(\.data), workloads: some.flatMap(\.work)))
            )
        }
        let all = try planner(chains[...])
        #expect(all.placements.count == 420 && all.placements.count > Planner.togetherMax)
        #expect(all.solver.gap == 0 && all.solver.isExact, "seed \(seed.value): \(all.solver)")
        let alone = try chains.indices.map { try planner(chains[$0...$0]).cost }.reduce(Money.zero, +)
        #expect(all.cost == alone, "seed \(seed.value)")
    }

    @Test("of which some wait for others are refused where they are too many, before anything is worked out")
    func tooMany() throws {
        let work = ["  a: {runtime: 1h}"] + (0..<Planner.dependentMax).map { "  w\($0): {runtime: 1h, after: [a]}" }
        let scenario = try Books.scenario(
            Books.text(sites: ["  s: {offers: {o: {price_per_hour: 1}}}"], links: [], datasets: [], workloads: work))
        let error = #expect(throws: PerigeeError.self) { try Planner(scenario) }
        #expect(error?.code == .limit && error?.message.contains("4001") == true, "\(String(describing: error))")
    }
}
