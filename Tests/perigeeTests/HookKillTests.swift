import Foundation
import TestSupport
import Testing

/// The daemon is killed while hooks run, or right after: each has its effect once, or the run says that nobody knows.
@Suite("Hooks of a daemon that is killed")
struct HookKillTests {
    /// Goes on when the file `go` is there, or after a minute or more: nothing is left behind by a test.
    private static let pause = "for i in $(seq 1200); do [ -e go ] && break; sleep 0.05; done"

    private static func site(_ hooks: String, retry: Int = 3) throws -> ServingSite {
        try ServingSite(
            """
            schedules: [{ name: hand, snapshot: d0, to: lab, retry: { attempts: \(retry), base: 1s } }]
            hooks:
            \(hooks)
            """)
    }

    private func told(_ host: ServingSite) -> [String] {
        let text = (try? host.site.scratch.read("told")) ?? Data()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func lines(_ host: ServingSite, _ run: String) throws -> [String] {
        let lines = try host.run("runs", run).document["log"] as? [[String: Any]] ?? []
        return lines.compactMap { $0["text"] as? String }
    }

    /// Has a run begin, kills the daemon once `line` is told, and starts another one.
    private func interrupt(_ host: ServingSite, after line: String, _ meanwhile: () throws -> Void = {}) throws
        -> String
    {
        try host.start()
        let run = try #require(try host.run("schedule", "run", "hand").document["run"] as? String)
        try host.wait("\(line) is told") { told(host).contains(line) }
        host.kill()
        try meanwhile()
        try host.start()
        return run
    }

    @Test("go on without it before the work, and are waited for and not run again")
    func before() throws {
        let host = try Self.site(
            """
              - { before: "echo first >> told" }
              - { before: "echo begins >> told; \(Self.pause); echo ends >> told" }
              - { after: "echo after $PERIGEE_OUTCOME >> told" }
            """)
        let run = try interrupt(host, after: "begins")
        try host.wait("its successor waits") { try lines(host, run).contains { $0.contains("is waited for") } }
        try host.site.scratch.write("go", "")
        try host.settle()
        #expect(told(host) == ["first", "begins", "ends", "after done"])
        let log = try lines(host, run)
        #expect(log.count { $0.contains("has run already for this work, and is not run again") } == 2, "\(log)")
        #expect(log.contains { $0.hasPrefix("attempt 2 begins, and goes on") }, "\(log)")
        #expect(try host.runs().map { $0["state"] as? String } == ["succeeded"])
    }

    @Test("go on without it after the work, which is not done again either")
    func after() throws {
        let host = try Self.site("  - { after: \"echo begins >> told; \(Self.pause); echo ends >> told\" }")
        let run = try interrupt(host, after: "begins")
        try host.site.scratch.write("go", "")
        try host.settle()
        #expect(told(host) == ["begins", "ends"])
        #expect(try host.runs().map { $0["state"] as? String } == ["succeeded"])
        #expect(try host.snapshots("lab", "d0").count == 1)
        #expect(try lines(host, run).last == "ended: succeeded")
    }

    @Test("are told once of work that failed, which counts once")
    func failed() throws {
        let host = try Self.site(
            "  - { after: \"echo after $PERIGEE_OUTCOME >> told; \(Self.pause)\" }", retry: 1)
        try host.site.shell("rm -rf s0")
        let run = try interrupt(host, after: "after failed")
        try host.site.scratch.write("go", "")
        try host.settle()
        #expect(told(host) == ["after failed"])
        let log = try lines(host, run)
        #expect(try host.runs().map { $0["state"] as? String } == ["failed"], "\(log)")
    }

    @Test("that were ended with it run again, and the run says that it may be the second time")
    func unknown() throws {
        let host = try Self.site("  - { before: \"echo begins >> told; \(Self.pause); echo ends >> told\" }")
        let run = try interrupt(host, after: "begins") {
            let folder = try #require(
                try FileManager.default.contentsOfDirectory(atPath: host.site.path("state/attempts"))
                    .first { $0.hasSuffix(".hooks") })
            let note = try host.site.scratch.read("state/attempts/\(folder)/before-0.begun")
            let group = try #require(
                Int32(String(decoding: note, as: UTF8.self).split(separator: " ").first.map(String.init) ?? ""))
            kill(-group, SIGKILL)
            try host.site.scratch.write("go", "")
        }
        try host.settle()
        #expect(told(host) == ["begins", "begins", "ends"])
        let log = try lines(host, run)
        #expect(log.contains { $0.contains("perhaps a second time") }, "\(log)")
    }

    @Test("of attempts that are tried again run again, and the log says why, and what was moved")
    func again() throws {
        // Waits between tries may be none at all.
        let host = try Self.site(
            "  - { before: \"echo try >> told; echo said; [ -e go ]\", timeout: 60s }", retry: 100)
        try host.start()
        let run = try #require(try host.run("schedule", "run", "hand").document["run"] as? String)
        try host.wait("it has failed once") { try lines(host, run).contains { $0.hasPrefix("attempt 1 failed") } }
        try host.site.scratch.write("go", "")
        try host.settle()
        #expect(told(host).count >= 2)
        let log = try lines(host, run)
        #expect(log.first == "issued: somebody asks for it", "\(log)")
        for part in ["before: said", "failed: it ended with status 1", "files: 4 new", "ended: succeeded"] {
            #expect(log.contains { $0.contains(part) }, "\(part) is not in \(log)")
        }
        let text = try Program.run("runs", run, environment: ["PERIGEE_STATE": host.site.path("state")]).text
        #expect(text.contains("attempt 1 failed: the hook before it failed"), "\(text)")
    }
}
