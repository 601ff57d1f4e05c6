internal import Model

/// What the transfers of one decision do to each other: tariffs that they share count their bytes together, and links
/// that they share carry them one after the other.
///
/// The decision counts what moves cost together (``SharedTariffs``), and times each by itself; this says both. A link
/// carries what is due first (earliest deadline first), which keeps all deadlines of a link wherever that can be done
/// (Jackson, 1955).
struct SharedUse {
    /// So many links are named in a sentence, the others counted.
    static let toldMax = 6

    /// Something that crosses a link.
    private struct Move {
        var workload: Int
        var link: Int
        var seconds: Double
        var deadline: Double
    }

    /// How much more all costs than the sum of its parts; less than nothing where tiers fall.
    private(set) var money = Money.zero
    /// The tariffs that are behind that, by name.
    private(set) var tariffs: [String] = []
    /// How much later than by itself each workload can begin, in seconds; those that wait alone.
    private(set) var delays: [(workload: Int, seconds: Double)] = []
    /// The links that are behind that: `berlin -> virginia`.
    private(set) var links: [String] = []

    /// What the moves of `placements`, which `assignment` chose, do to each other.
    init(_ compiled: CompiledScenario, _ assignment: [Int], _ placements: [Planner.Placement]) {
        let scenario = compiled.scenario
        var moves: [Move] = []
        var staged: Set<Int> = []
        for (workload, placement) in placements.enumerated() {
            let work = scenario.workloads[workload]
            let due = scenario.limit(work) - placement.option.work
            var plans = placement.option.own
            for shared in placement.option.staging where staged.insert(shared).inserted {
                plans.append(compiled.staging[shared].plan)
            }
            for plan in plans {
                for part in plan.parts where part.bytes > 0 {
                    for leg in part.route.legs where leg.link >= 0 {
                        moves.append(
                            Move(
                                workload: workload, link: leg.link, seconds: Double(part.bytes) / leg.rate,
                                deadline: due))
                    }
                }
            }
        }
        price(compiled.problem, assignment)
        time(moves, scenario)
    }

    private mutating func price(_ problem: PairwiseProblem, _ assignment: [Int]) {
        let uses = problem.uses(assignment)
        for (meter, excess) in problem.excesses(of: uses).enumerated() {
            // What is rounded once instead of several times is no news.
            guard excess.magnitude > UInt64(uses.count { $0.meter == meter }) else { continue }
            money = money + Money(micros: excess)
            tariffs.append(problem.meters[meter].name)
        }
    }

    private mutating func time(_ moves: [Move], _ scenario: Scenario) {
        var late: [Int: Double] = [:]
        for (link, group) in Dictionary(grouping: moves, by: \.link).sorted(by: { $0.key < $1.key })
        where Set(group.map(\.workload)).count > 1 {
            var clock = 0.0
            for move in group.sorted(by: { ($0.deadline, $0.workload) < ($1.deadline, $1.workload) }) {
                late[move.workload] = max(late[move.workload] ?? 0, clock)
                clock += move.seconds
            }
            links.append(Self.name(scenario, link))
        }
        delays = late.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private static func name(_ scenario: Scenario, _ link: Int) -> String {
        "\(scenario.links[link].from) -> \(scenario.links[link].to)"
    }

    private static func told(_ names: [String]) -> String {
        guard names.count > toldMax else { return names.joined(separator: ", ") }
        return names.prefix(toldMax).joined(separator: ", ") + " and \(names.count - toldMax) more links"
    }

    /// What it comes to, a sentence for each kind; none where the transfers do nothing to each other.
    func sentences(_ scenario: Scenario, _ placements: [Planner.Placement]) -> [String] {
        var out: [String] = []
        if !tariffs.isEmpty {
            let names = tariffs.joined(separator: ", ")
            out.append(
                money > .zero
                    ? "the transfers share \(names): together they cost $\(money.cents) more than each by itself, which is counted"
                    : "the transfers share \(names): together they cost $\((Money.zero - money).cents) less than each by itself, which is counted"
            )
        }
        guard !delays.isEmpty else { return out }
        let latest = delays.max { $0.seconds < $1.seconds }
        out.append(
            "the transfers share \(Self.told(links)): what is due first goes first, and "
                + "\(latest.map { "\(scenario.workloads[$0.workload].name) has its data \(Durations.text($0.seconds)) later" } ?? "")"
        )
        for delay in delays {
            let work = scenario.workloads[delay.workload]
            let limit = scenario.limit(work)
            let ends = placements[delay.workload].ends + delay.seconds
            if ends > limit {
                out.append(
                    "\(work.name) would miss its deadline by \(Durations.text(ends - limit)) if the links carried them so"
                )
            }
        }
        return out
    }
}
