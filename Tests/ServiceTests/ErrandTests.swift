import Catalog
import Foundation
import Model
import Scheduling
import Service
import Testing

@Suite("Errands: work that somebody asks for, once")
struct ErrandTests {
    private static func job(_ verb: JobSpecification.Verb, _ dataset: String = "", at site: String) -> JobSpecification
    {
        JobSpecification(verb, dataset: dataset, site: site)
    }

    /// Asks for `job`; the code of what is wrong with it.
    private static func refusal(_ job: JobSpecification, _ daemon: SimulatedDaemon) -> PerigeeError.Code? {
        do {
            try daemon.service.perform(.errand(job), by: "a")
            return nil
        } catch { return error.code }
    }

    @Test("are runs with what they are told, and are done once, whatever becomes of the daemon meanwhile")
    func restart() throws {
        let work = SimulatedWork()
        work.hold()
        let daemon = try SimulatedDaemon("", at: "2026-06-01T12:00:00Z", work)
        var job = Self.job(.forget, "d", at: "lab")
        job.options = ["--keep-last=3"]
        let id = try #require(try daemon.service.perform(.errand(job), by: "a"))
        #expect(id.description == "errand:forget:lab:d@2026-06-01T12:00:00Z")
        try daemon.wait("it works") { _ in work.orders.count == 1 }
        #expect(daemon.service.state.schedules.isEmpty, "an errand is no schedule for others to see")
        #expect(daemon.service.state.runs.map(\.id) == [id])
        try daemon.restart()
        try daemon.wait("it works again") { _ in work.orders.count == 2 }
        #expect(work.orders.map(\.job) == [job, job] && work.orders.map(\.resumes) == [false, true])
        work.release(id)
        try daemon.settle()
        try daemon.wait("it is over") { $0.state.runs.isEmpty }
        try daemon.set("2026-06-01T13:00:00Z")
        try daemon.restart()
        #expect(try daemon.runs() == ["\(id) succeeded"])
        let row = try #require(try daemon.service.catalog.run(id))
        #expect(row.job == job && row.cause == .byHand)
        let entry = try daemon.service.catalog.audit(limit: 20).first { $0.draft.actor == "a" }?.draft
        #expect(entry.map { "\($0.action) \($0.subject) \($0.detail)" } == "errand.forget lab:d \(id)")
    }

    @Test("are open once for the same work at the same place, and anew when they are done")
    func once() throws {
        let work = SimulatedWork()
        work.hold()
        let daemon = try SimulatedDaemon("", at: "2026-06-01T12:00:00Z", work)
        let first = try #require(try daemon.service.perform(.errand(Self.job(.gc, at: "lab")), by: "a"))
        #expect(Self.refusal(Self.job(.gc, at: "lab"), daemon) == .conflict)
        #expect(Self.refusal(Self.job(.gc, at: "cellar"), daemon) == nil)
        work.release(first)
        try daemon.wait("it is over") { !$0.state.runs.contains { $0.id == first } }
        #expect(Self.refusal(Self.job(.gc, at: "lab"), daemon) == .conflict, "of one second there is one run")
        try daemon.set("2026-06-01T12:00:01Z")
        #expect(Self.refusal(Self.job(.gc, at: "lab"), daemon) == nil)
    }

    @Test("are not tried again by themselves, and can be cancelled")
    func ends() throws {
        let work = SimulatedWork { _ in WorkResult(.failed(canRetry: true), message: "the link is down") }
        let daemon = try SimulatedDaemon("", at: "2026-06-01T12:00:00Z", work)
        let failed = try #require(try daemon.service.perform(.errand(Self.job(.gc, at: "lab")), by: "a"))
        try daemon.wait("it has failed") { $0.counters.failed == 1 }
        work.hold()
        let ended = try #require(try daemon.service.perform(.errand(Self.job(.repair, at: "lab")), by: "a"))
        try daemon.wait("it works") { _ in work.orders.count == 2 }
        try daemon.service.perform(.cancel(ended), by: "a")
        try daemon.wait("it has stopped") { $0.counters.stopped == 1 }
        #expect(try daemon.runs().sorted() == ["\(failed) failed", "\(ended) stopped"])
    }

    @Test("name what the configuration describes, as what it is, and where policies allow it")
    func names() throws {
        let daemon = try SimulatedDaemon("", at: "2026-06-01T12:00:00Z")
        var restore = Self.job(.restore, "d", at: "desk")
        restore.from = "lab"
        var elsewhere = restore
        elsewhere.into = "none"
        var asks: [(JobSpecification, PerigeeError.Code?)] = [
            (Self.job(.gc, at: "mars"), .notFound), (Self.job(.gc, at: "desk"), .notFound),
            (Self.job(.snapshot, "none", at: "lab"), .notFound), (Self.job(.snapshot, "d", at: "desk"), .unsupported),
            (Self.job(.forget, "d", at: "desk"), .unsupported), (Self.job(.verify, "d", at: "desk"), .unsupported),
            (Self.job(.replicate, "d", at: "abroad"), .refused), (Self.job(.snapshot, "d", at: "abroad"), .refused),
            (elsewhere, .notFound), (restore, nil), (Self.job(.rotate, at: "lab"), nil),
            (Self.job(.verify, at: "lab"), nil), (Self.job(.verify, at: "desk"), .notFound),
            (Self.job(.probe, at: "lab"), .unsupported), (Self.job(.probe, at: "desk"), .unsupported),
        ]
        restore.site = "cellar"
        asks.append((restore, .unsupported))
        restore.from = "mars"
        asks.append((restore, .notFound))
        for (job, code) in asks { #expect(Self.refusal(job, daemon) == code, "\(job)") }
        try daemon.settle()
        #expect(try daemon.runs().count == 3)
    }
}
