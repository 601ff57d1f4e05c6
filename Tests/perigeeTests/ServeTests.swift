import Foundation
import TestSupport
import Testing

@Suite("The daemon")
struct ServeTests {
    @Test("has done what rules want and what schedules say, and tells of it")
    func usual() throws {
        let host = try ServingSite(
            """
            schedules:
              - { name: nightly, replicate: d0, to: lab, at: "0 2 * * *", zone: Europe/Berlin }
              - { name: check, verify: d0, in: lab, needs: [nightly] }
            replication:
              - { name: twice, dataset: d0, copies: 2, rpo: 1d, site_expression: "country = DE" }
            hooks:
              - { before: "echo before $PERIGEE_SCHEDULE $PERIGEE_ATTEMPT >> hooks", schedules: [nightly] }
              - { after: "echo after $PERIGEE_SCHEDULE $PERIGEE_OUTCOME >> hooks", schedules: [nightly] }
            notifications:
              - { name: diary, events: [done], mail: somebody@example.org, command: "cat >> mail" }
            """)
        let away = try host.run("status")
        #expect(away.status == 1 && away.code == "not_found", "\(away.text)")
        #expect(try host.run("schedule", "list").document["is_served"] as? Bool == false)
        try host.start()
        try host.settle()
        #expect(try host.snapshots("lab", "d0").count == 1)
        let first = try #require(try host.runs().last)
        #expect(first["schedule"] as? String == "twice:lab" && first["state"] as? String == "succeeded")

        try host.site.scratch.write("s0/new", "new")
        let asked = try host.run("schedule", "run", "nightly")
        let name = try #require(asked.document["run"] as? String, "\(asked.text)")
        try host.settle()
        let run = try host.run("runs", name)
        #expect((run.document["run"] as? [String: Any])?["state"] as? String == "succeeded", "\(run.text)")
        #expect((run.document["report"] as? [String: Any])?["verb"] as? String == "replicate")
        let checks = try host.runs("--schedule", "check")
        #expect(checks.map { $0["state"] as? String } == ["succeeded"])
        #expect(try host.snapshots("lab", "d0").count == 2)
        #expect(
            String(decoding: try host.site.scratch.read("hooks"), as: UTF8.self)
                == "before nightly 1\nafter nightly done\n")

        let status = try host.run("status")
        #expect(status.status == 0, "\(status.text)")
        let copies = try #require(status.document["replicas"] as? [[String: Any]])
        #expect(copies.map { "\($0["site"] ?? "") \($0["verdict"] ?? "")" } == ["desk held", "lab held"])
        #expect(try host.stop() == 0)
        let mail = String(decoding: try host.site.scratch.read("mail"), as: UTF8.self)
        #expect(mail.contains("To: somebody@example.org\nSubject: perigee done: \(name)\n"), "\(mail)")
        let audit = try host.run("audit", "verify")
        #expect(audit.document["is_sound"] as? Bool == true, "\(audit.text)")
        let copied = FileManager.default.fileExists(atPath: host.site.path("state/catalog.sqlite.backup"))
        #expect(copied, "the catalog is copied each day, the first time at once")
        let entries = try #require(try host.run("audit", "list").document["entries"] as? [[String: Any]])
        #expect(entries.map { $0["action"] as? String } == ["daemon.stop", "run.now", "run.now", "daemon.start"])
    }

    @Test("prints documents as their schemas say")
    func schemas() throws {
        let host = try ServingSite(
            """
            schedules:
              - { name: hand, snapshot: d0, to: lab }
              - { name: nightly, replicate: d0, to: cellar, at: "every 6h" }
            replication:
              - { dataset: d0, copies: 3, rpo: 1d }
            """)
        try host.start()
        let run = try #require(try host.run("schedule", "run", "hand").document["run"] as? String)
        try host.settle()
        for words in [
            ["status"], ["runs"], ["runs", run], ["runs", "-n", "1"], ["schedule", "list"],
            ["schedule", "plan"], ["schedule", "next"], ["schedule", "next", "-n", "3"], ["schedule", "pause", "hand"],
            ["schedule", "resume", "hand"], ["audit", "list"], ["audit", "verify"],
        ] {
            let report = try host.run(words)
            let name = try #require(report.document["schema"] as? String, "\(words): \(report.text)")
            let file = name.dropFirst("perigee.".count).dropLast("/1".count) + ".schema.json"
            let schema = try SchemaCheck(String(file))
            #expect(schema.faults(report.document) == [], "\(words)")
            #expect(schema.unknownMembers(of: report.document) == [], "\(words)")
        }
        for words in [
            ["schedule", "run", "handd"], ["runs", "hand@2020-01-01T00:00:00Z"], ["runs", "hand"],
            ["runs", "hand@2020-01-01T00:00:00Z", "--cancel"], ["runs", "--state-of", "dead"],
        ] {
            let report = try host.run(words)
            #expect(report.status != 0 && report.document["remedy"] is String, "\(words): \(report.text)")
        }
    }

    @Test("reads its configuration again at a hangup, keeps a sound one, and drops no work")
    func reload() throws {
        let slow = "hooks: [{ before: \"touch begun; while [ ! -e go ]; do sleep 0.05; done\" }]"
        let hand = "schedules: [{ name: hand, snapshot: d0, to: lab }, { name: other, snapshot: d0, to: cellar }]"
        let host = try ServingSite("\(hand)\n\(slow)")
        try host.start()
        let run = try #require(try host.run("schedule", "run", "hand").document["run"] as? String)
        try host.wait("the run has begun") { FileManager.default.fileExists(atPath: host.site.path("begun")) }

        try host.write("schedules: [{ name: hand, snapshot: nothing, to: lab }]")
        kill(try #require(host.daemon), SIGHUP)
        try host.wait("the fault is told") { try host.run("status").document["configuration_fault"] is String }
        #expect(try host.run("status").status == 1)

        try host.write("\(hand.replacingOccurrences(of: "other", with: "another"))\n\(slow)")
        kill(try #require(host.daemon), SIGHUP)
        try host.wait("the new schedule is there") {
            let rows = try host.run("schedule", "list").document["schedules"] as? [[String: Any]] ?? []
            return rows.map { $0["name"] as? String } == ["another", "hand"]
        }
        #expect(try host.run("status").document["configuration_fault"] == nil)
        let open = try #require(try host.run("status").document["runs"] as? [[String: Any]])
        #expect(open.map { $0["run"] as? String } == [run] && open.first?["attempts"] as? Int == 1)
        try host.site.scratch.write("go", "")
        try host.settle()
        #expect(try host.runs().map { $0["state"] as? String } == ["succeeded"])
    }

    @Test("stops what works when it is asked to, and goes on with it when it is started again")
    func stop() throws {
        let host = try ServingSite(
            """
            schedules: [{ name: hand, snapshot: d0, to: lab }]
            hooks: [{ before: "touch begun; while [ ! -e go ]; do sleep 0.05; done" }]
            """)
        try host.start()
        #expect(try host.run("schedule", "run", "hand").status == 0)
        try host.wait("the run has begun") { FileManager.default.fileExists(atPath: host.site.path("begun")) }
        let second = try host.run("serve")
        #expect(second.status == 1 && second.code == "busy", "\(second.text)")
        #expect(try host.stop() == 0)
        #expect(try host.runs().map { $0["state"] as? String } == ["running"])
        try host.site.scratch.write("go", "")
        try host.start()
        try host.settle()
        #expect(try host.runs().map { $0["state"] as? String } == ["succeeded"])
        #expect(try host.snapshots("lab", "d0").count == 1)
    }

    @Test("ends a run that is cancelled, and its hook with it")
    func cancel() throws {
        let host = try ServingSite(
            """
            schedules: [{ name: hand, snapshot: d0, to: lab }]
            hooks: [{ before: "touch begun; sleep 100" }]
            """)
        try host.start()
        let run = try #require(try host.run("schedule", "run", "hand").document["run"] as? String)
        try host.wait("the run has begun") { FileManager.default.fileExists(atPath: host.site.path("begun")) }
        #expect(try host.run("runs", run, "--cancel").status == 0)
        try host.settle()
        let row = try #require(try host.runs().first)
        #expect(row["state"] as? String == "stopped" && row["reason"] as? String == "it was cancelled")
        let again = try host.run("runs", run, "--cancel")
        #expect(again.code == "conflict", "\(again.text)")
    }

    @Test("refuses where a policy forbids it, and tries a failed run as often as it may")
    func refusals() throws {
        let host = try ServingSite(
            """
            schedules:
              - { name: abroad, snapshot: d0, to: cellar }
              - { name: broken, replicate: d0, to: lab, retry: { attempts: 2, base: 1s } }
            policies: [{ id: at-home, verbs: [store], deny: "country = FR" }]
            hooks: [{ before: "exit 3", schedules: [broken], timeout: 5s }]
            """)
        try host.start()
        #expect(try host.run("schedule", "run", "abroad").status == 0)
        #expect(try host.run("schedule", "run", "broken").status == 0)
        try host.settle()
        let refused = try #require(try host.runs("--schedule", "abroad").first)
        #expect(refused["state"] as? String == "failed" && refused["attempts"] as? Int == 1)
        #expect((refused["reason"] as? String)?.contains("at-home denies store") == true, "\(refused)")
        #expect(try host.snapshots("cellar", "d0").isEmpty)
        let broken = try #require(try host.runs("--schedule", "broken").first)
        #expect(broken["state"] as? String == "failed" && broken["attempts"] as? Int == 2, "\(broken)")
        #expect((broken["reason"] as? String)?.contains("status 3") == true, "\(broken)")
    }

    @Test("tells webhooks, with their token, and tries again where nobody answers well")
    func webhook() throws {
        let host = try ServingSite(
            """
            schedules: [{ name: hand, snapshot: d0, to: lab }]
            """, ["HOOK": "open sesame"])
        let server = try host.site.start(
            [
                "-c",
                """
                import http.server,os,sys
                class H(http.server.BaseHTTPRequestHandler):
                    seen=0
                    def do_POST(self):
                        body=self.rfile.read(int(self.headers['Content-Length'])).decode()
                        H.seen+=1
                        self.send_response(503 if H.seen==1 else 204); self.send_header('Content-Length','0'); self.end_headers()
                        if H.seen>1:
                            with open(sys.argv[2]+'.new','w') as f: f.write(self.headers['Authorization']+' '+body+'\\n')
                            os.rename(sys.argv[2]+'.new',sys.argv[2])
                    def log_message(self,*a): pass
                s=http.server.HTTPServer(('127.0.0.1',0),H); s.timeout=60
                open(sys.argv[1]+'.new','w').write(str(s.server_port)); os.rename(sys.argv[1]+'.new',sys.argv[1])
                for _ in range(2): s.handle_request()
                """, host.site.path("port"), host.site.path("hooked"),
            ], program: "/usr/bin/python3")
        defer { server.end() }
        try host.wait("it listens") { FileManager.default.fileExists(atPath: host.site.path("port")) }
        let port = String(decoding: try host.site.scratch.read("port"), as: UTF8.self)
        try host.write(
            """
            schedules: [{ name: hand, snapshot: d0, to: lab }]
            notifications:
              - { name: hook, events: [done], webhook: "http://127.0.0.1:\(port)/x", token: env:HOOK }
            """)
        try host.start()
        let run = try #require(try host.run("schedule", "run", "hand").document["run"] as? String)
        try host.wait("it is told") { FileManager.default.fileExists(atPath: host.site.path("hooked")) }
        let told = String(decoding: try host.site.scratch.read("hooked"), as: UTF8.self)
        try #require(told.hasPrefix("Bearer open sesame {"), "\(told)")
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(told.dropFirst("Bearer open sesame ".count).utf8))
                as? [String: Any])
        #expect(try SchemaCheck("notice.schema.json").faults(document) == [])
        #expect(document["run"] as? String == run && document["event"] as? String == "done")
        let counters = try #require(try host.run("status").document["counters"] as? [String: Any])
        #expect(counters["notices"] as? Int == 1)
    }

    @Test("does not begin with a catalog that is damaged, and leaves it as it is")
    func damaged() throws {
        let host = try ServingSite("schedules: [{ name: hand, snapshot: d0, to: lab }]")
        try host.site.scratch.write("state/catalog.sqlite", "no database")
        let run = try host.run("serve")
        #expect(run.status == 1 && run.code == "damaged", "\(run.text)")
        #expect(try host.site.scratch.read("state/catalog.sqlite") == Data("no database".utf8))
    }

    @Test("tells whoever started it that it works, is alive and stops")
    func notify() throws {
        let host = try ServingSite("schedules: [{ name: hand, snapshot: d0, to: lab }]")
        let listener = try host.site.start(
            [
                "-c",
                """
                import socket,sys
                s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.settimeout(60); s.bind(sys.argv[1])
                with open(sys.argv[2],'w') as f:
                    while True:
                        t=s.recv(4096).decode(); f.write(t+'\\n'); f.flush()
                        if 'STOPPING' in t: break
                """, host.site.path("notify"), host.site.path("told"),
            ], program: "/usr/bin/python3")
        defer { listener.end() }
        try host.wait("somebody listens") { FileManager.default.fileExists(atPath: host.site.path("notify")) }
        try host.start(with: ["NOTIFY_SOCKET": host.site.path("notify"), "WATCHDOG_USEC": "300000"])
        let told = { String(decoding: (try? host.site.scratch.read("told")) ?? Data(), as: UTF8.self) }
        try host.wait("it says that it is alive") { told().contains("WATCHDOG=1") }
        #expect(told().hasPrefix("READY=1\n"))
        #expect(try host.stop() == 0)
        try host.wait("it says that it stops") { told().contains("STOPPING=1") }
    }
}
