import Foundation
import TestSupport
import Testing

/// What a new user does: two folders, one file, one daemon, one night; and the next morning what there is to see.
///
/// The time of day is moved by libfaketime, which the daemon's work inherits; Prometheus keeps its own.
@Suite("A night of a new user")
struct MorningTests {
    private static let alerts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Config/monitoring/alerts.yaml").path

    private let host: ServingSite
    private let port: UInt16

    init() throws {
        host = try ServingSite()
        port = LocalPort.free(count: 2)
        try host.site.shell("mkdir -p work shelf; echo one > work/one; echo two > work/two")
        try host.site.scratch.write(
            "perigee.yaml",
            """
            version: 1
            here: desk
            sites: { desk: {}, shelf: {} }
            datasets:
              work: { source: desk, replicas: { desk: \(host.site.path("work")), shelf: \(host.site.path("shelf")) } }
            schedules:
              - name: nightly
                replicate: work
                to: shelf
                at: nightly between 22:00 and 05:00
                zone: Europe/Berlin
            notifications:
              - { name: me, events: [done, partial, failed, late], mail: me@example.org, command: "cat >> mail" }
            serve: { api: { listen: "127.0.0.1:\(port)" } }

            """)
    }

    /// Sets the clocks of whoever has libfaketime loaded.
    private func set(_ instant: String) throws {
        let wanted = try #require(ISO8601DateFormatter().date(from: instant))
        let offset = Int(wanted.timeIntervalSinceNow.rounded())
        // As a whole: it is read at any time.
        try Data("\(offset < 0 ? "" : "+")\(offset)\n".utf8)
            .write(to: host.site.scratch.url.appendingPathComponent("clock"), options: .atomic)
    }

    private func ask(_ port: UInt16, _ path: String) -> [String: Any]? {
        let line = "import sys,urllib.request as r; sys.stdout.write(r.urlopen(sys.argv[1],timeout=20).read().decode())"
        let address = "http://127.0.0.1:\(port)/api/v1/\(path)"
        let answer = try? host.site.shell("python3 -c '\(line)' '\(address)'")
        let document = answer.flatMap { try? JSONSerialization.jsonObject(with: $0.output) as? [String: Any] }
        return document?["data"] as? [String: Any]
    }

    @Test("ends with the work done, a mail of it, and metrics in Prometheus that raise no alarm")
    func morning() throws {
        let found = try host.site.shell("ls /usr/lib/*/faketime/libfaketimeMT.so.1")
        let library = try #require(found.text.split(separator: "\n").first.map(String.init), "libfaketime is there")
        try set("2027-01-01T20:30:00Z")
        try host.start(with: [
            "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": host.site.path("clock"), "FAKETIME_NO_CACHE": "1",
        ])
        let evening = try host.run("status")
        let next = (evening.document["schedules"] as? [[String: Any]])?.first?["next"] as? String
        #expect(next == "2027-01-01T21:00:00Z", "\(evening.text)")
        let prometheus = try self.prometheus()
        defer { withExtendedLifetime(prometheus) {} }

        try set("2027-01-01T21:00:01Z")
        let run = "nightly@2027-01-01T21:00:00Z"
        try host.wait("the night's run is done") { try host.runs().first?["state"] as? String == "succeeded" }
        try set("2027-01-02T06:00:00Z")
        try host.wait("it is morning") {
            let rows = try host.run("status").document["schedules"] as? [[String: Any]]
            return rows?.first?["next"] as? String == "2027-01-02T21:00:00Z"
        }

        let same = try host.site.shell("diff -r work shelf")
        #expect(same.status == 0, "\(same.text)")
        let status = try Program.run("status", environment: ["PERIGEE_STATE": host.site.path("state")])
        #expect(status.status == 0 && status.text.contains("1 succeeded   0 failed"), "\(status.text) \(status.errors)")
        let runs = try Program.run("runs", environment: ["PERIGEE_STATE": host.site.path("state")])
        #expect(runs.text.contains(run) && runs.text.contains("replicate work to shelf"), "\(runs.text)")
        try host.wait("a mail has come") { (try? host.site.scratch.read("mail"))?.isEmpty == false }
        let mail = String(decoding: try host.site.scratch.read("mail"), as: UTF8.self)
        #expect(mail.contains("To: me@example.org\nSubject: perigee done: \(run)\n"), "\(mail)")
        try watch(port + 1)
        #expect(try host.stop() == 0)
    }

    /// A Prometheus that asks the daemon each second, with the alerts that the project has; it ends with the test.
    private func prometheus() throws -> ChildProcess {
        try host.site.scratch.write(
            "prometheus.yml",
            """
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["\(Self.alerts)"]
            scrape_configs:
              - { job_name: perigee, static_configs: [{ targets: ["127.0.0.1:\(port)"] }] }

            """)
        return try ChildProcess(
            "/usr/bin/timeout",
            [
                "--foreground", "-s", "KILL", "150", "prometheus", "--config.file=\(host.site.path("prometheus.yml"))",
                "--storage.tsdb.path=\(host.site.path("series"))", "--web.listen-address=127.0.0.1:\(port + 1)",
            ], in: host.site.scratch.path, output: host.site.path("prometheus.log"),
            errors: host.site.path("prometheus.log"))
    }

    /// Waits until Prometheus has seen the night, and has looked whether there is cause for alarm.
    private func watch(_ port: UInt16) throws {
        try host.wait("Prometheus has counted the run") {
            let found = ask(port, "query?query=perigee_runs_ended_total%7Boutcome=%22succeeded%22%7D")
            let rows = found?["result"] as? [[String: Any]]
            return (rows?.first?["value"] as? [Any])?.last as? String == "1"
        }
        let written = try String(contentsOfFile: Self.alerts, encoding: .utf8).components(separatedBy: "- alert:").count
        try host.wait("all alerts were looked at") {
            let groups = ask(port, "rules")?["groups"] as? [[String: Any]] ?? []
            let rules = groups.flatMap { $0["rules"] as? [[String: Any]] ?? [] }
            return rules.count == written - 1 && rules.allSatisfy { $0["health"] as? String == "ok" }
        }
        let targets = ask(port, "targets")?["activeTargets"] as? [[String: Any]]
        #expect(targets?.map { $0["health"] as? String } == ["up"])
        #expect((ask(port, "alerts")?["alerts"] as? [Any])?.isEmpty == true)
    }
}
