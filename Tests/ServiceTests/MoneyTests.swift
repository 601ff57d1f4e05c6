import Catalog
import Foundation
import Model
import Scheduling
import Service
import Testing

@Suite("Budgets of money")
struct MoneyTests {
    private static let text = """
        schedules:
          - { name: one, replicate: d, to: lab, at: "0 1 * * *", budget: nights, catch_up: all }
          - { name: two, replicate: d, to: lab, at: "30 1 * * *", budget: nights, catch_up: all }
          - { name: free, snapshot: d, to: lab, at: "0 2 * * *" }
        budgets: { nights: { night: { money: "$1" }, month: { money: 2.50 } } }
        """

    private static func report(_ bytes: Int) -> String {
        """
        {"schema":"perigee.report/1","verb":"replicate","source":"a","destination":"b","snapshot":null,\
        "dry_run":false,"files":{"scanned":1,"unchanged":0,"new":1,"changed":0,"renamed":0,"deleted":0,"failed":0},\
        "bytes":{"logical":10,"read":10,"missing":10,"reused":0,"wire_sent":\(bytes),"wire_received":3,"stored":11},\
        "chunks":{"total":1,"missing":1},"requests":{"put":2,"get":1,"list":1},\
        "seconds":{"total":2,"scan":1,"transfer":1,"publish":0},"peak_memory":1,"verified":"none",\
        "estimate":null,"failures":[],"warnings":[],"route":null}
        """
    }

    @Test("are used up by what runs cost, requests too, and give again at the next noon and in the next month")
    func used() throws {
        // A millionth of a dollar for a byte, and a cent for a request.
        let work = SimulatedWork { _ in WorkResult(.done, document: Self.report(1_000_000)) }
        let daemon = try SimulatedDaemon(Self.text, at: "2026-06-01T20:00:00Z", work) { _, _, _ in
            .known { Int64($0 + ($1 + $2) * 10_000) }
        }
        try daemon.set("2026-06-02T01:00:00Z")
        try daemon.wait("one is done") { $0.counters.succeeded == 1 }
        try daemon.set("2026-06-02T02:00:00Z")
        try daemon.wait("free is done") { $0.counters.succeeded == 2 }
        let waiting = try #require(daemon.service.state.runs.first)
        #expect(waiting.id.schedule == "two" && waiting.delay == .budget)
        #expect(waiting.startsAt.rfc3339 == "2026-06-02T12:00:00Z")
        let row = try #require(try daemon.service.catalog.runs(RunQuery(schedule: "one")).rows.first)
        #expect(row.spent.price == 1_040_000 && row.spent.bytes == 1_000_003)

        let budget = try #require(daemon.service.plan.rules.budgets.first)
        let remembered = try Catalog.inspect(daemon.fixture.appendingPathComponent("catalog.sqlite").path)
        func left(_ instant: String) throws -> Int64? {
            let at = Instant(try #require(Timestamp(rfc3339: instant)))
            return try remembered.schedulerState().left(of: budget, at: at).microdollars
        }
        #expect(try left("2026-06-02T03:00:00Z") == 0)
        #expect(try left("2026-06-03T03:00:00Z") == 1_000_000)
        #expect(try left("2026-07-03T03:00:00Z") == 1_000_000)

        // The next night has $1 for the run that is left over; the one after it uses up the $2.50 of the month.
        try daemon.set("2026-06-02T12:00:00Z")
        try daemon.wait("two is done") { $0.counters.succeeded == 3 }
        for instant in ["2026-06-03T02:00:00Z", "2026-06-03T12:00:00Z", "2026-06-04T02:00:00Z"] {
            try daemon.set(instant)
            try daemon.settle()
        }
        let late = daemon.service.state.runs.filter { $0.delay == .budget }
        #expect(!late.isEmpty && late.allSatisfy { $0.startsAt.rfc3339 == "2026-07-01T12:00:00Z" }, "\(late)")
    }

    @Test("refuse a run whose price nobody knows, and leave alone those without a budget of money")
    func unknown() throws {
        let work = SimulatedWork { _ in WorkResult(.done, document: Self.report(1_000_000)) }
        let daemon = try SimulatedDaemon(Self.text, at: "2026-06-01T20:00:00Z", work)
        try daemon.set("2026-06-02T01:00:00Z")
        try daemon.wait("one is refused") { $0.counters.failed == 1 }
        let row = try #require(try daemon.service.catalog.runs(RunQuery(schedule: "one")).rows.first)
        #expect(row.reason == "the budget nights is of money, and the price is unknown: nobody says it")
        #expect(row.attempts == 1 && work.orders.isEmpty)
        try daemon.set("2026-06-02T02:00:00Z")
        try daemon.wait("free is done") { $0.counters.succeeded == 1 }
        let free = try #require(try daemon.service.catalog.runs(RunQuery(schedule: "free")).rows.first)
        #expect(free.spent.price == nil && free.spent.microdollars == 0 && free.spent.unpricedBytes == 1_000_003)
        let refused = try daemon.service.catalog.audit(limit: 50).filter { $0.draft.outcome == .refused }
        #expect(refused.map(\.draft.subject).sorted().first == "one@2026-06-02T01:00:00Z")
    }

    @Test("count in plans, with what is used of them already, and nothing of unknown price begins by them")
    func plan() throws {
        let settings = try ServiceSettingsTests.read(Self.text)
        let estimates: [String: (UInt64, Money?)] = [
            "one": (100, Money(micros: 700_000)), "two": (100, Money(micros: 700_000)),
        ]
        func plan(_ prices: [String: (UInt64, Money?)]) throws -> TonightPlan {
            var left = prices.sorted { $0.key < $1.key }.map(\.value)
            return TonightPlanner(settings, known: []) { job, _ in
                let next = job.verb == .snapshot ? (100, nil) : left.removeFirst()
                return WorkEstimate(
                    bytes: Spread(exactly: next.0), seconds: Spread(exactly: 60),
                    money: next.1.map { Spread(exactly: $0) }, pricing: "the price is unknown: it is not in the book")
            }.plan(at: Instant(try #require(Timestamp(rfc3339: "2026-06-01T20:00:00Z"))))
        }
        let known = try plan(estimates)
        func row(_ plan: TonightPlan, _ name: String) -> TonightPlan.Row? { plan.rows.first { $0.schedule == name } }
        #expect(row(known, "one")?.verdict == "fits" && row(known, "one")?.microdollars == 700_000)
        #expect(row(known, "two")?.reason == "it would cost $0.70, and the budget has $0.30 left")
        #expect(row(known, "free")?.verdict == "fits" && row(known, "free")?.microdollars == nil)
        #expect(known.microdollars == nil, "what one costs is unknown")
        #expect(known.budgets.map(\.microdollars) == [1_000_000])

        let unknown = try plan(["one": (100, nil), "two": (100, Money(micros: 700_000))])
        #expect(row(unknown, "one")?.verdict == "left")
        #expect(
            row(unknown, "one")?.reason
                == "the budget nights is of money, and the price is unknown: it is not in the book")
        #expect(row(unknown, "two")?.verdict == "fits")
    }
}
