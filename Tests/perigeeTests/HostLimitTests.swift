import Foundation
import TestSupport
import Testing

@Suite("Limits of the host")
struct HostLimitTests {
    @Test("hold the threads of a process that is told of them")
    func threads() throws {
        let outcome = try Program.run("doctor", environment: ["PERIGEE_THREADS": "1"])
        #expect(outcome.text.contains("1 usable"), "\(outcome.text)")
        // A run of one thread needs no more than 64 MiB with two.
        let small = try Program.run("doctor", environment: ["PERIGEE_MEMORY": "\(64 << 20)"])
        #expect(small.text.contains("1 usable"), "\(small.text)")
    }

    @Test("are divided among the runs of the daemon, which say what they have")
    func daemon() throws {
        let host = try ServingSite(
            """
            schedules: [{ name: hand, snapshot: d0, to: lab }]
            limits: { memory: 512MiB, threads: 5 }
            """)
        try host.start()
        let run = try #require(try host.run("schedule", "run", "hand").document["run"] as? String)
        try host.settle()
        let report = try host.run("runs", run)
        let log = (report.document["log"] as? [[String: Any]] ?? []).compactMap { $0["text"] as? String }
        #expect(log.contains { $0.hasSuffix("with at most 1 thread, and 128.0 MiB of memory") }, "\(log)")
        #expect((report.document["run"] as? [String: Any])?["state"] as? String == "succeeded", "\(report.text)")
    }

    @Test("end work that needs more memory, where it can be gone on with, and say what to do")
    func memory() throws {
        let host = try ServingSite()
        // Its standard input is held open, as the daemon does.
        let outcome = try host.site.shell(
            """
            mkfifo held; exec 9<>held
            PERIGEE_MEMORY=1000000 PERIGEE_PASSPHRASE='of all vaults' "$P" attempt --lock lock --result result -- \\
                snapshot s0 "vault:$PWD/lab#d0" --json <&9
            """)
        #expect(outcome.status == 1, "\(outcome.text) \(outcome.errors)")
        let result = String(decoding: try host.site.scratch.read("result"), as: UTF8.self)
        #expect(
            result.hasPrefix("1\n") && result.contains("\"limit\"") && result.contains("limits.memory"), "\(result)")
    }

    @Test("are refused where they contradict each other, with the place")
    func contradiction() throws {
        let host = try ServingSite("limits: { memory: 128MiB, transfers: 3 }")
        let report = try host.run("config", "check")
        #expect(report.status == 2, "\(report.text)")
        #expect(report.text.contains("less than 64.0 MiB of memory each"), "\(report.text)")
    }
}
