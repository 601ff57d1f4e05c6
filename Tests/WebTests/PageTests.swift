import Catalog
import Foundation
import Model
import Scheduling
import Testing
import Web

/// Pages show what there is, whatever it is called.
@Suite("Pages")
struct PageTests {
    /// Names as hostile as names can be.
    private static let names = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "a&lt;b", "javascript:alert(1)",
        "{{7*7}}", "</title><svg onload=alert(1)>", "\u{202e}evil", "a/b?c#d%41",
    ]

    private func site() async throws -> WebSite {
        let desk = try CatalogDesk(Self.names)
        var geography = DeskGeography()
        geography.sites = Self.names.map { .init(name: $0, place: $0) }
        geography.links = [.init(from: Self.names[0], to: Self.names[1], bandwidth: ByteRate(bytesPerSecond: 1e6))]
        geography.datasets = Self.names
        desk.set(
            replicas: Self.names.map {
                DeskReplica(dataset: $0, site: $0, verdict: .stale, lag: 90, rpo: 60, bytes: 5, reason: $0)
            }, geography: geography)
        for name in Self.names {
            let id = try #require(try desk.perform(.runNow(schedule: name), by: name))
            if name.count % 2 == 0 {
                try desk.finish(
                    id, .failed(name, canRetry: false), report: "{\"\(name.filter { $0 != "\"" })\":[\"<b>\"]}")
            }
        }
        return try await WebSite(desk)
    }

    @Test("hostile names are shown, and are never markup")
    func hostileNames() async throws {
        let site = try await site()
        var paths = [
            "/", "/runs", "/schedules", "/datasets", "/ledger", "/audit", "/decisions", "/jobs", "/parts/plan",
        ]
        paths += Self.names.map { "/datasets/" + $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics)! }
        let runs = try site.desk.runs(RunQuery()).rows
        paths += runs.map { "/runs/" + $0.id.description.addingPercentEncoding(withAllowedCharacters: .alphanumerics)! }
        for path in paths {
            let page = try await site.get(path)
            #expect(page.status == 200, "\(path): \(page.text.prefix(300))")
            for harm in [
                "<script>alert", "<img", "onerror=alert(1)>", "<svg onload", "</title><svg", "href=\"javascript:",
            ] {
                #expect(!page.text.contains(harm), "\(path): \(harm)")
            }
        }
        let overview = try await site.get("/").text
        #expect(overview.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(overview.contains("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"))
    }

    @Test("two sites take little room, and what a site holds is not said where nobody knows it")
    func twoSites() async throws {
        let desk = try CatalogDesk()
        var geography = DeskGeography()
        geography.sites = [.init(name: "desk", place: ""), .init(name: "lab", place: "")]
        desk.set(
            replicas: [
                DeskReplica(dataset: "d", site: "desk", verdict: .held, bytes: 2048),
                DeskReplica(dataset: "d", site: "lab", verdict: .lacking),
            ], geography: geography)
        let page = try await WebSite(desk).get("/").text
        let map = try #require(
            page.components(separatedBy: "class=\"map\"").last?.components(separatedBy: "</svg>").first)
        #expect(map.contains("desk holds 2.0 KiB, of lab nothing is known.") && !map.contains(">0 B<"), "\(map)")
        let box = try #require(page.firstMatch(of: /viewBox="0 0 640 (\d+)"/)?.1)
        #expect(try #require(Int(box)) < 160)
    }

    @Test("a snapshot says by which folders and files it grew, beside the one before it at its site")
    func growth() async throws {
        let desk = try CatalogDesk()
        let ids = (0..<3).map { String(repeating: "\($0)a", count: 32) }
        for (index, id) in ids.enumerated() {
            let run = try #require(try desk.perform(.runNow(schedule: "nightly"), by: "test"))
            var change = CatalogChange(at: Instant(desk.now))
            change.findings = [
                .init(
                    run: run,
                    snapshots: [
                        KnownSnapshot(
                            dataset: "weights", site: index == 1 ? "lab" : "desk", id: id,
                            noted: desk.now.seconds + Int64(index), files: 3, bytes: 9, stored: 5, run: 0)
                    ], ledger: [])
            ]
            try desk.finish(run, .succeeded)
            try desk.catalog.commit(change)
            desk.advance(by: 60)
        }
        var geography = DeskGeography()
        geography.datasets = ["weights"]
        desk.set(replicas: [], geography: geography)
        let site = try await WebSite(desk)
        let list = try await site.get("/datasets/weights")
        #expect(list.text.contains("href=\"/datasets/weights/snapshots/\(ids[2])\""))
        let page = try await site.get("/datasets/weights/snapshots/\(ids[2])")
        #expect(page.status == 200, "\(page.text)")
        #expect(
            desk.documents.contains(
                .differences(
                    old: "desk:weights@\(ids[0])", new: "desk:weights@\(ids[2])", data: false, after: nil, limit: 1000))
        )
        let rows = page.text.matches(of: /<tr><th scope="row"[^>]*>([^<]*)<\/th>(.*?)<\/tr>/).map {
            ([String($0.1)] + $0.2.matches(of: />([^<]*)<\/td>/).map { String($0.1) }).joined(separator: " | ")
        }
        #expect(
            rows == [
                "./ | 0 | 0 | 1 | \u{2212}5.0 MiB", "a/b/ | 1 | 1 | 0 | +3.0 MiB",
                "gone | gone | \u{2013} | \u{2212}5.0 MiB", "a/b/c/&lt;new&gt; | new | 3.0 MiB | +3.0 MiB",
                "a/b/log | changed | 2.1 KiB | +2.0 KiB",
            ], "\(rows)")
        #expect(page.text.contains("first 1000 changes"))
        let first = try await site.get("/datasets/weights/snapshots/\(ids[1])")
        #expect(first.status == 200 && first.text.contains("No older snapshot is known at lab"))
        #expect(try await site.get("/datasets/weights/snapshots/ffff").status == 404)
    }

    @Test("pages may load nothing from elsewhere, and are not to be framed or guessed at")
    func headers() async throws {
        let site = try await WebSite()
        for path in ["/", "/runs", "/login"] {
            let page = try await site.get(path)
            let policy = try #require(page.header("Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; script-src 'self'"))
            #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"))
            #expect(page.header("X-Content-Type-Options") == "nosniff")
            #expect(page.header("Referrer-Policy") == "no-referrer")
            #expect(page.header("Cache-Control") == "no-store")
            for word in [" style=", "<style", " onclick", "http://", "https://", "//cdn"] {
                #expect(!page.text.contains(word), "\(path): \(word)")
            }
        }
        for path in ["/assets/perigee.css", "/assets/perigee.js", "/assets/perigee.svg"] {
            #expect(try await site.ask("GET", path).status == 200)
        }
    }

    @Test("whoever is not known is led to the login, and what is not there says so")
    func strangers() async throws {
        let site = try await WebSite()
        let reply = try await site.ask("GET", "/runs", client: WebSite.stayingClient)
        #expect(reply.status == 303 && reply.header("Location") == "/login")
        #expect(try await site.get("/datasets/none").status == 404)
        #expect(try await site.get("/runs/none").status == 404)
    }

    @Test("every page has a title, one heading, a language, and a name for each picture and table")
    func accessible() async throws {
        let site = try await site()
        for path in ["/", "/runs", "/schedules", "/datasets", "/decisions", "/jobs", "/ledger", "/audit", "/login"] {
            let text = try await site.get(path).text
            #expect(text.components(separatedBy: "<h1").count == 2, "\(path)")
            #expect(text.contains("<html lang=\"en\">") && text.contains("<title>"), "\(path)")
            #expect(text.contains("<main id=\"main\""), "\(path)")
            for picture in text.components(separatedBy: "<svg").dropFirst() {
                let head = picture.prefix { $0 != ">" }
                #expect(head.contains("aria-label"), "\(path): \(head)")
            }
            for table in text.components(separatedBy: "<table").dropFirst() { #expect(table.contains("<caption>")) }
            for input in text.components(separatedBy: "<input").dropFirst() where !input.contains("type=\"hidden\"") {
                let id = input.components(separatedBy: "id=\"").dropFirst().first?.prefix { $0 != "\"" } ?? ""
                #expect(text.contains("for=\"\(id)\""), "\(path): \(id)")
            }
        }
    }

    @Test("the overview stays small with many replicas, schedules and runs")
    func small() async throws {
        let names = (0..<300).map { "schedule-number-\($0)" }
        let desk = try CatalogDesk(names)
        var geography = DeskGeography()
        geography.sites = (0..<60).map { .init(name: "site-\($0)", place: "Somewhere") }
        geography.links = (0..<200).map { .init(from: "site-\($0 % 60)", to: "site-\($0 % 7)") }
        desk.set(
            replicas: (0..<600).map {
                DeskReplica(dataset: "dataset-\($0)", site: "site-\($0 % 60)", verdict: .held, bytes: 1 << 30)
            }, geography: geography)
        for name in names.prefix(100) { _ = try desk.perform(.runNow(schedule: name), by: "test") }
        let page = try await WebSite(desk).get("/")
        #expect(page.status == 200)
        #expect(page.body.count < 100_000, "\(page.body.count)")
    }
}
