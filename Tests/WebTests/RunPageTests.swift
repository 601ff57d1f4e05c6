import Catalog
import Foundation
import Model
import Scheduling
import Synchronization
import Testing
import Web

/// Pages of runs are kept, and never too long.
@Suite("Pages of runs")
struct RunPageTests {
    private struct Page {
        let runs: [[String: Any]]
        var first: String? { runs.first?["run"] as? String }
        var state: String? { runs.first?["state"] as? String }
    }

    private func page(_ site: WebSite, _ query: String = "?limit=50") async throws -> Page {
        let reply = try await site.get("/v1/runs\(query)")
        try #require(reply.status == 200, "\(reply.text)")
        return Page(runs: try #require(try reply.json()["runs"] as? [[String: Any]]))
    }

    @Test("show each write that was acknowledged, however many ask meanwhile")
    func fresh() async throws {
        let site = try await WebSite()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask { while !Task.isCancelled { _ = try? await site.get("/v1/runs?limit=50") } }
            }
            for round in 0..<40 {
                let id = try #require(try site.desk.perform(.runNow(schedule: "nightly"), by: "test"))
                var seen = try await page(site)
                #expect(seen.first == "\(id)" && seen.runs.count == min(round + 1, 50))
                var progress = DeskProgress(phase: "transfer")
                progress.wire = UInt64(round)
                site.desk.progress(id, progress)
                seen = try await page(site)
                #expect((seen.runs[0]["progress"] as? [String: Any])?["wire"] as? Int == round)
                try site.desk.finish(id, .succeeded)
                seen = try await page(site)
                #expect(seen.state == "succeeded" && seen.runs[0]["progress"] == nil)
                site.desk.advance(by: 60)
            }
            group.cancelAll()
        }
    }

    @Test("show what came by another connection of the catalog")
    func elsewhere() async throws {
        let site = try await WebSite()
        for _ in 0..<3 {
            let id = try #require(try site.desk.perform(.runNow(schedule: "nightly"), by: "test"))
            try site.desk.finish(id, .succeeded)
            site.desk.advance(by: 60)
        }
        #expect(try await page(site).runs.count == 3)
        let other = try Catalog.open(site.desk.catalog.path)
        #expect(try other.forgetRuns(endedBefore: Instant(site.desk.now) - 150) == 1)
        #expect(try await page(site).runs.count == 2)
        other.close()
    }

    @Test("are told apart by what was asked for")
    func queries() async throws {
        let site = try await WebSite()
        for name in ["nightly", "weekly", "nightly"] {
            let id = try #require(try site.desk.perform(.runNow(schedule: name), by: "test"))
            try site.desk.finish(id, name == "weekly" ? .failed("no", canRetry: false) : .succeeded)
            site.desk.advance(by: 60)
        }
        for _ in 0..<2 {
            #expect(try await page(site).runs.count == 3)
            #expect(try await page(site, "?limit=2").runs.count == 2)
            #expect(try await page(site, "?schedule=weekly").runs.count == 1)
            #expect(try await page(site, "?state=failed").runs.count == 1)
            #expect(try await page(site, "?before=3").runs.count == 2)
        }
    }

    @Test("more of them than are kept are all right")
    func many() async throws {
        let site = try await WebSite()
        let id = try #require(try site.desk.perform(.runNow(schedule: "nightly"), by: "test"))
        for limit in 1...(WebLimits.pagesMax + 50) {
            #expect(try await page(site, "?limit=\(limit)").first == "\(id)")
        }
        try site.desk.finish(id, .succeeded)
        for limit in 1...(WebLimits.pagesMax + 50) {
            #expect(try await page(site, "?limit=\(limit)").state == "succeeded")
        }
    }

    @Test("a token that somebody else takes back opens nothing any more, at once")
    func revoked() async throws {
        let site = try await WebSite()
        let token = try site.desk.token("guest", .read)
        #expect(try await site.get("/v1/runs", token: token).status == 200)
        let other = try Catalog.open(site.desk.catalog.path)
        try other.revoke(token: "guest", at: site.desk.now)
        other.close()
        #expect(try await site.get("/v1/runs", token: token).status == 401)
    }

    @Test("the use of a token is written once a minute")
    func touched() async throws {
        let site = try await WebSite()
        _ = try await site.get("/v1/runs")
        let version = try site.desk.catalog.version()
        let first = site.desk.now
        for _ in 0..<20 {
            site.desk.advance(by: 2)
            _ = try await site.get("/v1/runs")
        }
        #expect(try site.desk.catalog.version() == version)
        #expect(try site.desk.catalog.tokens().first?.lastUsed?.seconds == first.seconds)
        site.desk.advance(by: 20)
        _ = try await site.get("/v1/runs")
        #expect(try site.desk.catalog.tokens().first?.lastUsed == site.desk.now)
    }

    @Test("runs are written as JSON whatever they are called, and however large their numbers are")
    func documents() throws {
        let texts = ["", "a", "\"q\" \\ / \u{1}\n\t\u{7f}", "Übung – 夜", String(repeating: "x", count: 5000)]
        let seconds: [Int64] = [0, -1, 86_399, 951_782_400, 253_402_300_799, 253_402_300_800, -62_167_219_201, .max]
        for (text, second) in texts.flatMap({ text in seconds.map { (text, $0) } }) {
            let instant = Instant(second)
            var run = DeskRun(
                id: RunID(schedule: text, due: instant),
                job: JobSpecification(.verify, dataset: text, site: text, from: text, via: text), cause: .due,
                state: .running)
            (run.reason, run.attempts, run.started) = (text, Int(second), instant)
            var progress = DeskProgress(phase: text)
            (progress.wire, progress.seconds) = (.max, 0.25)
            run.progress = progress
            let document = Data(WebDocuments.run(run).utf8)
            let read = try #require(try JSONSerialization.jsonObject(with: document) as? [String: Any])
            for name in ["schedule", "site", "from", "via", "reason"] { #expect(read[name] as? String == text) }
            #expect(read["dataset"] as? String == (text.isEmpty ? nil : text), "without one it is on a whole site")
            #expect(read["run"] as? String == "\(run.id)" && read["started"] as? String == instant.rfc3339)
            #expect((read["attempts"] as? NSNumber)?.int64Value == second && read["starts_at"] == nil)
            let far = try #require(read["progress"] as? [String: Any])
            #expect(far["phase"] as? String == text && far["seconds"] as? Double == 0.25)
            #expect((far["wire"] as? NSNumber)?.uint64Value == .max && far["files"] as? Int == 0)
        }
    }
}
