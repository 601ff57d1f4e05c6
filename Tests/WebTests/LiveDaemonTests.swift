import Foundation
import TestSupport
import Testing

/// What a new user sees in the browser of a night: the built program, a real browser, and nothing in between.
@Suite("A night in a browser", .serialized, .enabled(if: Browser.isThere, "needs chromium and chromedriver"))
struct LiveDaemonTests {
    private func logIn(_ browser: Browser, _ daemon: LiveDaemon) async throws {
        try await browser.open(daemon.base + "/")
        #expect(try await browser.wait("location.pathname === '/login'"))
        try await browser.type(daemon.secret, into: "#token")
        try await browser.click("main button")
        #expect(try await browser.wait("location.pathname === '/' && document.querySelector('h1')"))
    }

    @Test("a run is started by a click, watched to its end and read about; the next night's is there in the morning")
    func night() async throws {
        let daemon = try await LiveDaemon(at: "2027-01-01T12:00:00Z", bytes: 6_000_000, rate: "600KB/s")
        try await Browser.use { browser in
            try await logIn(browser, daemon)
            #expect(try await browser.text("#part-glance").contains("nightly"))
            try await browser.open(daemon.base + "/schedules")
            try await browser.click("form[action='/schedules/nightly/run'] button")
            #expect(try await browser.wait("location.pathname.startsWith('/runs/nightly')"))
            #expect(try await browser.wait("document.getElementById('live').textContent.startsWith('Live')"))
            // It moves, without being asked for: the page is never opened again.
            _ = try await browser.run("window.seen = new Set(); return 0")
            #expect(
                try await browser.wait(
                    """
                    (field => (field && window.seen.add(field.textContent), !field || window.seen.size > 2))
                    (document.querySelector('[data-field=wire]'))
                    """))
            #expect(
                try await browser.run("return window.seen.size > 2") as? Bool == true, "figures moved while it worked")
            let log = try await browser.text("#log-lines")
            #expect(log.contains("issued") && log.contains("attempt 1 begins"), "\(log)")
            try await browser.picture("live-run")
            #expect(try await browser.wait("document.querySelector('[data-field=state]').textContent === 'succeeded'"))
            #expect(
                try await browser.wait("document.getElementById('log-lines').textContent.includes('crossed')"))
            #expect(try await browser.wait("document.getElementById('report')"))

            try daemon.change()
            try daemon.set("2027-01-01T21:00:01Z")
            try await browser.open(daemon.base + "/runs?state=succeeded")
            #expect(
                try await browser.wait(
                    "document.getElementById('part-runs').textContent.includes('nightly@2027-01-01T21:00:00Z')"))
            try daemon.set("2027-01-02T06:00:00Z")
            // A login lasts twelve hours, by the clock of the daemon.
            try await logIn(browser, daemon)
            #expect(try await browser.wait("/in 1[45] h/.test(document.getElementById('part-glance').textContent)"))
            try await browser.open(daemon.base + "/runs/nightly%402027-01-01T21:00:00Z")
            #expect(try await browser.text("#part-run").contains("succeeded"))
            #expect(try await browser.text("#report").contains("Report"))
            try await browser.picture("live-morning")
            #expect(try await browser.complaints() == [])
        }
    }
}
