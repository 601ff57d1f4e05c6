import Foundation
import Testing

@Suite("perigee doctor")
struct DoctorTests {
    @Test("finds this machine healthy, and says what it has")
    func healthy() throws {
        let state = try Scratch()
        let outcome = try Program.run("doctor", state.path, "--json", "--state", state.path("a/b/state"))
        #expect(outcome.status == 0, "\(outcome.text)")
        let document = try outcome.document()
        #expect(document["healthy"] as? Bool == true)
        let findings = try #require(document["findings"] as? [[String: Any]])
        let subjects = findings.compactMap { $0["subject"] as? String }
        for subject in ["kernels", "cipher", "libraries", "open files", "memory", "clock", "state", "folder"] {
            #expect(subjects.contains(subject), "\(subject)")
        }
        let details = findings.compactMap { $0["detail"] as? String }.joined()
        for word in ["portable", "zstd", "lz4", "openssl"] { #expect(details.contains(word), "\(word)") }
        #expect(FileManager.default.fileExists(atPath: state.path("a/b/state")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: state.path("a/b/state")).isEmpty)
    }

    private func findings(_ report: FaultSite.Report, _ subject: String) -> [[String: Any]] {
        (report.document["findings"] as? [[String: Any]] ?? []).filter { $0["subject"] as? String == subject }
    }

    @Test("says whether other hosts answer, and each site of a configuration that was named")
    func reach() throws {
        let site = try NamedSite()
        let there = ["--ssh", site.site.path("connect"), "--remote-perigee", Program.path]
        let host = try site.run(["doctor", "me@there:", "me@there:/tmp"] + there)
        #expect(host.status == 0, "\(host.text)")
        #expect(findings(host, "host").compactMap { $0["verdict"] as? String } == ["good", "good"])
        #expect(findings(host, "site").isEmpty)
        #expect(findings(host, "sites").count == 1, "one in the working folder is not read unasked")

        #expect(try site.run("init", "far:").status == 0)
        let sites = try site.run("doctor", "--config", site.site.path("perigee.yaml"))
        #expect(sites.status == 0, "\(sites.text)")
        let seen = findings(sites, "site").map { ($0["detail"] as? String ?? "", $0["verdict"] as? String ?? "") }
        #expect(seen.count == 3, "\(sites.text)")
        #expect(seen.contains { $0.hasPrefix("far, ") && $0.contains("perigee ") && $1 == "good" }, "\(seen)")
        #expect(seen.contains { $0.hasPrefix("lab: there is no vault here") && $1 == "fair" }, "\(seen)")

        try site.site.shell("echo 'exit 255' > connect")
        let gone = try site.run("doctor", "--config", site.site.path("perigee.yaml"))
        #expect(gone.status == 1)
        #expect(findings(gone, "site").contains { $0["verdict"] as? String == "bad" && $0["remedy"] is String })
        #expect(try site.run("doctor", "me@there:", "--ssh", "false").status == 1)
    }

    @Test("ends with status 1 where the state folder cannot be written, and says what to do")
    func unwritable() throws {
        let outcome = try Program.run("doctor", "--state", "/proc/self/nothing")
        #expect(outcome.status == 1)
        #expect(outcome.text.contains("BAD"))
    }
}
