import Catalog
import Foundation
import Model
import Scheduling
import TestSupport
import Testing
import Web

/// Pages work in a real browser.
@Suite("In a browser", .serialized, .enabled(if: Browser.isThere, "needs chromium and chromedriver"))
struct BrowserTests {
    private func site() async throws -> WebSite {
        let desk = try CatalogDesk()
        var geography = DeskGeography()
        geography.sites = [
            .init(name: "berlin", place: "eu-central, DE"), .init(name: "virginia", place: "us-east, US"),
            .init(name: "potsdam", place: "eu-central, DE"),
        ]
        geography.links = [
            .init(from: "berlin", to: "virginia", bandwidth: ByteRate(bytesPerSecond: 125e6)),
            .init(from: "virginia", to: "berlin", bandwidth: ByteRate(bytesPerSecond: 60e6)),
            .init(from: "berlin", to: "potsdam", bandwidth: ByteRate(bytesPerSecond: 1.25e9)),
        ]
        geography.datasets = ["weights", "patients"]
        let now = Instant(desk.now)
        var replicas = [
            DeskReplica(dataset: "weights", site: "berlin", verdict: .held, asOf: now, lag: 0, bytes: 3 << 40),
            DeskReplica(
                dataset: "weights", site: "virginia", verdict: .stale, asOf: now - 90_000, lag: 90_000, rpo: 86_400,
                bytes: 2 << 40),
            DeskReplica(
                dataset: "patients", site: "potsdam", verdict: .held, asOf: now, lag: 60, rpo: 3600, bytes: 1 << 39),
            DeskReplica(
                dataset: "patients", site: "virginia", verdict: .forbidden, reason: "patients stay in the union"),
        ]
        replicas[0].isSource = true
        desk.set(replicas: replicas, geography: geography)
        for day in 0..<9 {
            let id = try #require(try desk.perform(.runNow(schedule: "nightly"), by: "test"))
            let bytes = UInt64(day + 1) << 30
            let noted = now.seconds - Int64(9 - day) * 86_400
            var change = CatalogChange(at: now)
            change.findings = [
                .init(
                    run: id,
                    snapshots: [
                        KnownSnapshot(
                            dataset: "weights", site: "virginia", id: String(repeating: "\(day)a", count: 32),
                            noted: noted, files: 4380, bytes: (20 << 30) + bytes, stored: bytes / 3, run: 0)
                    ],
                    ledger: [
                        LedgerEntry(
                            run: 0, id: id, job: JobSpecification(.replicate, dataset: "weights", site: "virginia"),
                            at: now,
                            expectedBytes: .init(p10: Double(bytes) / 2, p50: Double(bytes), p90: Double(bytes) * 2),
                            expectedSeconds: .init(p10: 10, p50: 20, p90: 40), bytes: bytes * UInt64(10 + day) / 12,
                            seconds: 25)
                    ])
            ]
            try desk.finish(id, day == 4 ? .failed("the link broke", canRetry: false) : .succeeded)
            try desk.catalog.commit(change)
            desk.advance(by: 60)
        }
        return try await WebSite(desk)
    }

    private func logIn(_ browser: Browser, _ site: WebSite) async throws {
        let base = site.base.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        try await browser.open(base + "/")
        #expect(try await browser.wait("location.pathname === '/login'"))
        try await browser.type(site.admin, into: "#token")
        try await browser.click("main button")
        #expect(try await browser.wait("location.pathname === '/' && document.querySelector('h1')"))
    }

    @Test("a run is started and stopped by clicks, and its progress moves while the page is open")
    func runs() async throws {
        let site = try await site()
        try await Browser.use { browser in
            try await logIn(browser, site)
            let base = site.base.replacingOccurrences(of: "127.0.0.1", with: "localhost")
            try await browser.open(base + "/schedules")
            try await browser.click("form[action='/schedules/weekly/run'] button")
            #expect(try await browser.wait("location.pathname.startsWith('/runs/weekly')"))
            let run = try #require(site.desk.state.runs.first)
            #expect(try await browser.wait("document.getElementById('live').textContent.startsWith('Live')"))
            var seen: [String] = []
            try site.desk.say(run.id, "attempt 1 begins")
            #expect(try await browser.wait("document.getElementById('log-lines').textContent.includes('attempt 1')"))
            for step in 1...3 {
                var progress = DeskProgress(phase: "transfer")
                (progress.logical, progress.totalLogical) = (UInt64(step) << 30, 4 << 30)
                (progress.wire, progress.wirePerSecond, progress.secondsLeft) = (
                    UInt64(step) << 29, 5e7, Double(90 - step)
                )
                site.desk.progress(run.id, progress)
                #expect(try await browser.wait("document.querySelector('progress').value === \(Double(step) / 4)"))
                seen.append(try await browser.text("[data-field=logical]"))
            }
            #expect(Set(seen).count == 3, "\(seen)")
            #expect(try await browser.text("[data-field=left]") == "1 min 27 s")
            #expect(try await browser.text("[data-field=phase]") == "transfer")
            try await browser.picture("run")
            try await browser.click("form[action$='/cancel'] button")
            #expect(
                try await site.wait { site.desk.state.runs.isEmpty || site.desk.state.runs[0].state == .stopping })
            try site.desk.finish(run.id, .stopped(checkpoint: nil))
            #expect(try await browser.wait("document.querySelector('[data-field=state]')?.textContent === 'stopped'"))
            #expect(try site.desk.run(run.id)?.state == .stopped)
            #expect(try await browser.text("#log-lines").contains("attempt 1 begins"))
            #expect(try await browser.complaints() == [])
        }
    }

    @Test(
        "all pages render without a complaint, in light and dark and on a phone", arguments: ["light", "dark", "phone"])
    func pages(_ kind: String) async throws {
        let site = try await site()
        try await Browser.use(width: kind == "phone" ? 390 : 1200, height: 1400, dark: kind == "dark") { browser in
            try await logIn(browser, site)
            let base = site.base.replacingOccurrences(of: "127.0.0.1", with: "localhost")
            for path in [
                "/", "/datasets", "/datasets/weights", "/runs", "/schedules", "/decisions", "/jobs", "/ledger",
                "/audit?verify=yes",
            ] {
                try await browser.open(base + path)
                #expect(try await browser.wait("document.readyState === 'complete' && document.querySelector('h1')"))
                if path == "/" { #expect(try await browser.wait("!document.querySelector('[data-load] > a')")) }
                let name =
                    path == "/"
                    ? "overview"
                    : path.dropFirst().split(separator: "?")[0].split(separator: "/").joined(separator: "-")
                try await browser.picture("\(kind)-\(name)")
                let width = try await browser.run("return document.documentElement.scrollWidth - innerWidth") as? Int
                #expect(width ?? 1 <= 0, "\(path) is wider than the window")
                #expect(try await browser.complaints() == [], "\(path)")
            }
        }
    }

    @Test("sliders ask for another decision, and the answer changes")
    func sliders() async throws {
        let site = try await site()
        try await Browser.use { browser in
            try await logIn(browser, site)
            let base = site.base.replacingOccurrences(of: "127.0.0.1", with: "localhost")
            try await browser.open(base + "/decisions")
            #expect(try await browser.wait("document.querySelector('#decision .sentence')"))
            let before = try await browser.text("#decision")
            _ = try await browser.run(
                "const s = document.getElementById('factor-size'); s.value = -0.7; s.dispatchEvent(new Event('input', {bubbles: true}));"
            )
            #expect(
                try await browser.wait("document.getElementById('decision').textContent !== \(Self.quoted(before))"))
            #expect(try await browser.text("[data-factor=size]") == "0.20 times")
            #expect(site.desk.decisions.last.map { abs($0.size - 0.2) < 0.001 } == true)
            #expect(try await browser.complaints() == [])
        }
    }

    private static func quoted(_ text: String) -> String {
        let data = try? JSONSerialization.data(withJSONObject: [text])
        return String(String(decoding: data ?? Data("[\"\"]".utf8), as: UTF8.self).dropFirst().dropLast())
    }
}
