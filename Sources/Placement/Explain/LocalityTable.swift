internal import Model
internal import Synchronization

/// What the workloads of a scenario would cost at its sites, worked out for each workload when it is first asked about, and
/// kept: who asks again and again, as schedulers do, waits for it once.
public final class LocalityTable: Sendable {
    /// The cheapest option at each site, with what it costs, staging included.
    private struct Row {
        var option: PlacementOption
        var money: Money
        var bytes: UInt64
    }

    /// What is known of a workload.
    private struct Known {
        var best: [Int: Row]
        var rejections: [Int: String]
        var least: Money?
    }

    private struct State {
        var builder: OptionBuilder
        var known: [Int: Known] = [:]
    }

    private let scenario: Scenario
    private let priceBook: String
    private let workloads: [String: Int]
    private let state: Mutex<State>

    /// The workloads of `scenario` at the prices of `book`.
    ///
    /// - Throws: `usage` where it is another book than the scenario names, or lacks a price that is named.
    public init(_ scenario: Scenario, book: PriceBook) throws {
        let priced = try scenario.priced(by: book)
        (self.scenario, priceBook) = (priced.scenario, priced.book.id)
        workloads = Dictionary(scenario.workloads.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first
        }
        state = Mutex(State(builder: OptionBuilder(self.scenario)))
    }

    /// What the pairs of `request` would cost, in their order.
    ///
    /// - Throws: `limit` for too many, `usage` where a workload or site is not of the scenario.
    public func answer(_ request: LocalityRequest) throws -> LocalityAnswer {
        guard request.pairs.count <= LocalityRequest.pairsMax else {
            throw PerigeeError(
                .limit, "more than \(LocalityRequest.pairsMax) pairs were asked for", remedy: "ask several times")
        }
        return try state.withLock { state in
            let rows =
                request.pairs.isEmpty
                ? scenario.workloads.indices.flatMap { work in
                    scenario.sites.indices.map { row(work, $0, &state) }
                }
                : try request.pairs.map { pair in
                    guard let work = workloads[pair.workload], let site = state.builder.siteIndex[pair.site] else {
                        throw PerigeeError(
                            .usage, "there is no workload \(pair.workload) or no site \(pair.site)",
                            remedy: "name those of the scenario")
                    }
                    return row(work, site, &state)
                }
            return LocalityAnswer(priceBook: priceBook, rows: rows)
        }
    }

    private func row(_ work: Int, _ site: Int, _ state: inout State) -> LocalityAnswer.Row {
        let (name, place) = (scenario.workloads[work].name, scenario.sites[site].name)
        let found = state.known[work] ?? look(work, &state)
        guard let best = found.best[site] else {
            return LocalityAnswer.Row(
                workload: name, site: place, allowed: false, reason: found.rejections[site] ?? "there is no way")
        }
        return LocalityAnswer.Row(
            workload: name, site: place, allowed: true, way: best.option.way.rawValue, money: best.money,
            seconds: best.option.ready + best.option.work, bytes: best.bytes,
            behind: found.least.map { best.money - $0 }, reason: nil)
    }

    private func look(_ work: Int, _ state: inout State) -> Known {
        let found = state.builder.options(scenario.workloads[work])
        var best: [Int: Row] = [:]
        for option in found.options {
            let staged = Set(option.staging).map { state.builder.staging[$0] }
            let money = staged.reduce(option.lines.total) { $0 + $1.lines.total }
            if let known = best[option.site],
                (known.money, known.option.ready + known.option.work) <= (money, option.ready + option.work)
            {
                continue
            }
            best[option.site] = Row(
                option: option, money: money, bytes: staged.reduce(option.bytes) { MovePlan.sum($0, $1.plan.bytes) })
        }
        var rejections: [Int: String] = [:]
        for rejection in found.rejections {
            if let site = state.builder.siteIndex[rejection.site] { rejections[site] = rejection.reason }
        }
        let known = Known(best: best, rejections: rejections, least: best.values.map(\.money).min())
        state.known[work] = known
        return known
    }
}
