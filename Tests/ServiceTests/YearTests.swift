import Catalog
import Foundation
import Model
import Scheduling
import TestSupport
import Testing

@Suite("A year of the daemon, in simulated time")
struct YearTests {
    /// So many days; fewer begin before clocks change on both halves of the earth.
    private static let days =
        ProcessInfo.processInfo.environment["PERIGEE_YEAR_DAYS"].flatMap { Int64($0) } ?? 365

    private static func plans(_ count: Int, from start: Int64, _ seed: inout Seed) throws -> [SimulatedPlan] {
        let zones = try WitnessZone.all(from: start - 40 * 86_400, to: start + 420 * 86_400).shuffled(using: &seed)
        try #require(zones.count > 300, "Python knows the zones of the system")
        return (0..<count).map { SimulatedPlan($0, zones[$0 % zones.count], &seed) }
    }

    private static func disturb(_ year: SimulatedYear, _ seed: inout Seed) throws {
        switch Int.random(in: 0..<8, using: &seed) {
        case 0: year.step(Int64.random(in: -30...30, using: &seed))
        case 1: year.step(Int64.random(in: -7200...7200, using: &seed))
        case 2: year.step(Int64.random(in: -86_400...86_400, using: &seed))
        case 3: year.suspend(Int64.random(in: 0...600, using: &seed))
        case 4: year.suspend(Int64.random(in: 0...100_000, using: &seed))
        case 5: try year.kill(for: 0, hasWritten: true, isReopened: false)
        case 6: try year.kill(for: Int64.random(in: 0...900, using: &seed), hasWritten: false, isReopened: false)
        default: try year.kill(for: Int64.random(in: 0...50_000, using: &seed), hasWritten: false, isReopened: true)
        }
    }

    @Test("of 500 schedules in all zones has each run once, through kills, suspends and steps of the clock")
    func year() throws {
        var seed = Seed.fromEnvironment()
        let note: Comment = "PERIGEE_TEST_SEED=\(seed.value)"
        let first = Self.days < 300 ? "2026-03-20T00:00:00Z" : "2026-01-01T00:00:00Z"
        let start = try #require(Timestamp(rfc3339: first)).seconds
        let plans = try Self.plans(500, from: start, &seed)
        let clock = ContinuousClock.now
        let year = try SimulatedYear(plans, workMax: 24, from: start, seed)
        let end = start + Self.days * 86_400
        var trouble = start
        while year.real < end {
            trouble = year.real + Int64.random(in: 0..<4 * 86_400, using: &seed)
            while year.real < min(trouble, end) { year.advance(until: min(trouble, end)) }
            try Self.disturb(year, &seed)
        }
        #expect(year.failures.prefix(5) == [], note)
        let rows = try Self.rows(year.catalog)
        #expect(rows.count > plans.count * Int(Self.days) * 9 / 10, note)
        let undone = rows.filter { $0.state == .succeeded && !year.done.contains($0.id) }
        #expect(undone.isEmpty, "\(undone.prefix(3)) were not done, \(note)")
        judge(year, plans, Dictionary(grouping: rows, by: \.id.schedule).mapValues { $0.map(\.id.due.seconds) }, note)
        let (runs, turns) = (rows.count, year.turns.count)
        print(
            "\(Self.days) days: \(runs) runs, \(turns) turns, \(year.restarts) restarts in \(clock.duration(to: .now))")
    }

    private static func rows(_ catalog: Catalog) throws -> [RunRow] {
        var (rows, query): ([RunRow], RunQuery) = ([], RunQuery(limit: 1000))
        repeat {
            let page = try catalog.runs(query)
            rows += page.rows
            query.before = page.next
        } while query.before != nil
        return rows
    }

    /// Holds what the catalog remembers against what the witness counts.
    private func judge(_ year: SimulatedYear, _ plans: [SimulatedPlan], _ issued: [String: [Int64]], _ note: Comment) {
        let turns = year.turns.sorted()
        for plan in plans {
            let runs = Set(issued[plan.name] ?? [])
            #expect(runs.count == issued[plan.name]?.count ?? 0, "\(plan.line) has runs twice, \(note)")
            if case .after(let other) = plan.time {
                #expect(runs == Set(issued[plans[other].name] ?? []), "\(plan.line), \(note)")
                continue
            }
            let due = plan.dues(after: year.earliest, to: year.latest)
            #expect(runs.isSubset(of: due), "\(plan.line) has \(runs.subtracting(due).sorted().prefix(3)), \(note)")
            // What was due while nobody was there may be given up, where the schedule says so.
            let lost = due.subtracting(runs).filter { plan.catchUp == "all" || Self.wasSeen($0, turns) }
            #expect(lost.isEmpty, "\(plan.line) lacks \(lost.sorted().prefix(3)), \(note)")
            let newest = runs.max() ?? .min
            let isServed = plan.catchUp == "none" || due.allSatisfy { $0 <= newest }
            #expect(isServed, "\(plan.line) has no run after \(newest), \(note)")
        }
    }

    /// Whether the daemon had a turn when a run was due, or so soon after it that it was on time.
    private static func wasSeen(_ due: Int64, _ turns: [Int64]) -> Bool {
        var (low, high) = (0, turns.count)
        while low < high {
            let middle = (low + high) / 2
            if turns[middle] < due { low = middle + 1 } else { high = middle }
        }
        return low < turns.count && turns[low] <= due + ScheduleSpecification.onTime
    }
}
