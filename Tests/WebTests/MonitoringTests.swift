import Foundation
import Metering
import Model
import TestSupport
import Testing
import Web

/// What is measured can be watched by what comes with the program.
@Suite("Monitoring")
struct MonitoringTests {
    private static let promtool = "/usr/bin/promtool"
    private static var hasPromtool: Bool { FileManager.default.isExecutableFile(atPath: promtool) }
    private static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func check(_ words: [String], input: Data? = nil) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments = ["30", Self.promtool, "check"] + words
        let (pipe, feed) = (Pipe(), Pipe())
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = feed
        try process.run()
        if let input { try feed.fileHandleForWriting.write(contentsOf: input) }
        try feed.fileHandleForWriting.close()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    @Test("promtool has nothing to say of the metrics", .enabled(if: hasPromtool, "needs promtool"))
    func metrics() async throws {
        let desk = try CatalogDesk()
        desk.set(
            replicas: [
                DeskReplica(dataset: "we\"ig\\hts", site: "ber\nlin", verdict: .stale, lag: 5, rpo: 3, bytes: 7),
                DeskReplica(dataset: "a", site: "b", verdict: .held),
            ], geography: DeskGeography())
        let site = try await WebSite(desk)
        for path in ["/", "/v1/runs", "/v1/none"] { _ = try await site.get(path) }
        let metrics = try await site.ask("GET", "/metrics")
        #expect(metrics.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        let (status, text) = try check(["metrics"], input: metrics.body)
        #expect(status == 0 && text.isEmpty, "\(text)\n\(metrics.text)")
    }

    @Test("promtool has nothing to say of the alerts", .enabled(if: hasPromtool, "needs promtool"))
    func alerts() throws {
        let (status, text) = try check(["rules", Self.top.appendingPathComponent("Config/monitoring/alerts.yaml").path])
        #expect(status == 0, "\(text)")
    }

    @Test("alerts and dashboard speak of metrics that there are")
    func names() async throws {
        let known = Set(DaemonMeters.descriptions.map(\.name))
        let site = try await WebSite()
        let written = try await site.ask("GET", "/metrics").text
        for file in ["alerts.yaml", "grafana.json"] {
            let path = Self.top.appendingPathComponent("Config/monitoring/\(file)")
            let text = try String(contentsOf: path, encoding: .utf8)
            let names = text.matches(of: /perigee_[a-z_]+/).map { String($0.0) }
            #expect(!names.isEmpty)
            for name in Set(names) {
                let base = name.hasSuffix("_bucket") ? String(name.dropLast(7)) : name
                #expect(known.contains(base), "\(file): \(name)")
            }
        }
        for name in known where !name.contains("replica_") && !name.contains("http_") {
            #expect(written.contains("# TYPE \(name) "), "\(name)")
        }
    }
}
