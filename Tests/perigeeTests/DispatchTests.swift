import Foundation
import TestSupport
import Testing

/// Work that is sent to where it was decided, by the built program.
@Suite("Executing decisions")
struct DispatchTests {
    private func job(_ document: [String: Any]) throws -> [String: Any] {
        try #require(DispatchSite.jobs(document).first)
    }

    private func number(_ job: [String: Any], _ path: String...) -> Double? {
        var value: Any? = job
        for name in path {
            if let list = value as? [Any] { value = list.first }
            value = (value as? [String: Any])?[name]
        }
        return (value as? NSNumber)?.doubleValue
    }

    @Test("brings what is missing, runs, brings back, and records all beside what was expected")
    func whole() throws {
        let site = try DispatchSite()
        let plan = try site.document("place", "s.yaml", "--execute", "--dry-run")
        #expect(plan["dry_run"] as? Bool == true)
        #expect((plan["submissions"] as? [String])?.first?.contains("PERIGEE_INPUT_CORPUS") == true)
        #expect(!FileManager.default.fileExists(atPath: site.scratch.path("b/corpus/f2")))
        #expect(DispatchSite.jobs(try site.document("jobs")).isEmpty)

        let document = try site.document("place", "s.yaml", "--execute")
        let job = try job(document)
        #expect(job["state"] as? String == "done" && job["site"] as? String == "b")
        #expect(job["way"] as? String == "stage and keep")
        let sum = String(decoding: try site.scratch.read("a/sum/bytes"), as: UTF8.self)
        #expect(sum.filter(\.isNumber) == "200000")
        #expect(try site.scratch.read("b/corpus/f3") == site.scratch.read("a/corpus/f3"))
        // Only the half that was missing, and not much besides.
        #expect(number(job, "stages", "expected", "bytes") == 100_000)
        let moved = try #require(number(job, "stages", "actual", "bytes"))
        #expect(moved >= 100_000 && moved < 105_000, "\(moved)")
        #expect(job["exit_code"] as? Int == 0)
        #expect((job["actual"] as? [String: Any])?["money"] is String)

        let id = try #require(job["id"] as? String)
        #expect(try self.job(site.document("jobs", id))["state"] as? String == "done")
        #expect(try site.document("jobs", "log", id)["text"] as? String == "counted\n")
        #expect(try site.run("jobs", "log", id).text == "counted\n")
        #expect(DispatchSite.jobs(try site.document("jobs", "list", "--open")).isEmpty)
        let text = try site.run("jobs", id).text
        for part in ["job  \(id)", "stage and keep", "returns", "money"] { #expect(text.contains(part), "\(text)") }
    }

    @Test("refuses with status 3 what no policy allows, and begins nothing")
    func policy() throws {
        let site = try DispatchSite()
        try site.write(more: "rules: [{id: stays, classes: some, verbs: process, deny: country = US}]")
        let outcome = try site.run("place", "s.yaml", "--execute")
        #expect(outcome.status == 3 && outcome.errors.contains("stays"), "\(outcome.errors)")
        #expect(DispatchSite.jobs(try site.document("jobs")).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: site.scratch.path("b/corpus/f2")))
    }

    @Test("ends with status 1 where a job fails, says why, and keeps what it wrote")
    func failure() throws {
        let site = try DispatchSite()
        try site.write(run: "{command: [sh, -c, \"echo broken >&2; exit 9\"]}")
        let job = try job(site.document("place", "s.yaml", "--execute", status: 1))
        #expect(job["state"] as? String == "failed" && job["exit_code"] as? Int == 9)
        #expect(job["reason"] as? String == "its command ended with status 9")
        let id = try #require(job["id"] as? String)
        #expect(try site.document("jobs", "log", id)["text"] as? String == "broken\n")
        // What failed is over: the same begun again is another job.
        let other = try self.job(site.document("place", "s.yaml", "--execute", status: 1))
        #expect(other["id"] as? String != id)
    }

    @Test("goes on where it was killed, and begins nothing twice", arguments: 0..<6)
    func killed(round: Int) throws {
        let site = try DispatchSite()
        let begun = site.scratch.path("begun")
        try site.write(
            run: "{shell: \"echo $PERIGEE_JOB >> '\(begun)'; sleep 0.4; echo 1 > \\\"$PERIGEE_OUTPUT_SUM\\\"/bytes\"}")
        var seed = Seed(UInt64(round) + 11)
        let delay = Double(round) * 0.08 + Double.random(in: 0..<0.08, using: &seed)
        let killed = try Program.shell(
            "timeout -s KILL \(delay + 0.02) \"$P\" place s.yaml --execute --quiet; true",
            environment: ["PERIGEE_STATE": site.scratch.path("state")], in: site.scratch)
        #expect(killed.status == 0)
        // By whoever comes next: the same command, or one that follows what is there.
        let open = DispatchSite.jobs(try site.document("jobs", "--open"))
        if round.isMultiple(of: 2) || open.isEmpty {
            _ = try site.document("place", "s.yaml", "--execute")
        } else {
            _ = try site.document("jobs", "wait", "--timeout", "1m")
        }
        let jobs = DispatchSite.jobs(try site.document("jobs"))
        let ids = jobs.compactMap { $0["id"] as? String }
        #expect(jobs.allSatisfy { $0["state"] as? String == "done" }, "\(jobs)")
        let lines = String(decoding: try site.scratch.read("begun"), as: UTF8.self).split(separator: "\n").map(
            String.init)
        #expect(lines.sorted() == ids.sorted(), "round \(round)")
        #expect(FileManager.default.fileExists(atPath: site.scratch.path("a/sum/bytes")))
    }

    @Test("tells of jobs whose stored times are none")
    func times() throws {
        let site = try DispatchSite()
        let id = try #require(job(site.document("place", "s.yaml", "--execute"))["id"] as? String)
        let file = "state/jobs/\(id.prefix { $0 != "-" })/1.json"
        var kept = try #require(JSONSerialization.jsonObject(with: Data(site.scratch.read(file))) as? [String: Any])
        var times = try #require(kept["times"] as? [String: Any])
        (times["began"], times["ended"]) = (-1e300, 1e300)
        kept["times"] = times
        try site.scratch.write(file, JSONSerialization.data(withJSONObject: kept))
        let told = try #require(job(site.document("jobs", id))["times"] as? [String: Any])
        #expect(told["began"] as? String == "1970-01-01T00:00:00Z" && told["ended"] is String, "\(told)")
        #expect(try site.run("jobs", id).status == 0 && site.run("jobs").status == 0)
    }

    @Test("hands over and leaves; what runs is followed later, or cancelled")
    func detached() throws {
        let site = try DispatchSite()
        try site.write(run: "{shell: \"sleep 100\", timeout: 100s}")
        let job = try job(site.document("place", "s.yaml", "--execute", "--detach"))
        let id = try #require(job["id"] as? String)
        #expect(["submitted", "running"].contains(job["state"] as? String ?? ""))
        // The same is not begun again while it runs.
        #expect(try self.job(site.document("place", "s.yaml", "--execute", "--detach"))["id"] as? String == id)
        let late = try site.run("jobs", "wait", id, "--timeout", "1s", "--quiet")
        #expect(late.status == 1 && late.errors.contains("they go on"), "\(late.errors)")
        let after = try self.job(site.document("jobs", "cancel", id))
        #expect(after["state"] as? String == "cancelled" && after["reason"] as? String == "somebody cancelled it")
        #expect(try self.job(site.document("jobs", "cancel", id))["state"] as? String == "cancelled")
    }

    @Test("runs on another host through ssh, with what is missing brought there and results brought back")
    func secureShell() throws {
        guard SecureHost.isInstalled else { return print("there is no ssh server: skipped") }
        let host = try SecureHost()
        let site = try DispatchSite(
            environment: ["PERIGEE_SSH": host.command])
        let user = NSUserName()
        let folder = site.scratch.path("jobs there")
        try site.write(
            executor: "{kind: ssh, host: \(user)@127.0.0.1, port: \(host.port), folder: \"\(folder)\"}",
            corpusAtB: "ssh://\(user)@127.0.0.1:\(host.port)\(site.scratch.path("b/corpus"))")
        let outcome = try Program.run(
            ["place", "s.yaml", "--execute", "--json", "--quiet", "--remote-perigee", Program.path],
            environment: ["PERIGEE_STATE": site.scratch.path("state"), "PERIGEE_SSH": host.command], in: site.scratch)
        #expect(outcome.status == 0, "\(outcome.text.suffix(1500)) \(outcome.errors)")
        let job = try job(outcome.document())
        #expect(job["state"] as? String == "done" && job["executor"] as? String == "ssh")
        #expect((job["folder"] as? String)?.hasPrefix(folder) == true)
        // Each move is told what crossed for it alone.
        let (brought, returned) = (number(job, "stages", "actual", "bytes"), number(job, "returns", "actual", "bytes"))
        #expect(try #require(brought) > 100_000 && #require(returned) < 20_000, "\(job)")
        #expect(String(decoding: try site.scratch.read("a/sum/bytes"), as: UTF8.self).filter(\.isNumber) == "200000")
        #expect(try site.scratch.read("b/corpus/f3") == site.scratch.read("a/corpus/f3"))
    }

    @Test("brings a dataset by names of the configuration, as replicate does")
    func configured() throws {
        let site = try DispatchSite()
        try site.scratch.write(
            "perigee.yaml",
            """
            version: 1
            here: a
            sites: {a: {}, b: {}}
            datasets:
              corpus:
                exclude: ["f3"]
                replicas: {a: \(site.scratch.path("a/corpus")), b: \(site.scratch.path("b/corpus"))}

            """)
        let text = String(decoding: try site.scratch.read("s.yaml"), as: UTF8.self)
        let lines = text.split(separator: "\n").filter { !$0.contains("/b/corpus") }
        try site.scratch.write("s.yaml", lines.joined(separator: "\n") + "\n")
        let job = try job(site.document("place", "s.yaml", "--execute"))
        #expect(job["state"] as? String == "done")
        // What does not belong to the dataset is not brought.
        #expect(String(decoding: try site.scratch.read("a/sum/bytes"), as: UTF8.self).filter(\.isNumber) == "150000")
        #expect(!FileManager.default.fileExists(atPath: site.scratch.path("b/corpus/f3")))
    }

    @Test("tells what is wrong with its command line and its jobs")
    func usage() throws {
        let site = try DispatchSite()
        for arguments in [
            ["place", "s.yaml", "--dry-run"], ["place", "s.yaml", "--detach"],
            ["place", "s.yaml", "--locality", "--execute"],
            ["jobs", "../../etc/passwd"], ["jobs", "log"], ["jobs", "wait", "--timeout", "soon"], ["jobs", "cancel"],
        ] {
            let outcome = try Program.run(
                arguments, environment: ["PERIGEE_STATE": site.scratch.path("state")], in: site.scratch)
            #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
        }
        #expect(try site.run("jobs", "kaaaaaaaaa-1").status == 1)
        try site.write(executor: "{kind: slurm, host: nobody@127.0.0.1, port: 1, folder: /nowhere}")
        try site.scratch.write(
            "s2.yaml",
            String(decoding: try site.scratch.read("s.yaml"), as: UTF8.self)
                .replacingOccurrences(of: "run:", with: "note:"))
        let silent = try site.run("place", "s2.yaml", "--execute")
        #expect(silent.status == 2 && silent.errors.contains("says nothing to run"), "\(silent.errors)")
    }
}
