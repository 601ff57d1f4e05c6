import Catalog
import Foundation
import Model
import Scheduling
import Testing

@Suite("Runs in the catalog")
struct CatalogRunTests {
    @Test("come in pages, newest first, each once, whatever is written in between")
    func pages() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        try CatalogFixture.fill(catalog, "nightly", 23)
        var (seen, before): ([Int64], Int64?) = ([], nil)
        repeat {
            let page = try catalog.runs(RunQuery(before: before, limit: 5))
            #expect(page.rows.count <= 5)
            seen += page.rows.map(\.number)
            before = page.next
            try CatalogFixture.fill(catalog, "other\(seen.count)", 2)
        } while before != nil
        #expect(seen == Array((1...23).reversed()))
        let other = try catalog.runs(RunQuery(schedule: "other5"))
        #expect(other.rows.count == 2)
        #expect(other.rows.allSatisfy { $0.state == .succeeded && $0.job == CatalogFixture.job && $0.attempts == 1 })
        #expect(try catalog.runs(RunQuery(states: [.failed])).rows.isEmpty)
        #expect(try catalog.runs(RunQuery(dataset: "d", limit: 1000)).rows.count == 23 + 10)
    }

    @Test("are waiting, running and ended, with what their attempts left")
    func life() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        var scheduler = try CatalogFixture.scheduler("nightly")
        let now = CatalogFixture.start
        let id = RunID(schedule: "nightly", due: now)
        var change = CatalogChange(at: now)
        change.jobs = ["nightly": CatalogFixture.job]
        _ = scheduler.handle(.runNow(schedule: "nightly"), at: now)
        change.scheduler = scheduler.state
        try catalog.commit(change)
        #expect(try catalog.run(id)?.state == .running)
        #expect(try catalog.schedulerState() == scheduler.state)

        let effects = scheduler.handle(.finished(id, attempt: 1, .succeeded), at: now + 9)
        change = CatalogChange(at: now + 9)
        change.jobs = ["nightly": CatalogFixture.job]
        change.scheduler = scheduler.state
        for case .ended(let record) in effects { change.ended.append(record) }
        let replica = KnownReplica(dataset: "d", site: "lab", asOf: now, snapshot: "ab", bytes: 7, run: 0)
        change.findings = [
            CatalogChange.Findings(
                run: id, document: "{\"a\":1}", replicas: [replica],
                samples: [LinkSample(at: now, from: "desk", to: "lab", bytes: 9, seconds: 2, run: 0)])
        ]
        try catalog.commit(change)
        let row = try #require(try catalog.run(id))
        #expect((row.state, row.ended, row.report) == (.succeeded, now + 9, "{\"a\":1}"))
        #expect(try catalog.replicas().first?.asOf == now)
        #expect(try catalog.samples(from: "desk", to: "lab").first?.run == row.number)

        // The same end a second time is refused, and nothing of that change is written.
        var again = change
        again.findings = [CatalogChange.Findings(run: id, document: "{\"b\":2}")]
        #expect(throws: PerigeeError.self) { try catalog.commit(again) }
        #expect(try catalog.run(id)?.report == "{\"a\":1}")
    }

    @Test("end also where their schedule is gone, and nobody knows any more what they did")
    func gone() throws {
        let fixture = try CatalogFixture()
        let catalog = try fixture.open()
        var scheduler = try CatalogFixture.scheduler("nightly")
        let now = CatalogFixture.start
        var change = CatalogChange(at: now)
        change.jobs = ["nightly": CatalogFixture.job]
        _ = scheduler.handle(.runNow(schedule: "nightly"), at: now)
        change.scheduler = scheduler.state
        try catalog.commit(change)
        let effects = scheduler.use(try SchedulerRules(schedules: []), at: now + 5)
        change = CatalogChange(at: now + 5)
        change.scheduler = scheduler.state
        for case .ended(let record) in effects { change.ended.append(record) }
        try catalog.commit(change)
        let row = try #require(try catalog.run(RunID(schedule: "nightly", due: now)))
        #expect(row.state == .stopped && row.reason == "its schedule was taken away")
    }

    @Test("and the state of schedules are the same when the catalog is opened again")
    func again() throws {
        let fixture = try CatalogFixture()
        var catalog = try fixture.open()
        try CatalogFixture.fill(catalog, "a", 3)
        var scheduler = Scheduler(try catalog.schedulerState())
        _ = scheduler.use(
            try SchedulerRules(schedules: [ScheduleSpecification(name: "a"), ScheduleSpecification(name: "b")]),
            at: CatalogFixture.start + 10)
        _ = scheduler.handle(.pause(schedule: "b"), at: CatalogFixture.start + 10)
        var change = CatalogChange(at: CatalogFixture.start + 10)
        change.scheduler = scheduler.state
        try catalog.commit(change)
        catalog.close()
        catalog = try fixture.open()
        #expect(try catalog.schedulerState() == scheduler.state)
        #expect(try catalog.runs(RunQuery()).rows.count == 3)
    }

    @Test("snapshots that were forgotten are left out, and kept for those who want to see how a dataset grew")
    func forgotten() throws {
        let catalog = try CatalogFixture().open()
        try CatalogFixture.fill(catalog, "nightly", 1)
        let id = RunID(schedule: "nightly", due: CatalogFixture.start)
        var change = CatalogChange(at: CatalogFixture.start)
        let snapshots = ["aa", "bb"].map {
            KnownSnapshot(dataset: "d", site: "lab", id: $0, noted: 1, files: 2, bytes: 3, stored: 4, run: 0)
        }
        change.findings = [.init(run: id, snapshots: snapshots)]
        try catalog.commit(change)
        let later = CatalogFixture.start + 60
        try catalog.note(forgotten: ["aa", "unknown"], of: "d", at: "lab", later)
        try catalog.note(forgotten: ["bb"], of: "d", at: "elsewhere", later)
        #expect(try catalog.snapshots().map(\.id) == ["bb"])
        let all = try catalog.snapshots(forgotten: true)
        #expect(all.map(\.id) == ["bb", "aa"] && all.map(\.forgotten) == [nil, later.seconds])
        // Whoever brings it again has it again.
        try catalog.commit(change)
        #expect(try catalog.snapshots().map(\.id) == ["bb", "aa"])
    }
}
