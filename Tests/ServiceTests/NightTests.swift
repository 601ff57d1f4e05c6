import Catalog
import Foundation
import Model
import Scheduling
import Service
import Testing

@Suite("Nights of the daemon, by a clock that is set")
struct NightTests {
    private static let nightly = """
        schedules:
          - { name: nightly, replicate: d, to: lab, at: "30 2 * * *", zone: Europe/Berlin }
          - { name: check, verify: d, in: lab, needs: [nightly] }
        """

    @Test("have one run each, also as clocks are put back")
    func autumn() throws {
        let daemon = try SimulatedDaemon(Self.nightly, at: "2026-10-23T20:00:00Z")
        for instant in [
            "2026-10-24T00:30:00Z", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z",
            "2026-10-26T01:30:00Z",
        ] {
            try daemon.set(instant)
            try daemon.settle()
        }
        let dues = ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
        #expect(
            try daemon.runs().sorted()
                == ["check", "nightly"].flatMap { name in dues.map { "\(name)@\($0) succeeded" } })
    }

    @Test("are made up for once after the daemon was away, and go on after a restart")
    func away() throws {
        let daemon = try SimulatedDaemon(Self.nightly, at: "2026-06-01T12:00:00Z")
        try daemon.set("2026-06-02T00:30:00Z")
        try daemon.settle()
        daemon.work.hold()
        try daemon.set("2026-06-03T00:30:00Z")
        try daemon.wait("the second night works") { $0.state.runs.contains { $0.state == .running } }
        try daemon.restart()
        try daemon.wait("it works again") { _ in daemon.work.orders.map(\.attempt).last == 2 }
        daemon.work.release(try #require(daemon.work.orders.last).id)
        try daemon.wait("the check works") { _ in daemon.work.orders.last?.id.schedule == "check" }
        daemon.work.release(try #require(daemon.work.orders.last).id)
        try daemon.settle()
        daemon.end()
        let nights = try daemon.runs()
        #expect(
            nights.filter { $0.hasPrefix("nightly") } == [
                "nightly@2026-06-02T00:30:00Z succeeded", "nightly@2026-06-03T00:30:00Z succeeded",
            ])
    }

    @Test("keep copies as rules want them: at once where one is lacking, anew at half of its age")
    func rules() throws {
        let report = """
            {"schema":"perigee.report/1","verb":"replicate","source":"a","destination":"b","snapshot":null,\
            "dry_run":false,"files":{"scanned":1,"unchanged":0,"new":1,"changed":0,"renamed":0,"deleted":0,"failed":0},\
            "bytes":{"logical":10,"read":10,"missing":10,"reused":0,"wire_sent":12,"wire_received":3,"stored":11},\
            "chunks":{"total":1,"missing":1},"requests":{"put":1,"get":0,"list":0},\
            "seconds":{"total":2,"scan":1,"transfer":1,"publish":0},"peak_memory":1,"verified":"none",\
            "estimate":null,"failures":[],"warnings":[],"route":null}
            """
        let work = SimulatedWork { _ in WorkResult(.done, document: report) }
        let daemon = try SimulatedDaemon(
            "replication: [{ name: two, dataset: d, copies: 2, rpo: 10h }]", at: "2026-06-01T12:00:00Z", work)
        try daemon.wait("the copy is made") { $0.counters.succeeded == 1 }
        #expect(work.orders.map { $0.from } == ["desk"])
        for (instant, count) in [
            ("2026-06-01T16:59:00Z", 1), ("2026-06-01T17:00:00Z", 2), ("2026-06-01T21:00:00Z", 2),
            ("2026-06-01T22:00:00Z", 3),
        ] {
            try daemon.set(instant)
            try daemon.wait("\(count) copies at \(instant)") { $0.counters.succeeded == UInt64(count) }
            try daemon.settle()
            #expect(work.orders.count == count, "\(instant)")
        }
        let copy = try #require(daemon.service.state.replicas.first { $0.site == "lab" })
        #expect(copy.verdict == .held && copy.asOf?.rfc3339 == "2026-06-01T22:00:00Z")
        #expect(try daemon.service.catalog.runs(RunQuery(limit: 1)).rows.first?.cause == .rule)
        #expect(try daemon.service.catalog.samples().first?.bytes == 15)
        #expect(try daemon.service.catalog.ledger().first?.seconds == 2)
    }

    @Test("share a link between those that use it, by their weights, and leave it to one that is alone")
    func links() throws {
        let work = SimulatedWork()
        work.hold()
        let daemon = try SimulatedDaemon(
            """
            links: [{ from: desk, to: lab, bandwidth: 90MB/s }]
            schedules:
              - { name: one, replicate: d, to: lab, weight: 2 }
              - { name: two, snapshot: d, to: lab, from: desk }
            """, at: "2026-06-01T12:00:00Z", work)
        let first = try #require(try daemon.service.perform(.runNow(schedule: "one"), by: "test"))
        let second = try #require(try daemon.service.perform(.runNow(schedule: "two"), by: "test"))
        try daemon.wait("both work") { _ in work.orders.count == 2 && work.limits.count == 2 }
        try daemon.wait("they share") { _ in work.limits["one"] == .some(60e6) && work.limits["two"] == .some(30e6) }
        work.release(first)
        try daemon.wait("one is left") { _ in work.limits["two"] == .some(nil) }
        work.release(second)
        try daemon.settle()
    }

    @Test("refuse what is unknown, and say what they did to whom")
    func audit() throws {
        let daemon = try SimulatedDaemon(Self.nightly, at: "2026-06-01T12:00:00Z")
        try daemon.wait("it works") { $0.state.isReady }
        #expect(throws: PerigeeError.self) { try daemon.service.perform(.runNow(schedule: "night"), by: "a") }
        try daemon.service.perform(.pause(schedule: "nightly"), by: "a")
        try daemon.set("2026-06-02T00:30:00Z")
        try daemon.settle()
        #expect(try daemon.runs() == [])
        daemon.end()
        #expect(throws: PerigeeError.self) { try daemon.service.perform(.resume(schedule: "nightly"), by: "a") }
        let entries = try daemon.service.catalog.audit(limit: 10).filter { $0.draft.actor == "a" }
        #expect(
            entries.map { "\($0.draft.action) \($0.draft.outcome.rawValue)" } == [
                "schedule.pause done", "run.now failed",
            ])
    }

    @Test("are watched: each event once, in order, and how many were lost where nobody read")
    func events() throws {
        let daemon = try SimulatedDaemon(Self.nightly, at: "2026-06-01T12:00:00Z")
        try daemon.wait("it works") { $0.state.isReady }
        let (all, few) = (daemon.service.subscribe {}, daemon.service.subscribe(buffer: 2) {})
        try daemon.set("2026-06-02T00:30:00Z")
        try daemon.wait("both are done") { $0.counters.succeeded == 2 }
        try daemon.service.perform(.pause(schedule: "nightly"), by: "a")
        try daemon.wait("the pause is told") { _ in few.drain().events.last?.kind == .schedule }
        let seen = all.drain()
        #expect(seen.missed == 0)
        #expect(
            seen.events.map(\.number)
                == Array(seen.events[0].number..<seen.events[0].number + UInt64(seen.events.count)))
        let states = seen.events.filter { $0.kind == .run && $0.subject.hasPrefix("check") }.map(\.document)
        #expect(states.last?.contains("\"state\":\"succeeded\"") == true)
        all.close()
        few.close()
        #expect(daemon.service.events.watchers == 0)
    }

    @Test("are planned: what fits, what the budget does not have, what cannot be known")
    func plan() throws {
        let settings = try ServiceSettingsTests.read(
            """
            schedules:
              - { name: small, replicate: d, to: lab, at: "0 2 * * *", budget: b, priority: 1 }
              - { name: large, snapshot: d, to: lab, from: desk, at: "0 3 * * *", budget: b }
              - { name: after, verify: d, in: lab, needs: [small] }
              - { name: lost, replicate: d, to: cellar, at: "0 4 * * *", budget: b }
              - { name: hand, replicate: d, to: lab }
            budgets: { b: { night: { bytes: 1GiB } } }
            """)
        let planner = TonightPlanner(settings, known: []) { job, from in
            if job.site == "cellar" { throw PerigeeError(.io, "it is away") }
            if job.verb == .verify { return WorkEstimate(bytes: Spread(exactly: 0), seconds: Spread(exactly: 0)) }
            #expect(from == "desk")
            let bytes: UInt64 = job.verb == .replicate ? 100 << 20 : 2 << 30
            return WorkEstimate(
                bytes: Spread(p10: bytes / 2, p50: bytes, p90: bytes * 2), seconds: Spread(exactly: 600))
        }
        let plan = planner.plan(at: Instant(try #require(Timestamp(rfc3339: "2026-06-01T20:00:00Z"))))
        #expect(plan.opens == "2026-06-02T02:00:00Z")
        let verdicts = Dictionary(plan.rows.map { ($0.schedule, $0.verdict) }) { first, _ in first }
        #expect(verdicts == ["small": "fits", "after": "fits", "large": "left", "lost": "unknown"])
        #expect(plan.rows.first { $0.schedule == "large" }?.reason.contains("the budget has") == true)
        #expect(plan.rows.first { $0.schedule == "small" }?.end == "2026-06-02T02:10:00Z")
        #expect(plan.bytes == 100 << 20)
    }
}
