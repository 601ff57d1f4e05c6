import Foundation
import TestSupport
import Testing

/// The API of the built daemon, asked as programs of others ask it.
@Suite("The daemon over HTTP")
struct ServeApiTests {
    private static let hand = "schedules: [{ name: hand, replicate: d0, to: lab }]"
    private static let api = "serve: { api: { listen: \"127.0.0.1:0\" } }"

    /// Makes a token; its secret.
    private func token(_ host: ServingSite, _ name: String, _ scope: String, _ more: String...) throws -> String {
        let report = try host.run(["token", "add", name, "--scope", scope] + more)
        try #require(report.status == 0, "\(report.text)")
        let rows = try #require(report.document["tokens"] as? [[String: Any]])
        return try #require(rows.first?["secret"] as? String)
    }

    /// A part of a document in the order of its names.
    private func text(_ part: Any?) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: try #require(part), options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }

    @Test("starts a run, once for a key, and shows it to its end, as the verbs show it")
    func run() throws {
        let host = try ServingSite("\(Self.hand)\n\(Self.api)")
        let secret = try token(host, "ci", "operate")
        try host.start()
        let port = try host.port()
        let status = try PlainHTTP.ask("GET", "/v1/status", port: port, token: secret)
        #expect(status.status == 200)
        #expect(try SchemaCheck("status.schema.json").faults(status.document) == [])

        let events = try PlainEvents(port: port, token: secret)
        let key = ["Idempotency-Key": "one"]
        let body = #"{"schedule":"hand"}"#
        let first = try PlainHTTP.ask("POST", "/v1/runs", port: port, token: secret, headers: key, body: body)
        let again = try PlainHTTP.ask("POST", "/v1/runs", port: port, token: secret, headers: key, body: body)
        #expect(first.status == 202 && again.status == 202, "\(first.text) \(again.text)")
        #expect(again.headers["idempotency-replayed"] == "true" && again.text == first.text)
        let run = try #require(first.document["run"] as? String)
        let seen = try events.all { $0.kind == "run" && $0.document["state"] as? String == "succeeded" }
        let told = seen.filter { $0.kind == "run" || $0.kind == "progress" }
        #expect(seen.contains { $0.kind == "log" && ($0.document["text"] as? String)?.contains("begins") == true })
        #expect(told.count > 1 && told.allSatisfy { $0.document["run"] as? String == run }, "\(told)")
        let far = seen.filter { $0.kind == "progress" }.compactMap { $0.document["progress"] as? [String: Any] }
        #expect(far.allSatisfy { $0["phase"] is String && $0["wire"] is NSNumber }, "\(far)")

        let path = "/v1/runs/" + run.replacingOccurrences(of: "@", with: "%40")
        let shown = try PlainHTTP.ask("GET", path, port: port, token: secret)
        let printed = try host.run("runs", run)
        for name in ["run", "report", "log"] {
            #expect(try text(shown.document[name]) == text(printed.document[name]))
        }
        let replicas = try PlainHTTP.ask("GET", "/v1/replicas", port: port, token: secret).document["replicas"]
        let rows = try #require(replicas as? [[String: Any]])
        let held = rows.map { "\($0["site"] ?? "") \($0["bytes"] ?? "") \($0["is_source"] as? Bool ?? false)" }.sorted()
        #expect(held == ["desk 120000 true", "lab 120000 false"], "the source has what was copied from it")
        #expect(try host.runs().count == 1)
        #expect(try host.snapshots("lab", "d0").count == 1)
        #expect(try host.stop() == 0)
        _ = try events.all { $0.kind == "stopping" }
        #expect(try events.next() == nil)
    }

    @Test("lets nobody do anything without a token that is good for it, and notes who tried")
    func strangers() throws {
        let host = try ServingSite("\(Self.hand)\n\(Self.api)")
        let read = try token(host, "looks", "read")
        let gone = try token(host, "gone", "admin")
        let short = try token(host, "short", "admin", "--expires", "1s")
        let strange = "perigee_" + String(repeating: "a", count: 52)
        try host.start()
        let port = try host.port()
        func start(_ token: String?, _ body: String = #"{"schedule":"hand"}"#) throws -> PlainHTTP.Reply {
            try PlainHTTP.ask("POST", "/v1/runs", port: port, token: token, body: body)
        }
        try host.wait("the token has expired") {
            try PlainHTTP.ask("GET", "/v1/audit", port: port, token: short).status == 401
        }
        #expect(try PlainHTTP.ask("GET", "/v1/audit", port: port, token: gone).status == 200)
        #expect(try host.run("token", "remove", "gone").status == 0)
        let tried: [(String?, Int)] = [
            (nil, 401), ("nonsense", 401), (strange, 401), (gone, 401), (short, 401), (read, 403),
        ]
        for (secret, status) in tried {
            let reply = try start(secret)
            #expect(reply.status == status, "\(secret ?? "none"): \(reply.text)")
            #expect(reply.headers["content-type"] == "application/problem+json")
            #expect(reply.document["remedy"] is String)
            if status == 401 { #expect(reply.headers["www-authenticate"]?.hasPrefix("Bearer") == true) }
        }
        #expect(try PlainHTTP.ask("GET", "/v1/runs", port: port, token: read).status == 200)
        #expect(try PlainHTTP.ask("GET", "/v1/audit", port: port, token: read).status == 403)
        #expect(
            try PlainHTTP.ask("GET", "/v1/status", port: port, token: read, headers: ["Host": "evil"]).status == 421)

        let operate = try token(host, "works", "operate")
        for body in ["{", "[]", #"{"schedule":7}"#, #"{"schedule":"hand","more":1}"#, "\u{0}"] {
            #expect(try start(operate, body).status == 400, "\(body)")
        }
        #expect(try start(operate, #"{"schedule":"none"}"#).status == 404)
        #expect(try PlainHTTP.ask("DELETE", "/v1/runs", port: port, token: operate).status == 405)
        #expect(try PlainHTTP.send("NONSENSE\r\n\r\n", port: port).status == 400)
        #expect(try host.runs().isEmpty)

        try host.wait("all is noted") {
            let entries = try host.run("audit", "list", "-n", "100").document["entries"] as? [[String: Any]] ?? []
            let actors = Set(entries.filter { $0["outcome"] as? String == "refused" }.map { "\($0["actor"] ?? "")" })
            return actors.isSuperset(of: ["stranger", "token:looks", "token:works"])
        }
        #expect(try host.run("audit", "verify").document["is_sound"] as? Bool == true)
        for secret in [read, gone, short, operate] { #expect(!host.log.contains(secret)) }
    }

    @Test("does not listen where others reach it without TLS, or where nobody has a token")
    func loopback() throws {
        let host = try ServingSite("\(Self.hand)\nserve: { api: { listen: \"0.0.0.0:0\" } }")
        let checked = try host.run("config", "check")
        let faults = try #require(checked.document["faults"] as? [[String: Any]])
        #expect(checked.status == 2 && faults.map { $0["key"] as? String } == ["serve.api.listen"], "\(checked.text)")
        let open = try host.run("serve")
        #expect(open.status == 3 && open.code == "refused" && open.text.contains("tls: site"), "\(open.text)")
        try host.write("\(Self.hand)\nserve: { api: { listen: \"0.0.0.0:0\", tls: site } }")
        #expect(try host.run("config", "check").status == 0)
        #expect(try host.run("identity", "new").status == 0)
        let empty = try host.run("serve")
        #expect(empty.status == 3 && empty.text.contains("perigee token add"), "\(empty.text)")
        _ = try token(host, "first", "read")
        try host.start()
        #expect(try host.port() > 0)
        #expect(try host.stop() == 0)
    }

    @Test("knows the tokens that the verbs add, list and take back")
    func tokens() throws {
        let host = try ServingSite("\(Self.hand)\n\(Self.api)")
        let schema = try SchemaCheck("tokens.schema.json")
        for words in [
            ["add", "a", "--scope", "read"], ["add", "b", "--scope", "admin", "--expires", "90d"], ["list"],
            ["remove", "a"], ["list"],
        ] {
            let report = try host.run(["token"] + words)
            #expect(report.status == 0 && schema.faults(report.document) == [], "\(words): \(report.text)")
            #expect(schema.unknownMembers(of: report.document) == [])
        }
        let rows = try #require(try host.run("token", "list").document["tokens"] as? [[String: Any]])
        #expect(rows.map { "\($0["name"] ?? "") \($0["state"] ?? "")" } == ["a revoked", "b valid"], "\(rows)")
        #expect(rows.allSatisfy { $0["secret"] == nil })
        #expect(try host.run("token", "add", "a", "--scope", "operate").status == 0, "the name is free again")
        #expect(try host.run("token", "remove", "a").status == 0)
        for (words, code) in [
            (["add", "b", "--scope", "read"], "conflict"), (["add", "c", "--scope", "all"], "usage"),
            (["add", "no name", "--scope", "read"], "usage"),
            (["add", "c", "--scope", "read", "--expires", "1"], "usage"),
            (["remove", "a"], "not_found"), (["remove", "nobody"], "not_found"),
        ] {
            let report = try host.run(["token"] + words)
            #expect(report.status != 0 && report.code == code && report.document["remedy"] is String, "\(report.text)")
        }
    }

    @Test("makes tokens over HTTP as the verbs do")
    func tokensOverHTTP() throws {
        let host = try ServingSite("\(Self.hand)\n\(Self.api)")
        let admin = try token(host, "root", "admin")
        try host.start()
        let port = try host.port()
        let schema = try SchemaCheck("tokens.schema.json")
        let body = #"{"name":"ci","scope":"read","expires":"90d"}"#
        let made = try PlainHTTP.ask("POST", "/v1/tokens", port: port, token: admin, body: body)
        #expect(made.status == 201 && schema.faults(made.document) == [], "\(made.text)")
        let secret = try #require((made.document["tokens"] as? [[String: Any]])?.first?["secret"] as? String)
        #expect(try PlainHTTP.ask("GET", "/v1/runs", port: port, token: secret).status == 200)
        let shown = try PlainHTTP.ask("GET", "/v1/tokens", port: port, token: admin)
        #expect(schema.faults(shown.document) == [] && schema.unknownMembers(of: shown.document) == [])
        let printed = try host.run("token", "list")
        let names = { (document: [String: Any]) in
            (document["tokens"] as? [[String: Any]] ?? []).map { "\($0["name"] ?? "") \($0["expires"] ?? "")" }
        }
        #expect(names(shown.document) == names(printed.document) && names(printed.document).count == 2)
        let gone = try PlainHTTP.ask("DELETE", "/v1/tokens/ci", port: port, token: admin)
        #expect(gone.status == 200 && schema.faults(gone.document) == [], "\(gone.text)")
        #expect(try PlainHTTP.ask("GET", "/v1/runs", port: port, token: secret).status == 401)
        #expect(!host.log.contains(secret))
    }

    @Test("executes a scenario over HTTP, and carries its jobs on to their end")
    func jobs() throws {
        let dispatch = try DispatchSite()
        let host = try ServingSite(
            """
            \(Self.hand)
            serve: { api: { listen: "127.0.0.1:0", scenarios: [\(dispatch.scratch.path("s.yaml"))] } }
            """)
        let secret = try token(host, "ci", "operate")
        try host.start()
        let port = try host.port()
        func ask(_ method: String, _ path: String, _ schema: String, body: String? = nil) throws -> PlainHTTP.Reply {
            let reply = try PlainHTTP.ask(method, path, port: port, token: secret, body: body)
            #expect([200, 202].contains(reply.status), "\(path): \(reply.text)")
            #expect(try SchemaCheck("\(schema).schema.json").faults(reply.document) == [], "\(path)")
            return reply
        }
        let begun = try ask("POST", "/v1/jobs", "execution", body: #"{"scenario":"s"}"#)
        let job = try #require(DispatchSite.jobs(begun.document).first?["id"] as? String)
        try host.wait("the job is done") {
            DispatchSite.jobs(try ask("GET", "/v1/jobs/\(job)", "jobs").document).first?["state"] as? String == "done"
        }
        #expect(try ask("GET", "/v1/jobs/\(job)/log", "job-log").document["text"] as? String == "counted\n")
        let sum = String(decoding: try dispatch.scratch.read("a/sum/bytes"), as: UTF8.self)
        #expect(sum.filter(\.isNumber) == "200000")
        #expect(DispatchSite.jobs(try ask("GET", "/v1/jobs?open=true", "jobs").document).isEmpty)
        #expect(DispatchSite.jobs(try ask("GET", "/v1/jobs", "jobs").document).count == 1)
        // What has ended stays as it is.
        let asked = try ask("POST", "/v1/jobs/\(job)/cancel", "jobs")
        #expect(DispatchSite.jobs(asked.document).first?["state"] as? String == "done")
        let none = try PlainHTTP.ask("POST", "/v1/jobs", port: port, token: secret, body: #"{"scenario":"none"}"#)
        #expect(none.status == 404, "\(none.text)")
        #expect(try host.stop() == 0)
    }

    @Test("takes over at a hangup what can change while connections stay, and says what cannot")
    func reload() throws {
        let host = try ServingSite("\(Self.hand)\n\(Self.api)")
        let secret = try token(host, "ci", "read")
        try host.start()
        let port = try host.port()
        let events = try PlainEvents(port: port, token: secret)
        func status(for name: String) throws -> Int {
            try PlainHTTP.ask("GET", "/v1/runs", port: port, token: secret, headers: ["Host": name]).status
        }
        #expect(try status(for: "perigee.example.org") == 421)
        #expect(try PlainHTTP.ask("GET", "/metrics", port: port).status == 200)

        try host.write("\(Self.hand)\nserve: { api: { lisen: \"127.0.0.1:0\" } }")
        kill(try #require(host.daemon), SIGHUP)
        var seen = try events.all { $0.kind == "configuration" }
        #expect((seen.last?.document["fault"] as? String)?.contains("did you mean listen?") == true, "\(seen)")

        try host.write(
            """
            \(Self.hand)
            serve:
              log: json
              agent: { listen: "127.0.0.1:0", exports: ["a=\(host.site.path("s0"))"] }
              api: { listen: "127.0.0.1:1", hosts: [perigee.example.org], metrics: token }
            """)
        kill(try #require(host.daemon), SIGHUP)
        seen = try events.all { $0.kind == "configuration" }
        #expect(seen.last?.document["fault"] is NSNull, "\(seen)")
        #expect(try status(for: "perigee.example.org") == 200)
        #expect(try PlainHTTP.ask("GET", "/metrics", port: port).status == 401)
        #expect(try PlainHTTP.ask("GET", "/metrics", port: port, token: secret).status == 200)
        for line in [
            "serve.log has changed, and is in use\"", "serve.api.hosts has changed, and is in use\"",
            "serve.api.metrics has changed, and is in use\"",
            "serve.api.listen has changed, and is in use when the daemon is started again",
            "serve.agent has changed, and is in use when the daemon is started again",
        ] { #expect(host.log.contains(line), "\(line): \(host.log)") }
        #expect(try host.stop() == 0)
        _ = try events.all { $0.kind == "stopping" }
    }
}
