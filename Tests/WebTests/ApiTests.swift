import Catalog
import Foundation
import Model
import Scheduling
import TestSupport
import Testing
import Web

/// The API does what its description says.
@Suite("The API")
struct ApiTests {
    @Test("every answer is as the description says, and the description is sound")
    func conformance() async throws {
        let site = try await WebSite()
        let desk = site.desk
        var geography = DeskGeography()
        geography.sites = [.init(name: "berlin", place: ""), .init(name: "virginia", place: "")]
        geography.datasets = ["a"]
        desk.set(replicas: [], geography: geography)
        let started = try await site.ask("POST", "/v1/runs", token: site.admin, body: #"{"schedule":"nightly"}"#)
        #expect(started.status == 202, "\(started.text)")
        let id = try #require(try started.json()["run"] as? String)
        let path = "/v1/runs/" + id.replacingOccurrences(of: "@", with: "%40")
        let run = try #require(desk.state.runs.first)
        var progress = DeskProgress(phase: "transfer")
        (progress.logical, progress.totalLogical, progress.wirePerSecond) = (10, 100, 3.5)
        desk.progress(run.id, progress)
        var answers: [(String, String, WebSite.Reply)] = [("POST /v1/runs", "202", started)]
        func ask(_ operation: String, _ path: String, _ body: String? = nil, _ headers: [String: String] = [:])
            async throws
        {
            let method = String(operation.split(separator: " ")[0])
            let reply = try await site.ask(method, path, token: site.admin, headers: headers, body: body)
            answers.append((operation, "\(reply.status)", reply))
        }
        try await ask("GET /v1/status", "/v1/status")
        try await ask("GET /v1/runs", "/v1/runs?limit=1")
        try await ask("GET /v1/runs", "/v1/runs?state=running,waiting&schedule=nightly&dataset=weights&before=99999")
        try await ask("GET /v1/runs/{run}", path)
        try desk.finish(run.id, .succeeded, report: #"{"schema":"perigee.report/1","x":[1]}"#)
        try await ask("GET /v1/runs/{run}", path)
        try await ask("POST /v1/runs/{run}/cancel", path + "/cancel")
        try await ask("GET /v1/runs/{run}", "/v1/runs/none")
        try await ask("GET /v1/runs", "/v1/runs?limit=0")
        try await ask("GET /v1/runs", "/v1/runs?nonsense=1")
        for verb in ["pause", "resume", "run"] {
            try await ask(
                "POST /v1/schedules/{schedule}/\(verb)", "/v1/schedules/weekly/\(verb)", nil, ["Idempotency-Key": verb])
        }
        try await ask("POST /v1/schedules/{schedule}/run", "/v1/schedules/none/run")
        try await ask("GET /v1/schedules", "/v1/schedules")
        try await ask("GET /v1/schedules/{schedule}", "/v1/schedules/weekly")
        try await ask("GET /v1/schedules/{schedule}/next", "/v1/schedules/weekly/next?n=3")
        for name in ["sites", "links", "datasets", "replicas", "snapshots", "plan", "scenarios", "ledger", "audit"] {
            try await ask("GET /v1/\(name)", "/v1/\(name)")
        }
        try await ask("GET /v1/audit/verdict", "/v1/audit/verdict")
        try await ask("GET /v1/doctor", "/v1/doctor")
        for name in ["snapshots", "keys", "epochs"] {
            try await ask("GET /v1/vaults/{site}/\(name)", "/v1/vaults/virginia/\(name)")
            try await ask("GET /v1/vaults/{site}/\(name)", "/v1/vaults/mars/\(name)")
        }
        for name in ["snapshots", "entries"] {
            try await ask("GET /v1/replicas/{site}/{dataset}/\(name)", "/v1/replicas/virginia/a/\(name)?limit=7")
            try await ask("GET /v1/replicas/{site}/{dataset}/\(name)", "/v1/replicas/virginia/b/\(name)")
            try await ask("GET /v1/replicas/{site}/{dataset}/\(name)", "/v1/replicas/virginia/a/\(name)?before=-1")
        }
        for query in ["", "?path=folder", "?path=there&snapshot="] {
            try await ask("GET /v1/replicas/{site}/{dataset}/content", "/v1/replicas/virginia/a/content\(query)")
        }
        try await ask("GET /v1/diff", "/v1/diff?old=virginia:a@latest~1&new=berlin:a&data=true&after=x")
        try await ask("GET /v1/diff", "/v1/diff?old=virginia:a")
        try await ask("GET /v1/diff", "/v1/diff?old=virginia:a&new=mars:a")
        for (verb, place) in [
            ("replicate", "replicas/{site}/{dataset}"), ("snapshot", "replicas/{site}/{dataset}"),
            ("verify", "replicas/{site}/{dataset}"), ("restore", "replicas/{site}/{dataset}"),
            ("forget", "replicas/{site}/{dataset}"), ("recall", "replicas/{site}/{dataset}"), ("gc", "vaults/{site}"),
            ("repair", "vaults/{site}"),
            ("rotate", "vaults/{site}"), ("verify", "vaults/{site}"), ("probe", "sites/{site}"),
        ] {
            let operation = "POST /v1/\(place)/\(verb)"
            let body =
                [
                    "restore": #"{"from":"berlin"}"#, "forget": #"{"keep_last":3}"#, "recall": #"{"snapshot":"4f2a"}"#,
                    "rotate": nil, "probe": nil,
                ][verb]
                ?? "{}"
            let path = String(operation.dropFirst(5)).replacing("{dataset}", with: "a")
            try await ask(operation, path.replacing("{site}", with: "virginia"), body)
            try await ask(operation, path.replacing("{site}", with: "mars"), body)
            if body != nil { try await ask(operation, path.replacing("{site}", with: "virginia"), #"{"more":1}"#) }
        }
        try await ask("POST /v1/vaults/{site}/init", "/v1/vaults/virginia/init", #"{"average":"16KiB"}"#)
        try await ask("POST /v1/vaults/{site}/init", "/v1/vaults/virginia/init", #"{"average":"all"}"#)
        try await ask("POST /v1/vaults/{site}/keys", "/v1/vaults/virginia/keys", #"{"passphrase":"env:HOME"}"#)
        try await ask("DELETE /v1/vaults/{site}/keys/{key}", "/v1/vaults/virginia/keys/4f2a91c07be3d815")
        try await ask("DELETE /v1/vaults/{site}/keys/{key}", "/v1/vaults/virginia/keys/none")
        for name in ["identity", "trust", "configuration", "coming", "ledger/score"] {
            try await ask("GET /v1/\(name)", "/v1/\(name)")
        }
        try await ask("POST /v1/identity", "/v1/identity")
        try await ask("POST /v1/trust", "/v1/trust", #"{"name":"laptop","identity":"ABC","allow":["read"]}"#)
        try await ask("POST /v1/trust", "/v1/trust", #"{"name":"laptop","identity":"abc"}"#)
        try await ask("DELETE /v1/trust/{peer}", "/v1/trust/laptop")
        try await ask("POST /v1/configuration/check", "/v1/configuration/check", #"{"text":"version: 1"}"#)
        try await ask("GET /v1/occurrences", "/v1/occurrences?at=%40daily")
        try await ask("GET /v1/occurrences", "/v1/occurrences")
        try await ask("POST /v1/reload", "/v1/reload")
        try await ask("POST /v1/tokens", "/v1/tokens", #"{"name":"ci","scope":"read","expires":"90d"}"#)
        try await ask("POST /v1/tokens", "/v1/tokens", #"{"name":"ci","scope":"read"}"#)
        try await ask("POST /v1/tokens", "/v1/tokens", #"{"name":"no name","scope":"read"}"#)
        try await ask("GET /v1/tokens", "/v1/tokens")
        try await ask("DELETE /v1/tokens/{token}", "/v1/tokens/ci")
        try await ask("DELETE /v1/tokens/{token}", "/v1/tokens/ci")
        try await ask("GET /v1/jobs", "/v1/jobs?open=true&limit=5")
        try await ask("GET /v1/jobs", "/v1/jobs?open=perhaps")
        for job in ["k3f9x2ab7q-1", "nothing"] {
            try await ask("GET /v1/jobs/{job}", "/v1/jobs/\(job)")
            try await ask("GET /v1/jobs/{job}/log", "/v1/jobs/\(job)/log")
            try await ask("POST /v1/jobs/{job}/cancel", "/v1/jobs/\(job)/cancel")
        }
        try await ask("POST /v1/jobs", "/v1/jobs", #"{"scenario":"01-train-where-the-weights-are","anew":true}"#)
        try await ask("POST /v1/jobs", "/v1/jobs", #"{"scenario":"none"}"#)
        try await ask("POST /v1/jobs", "/v1/jobs", #"{"scenario":"none","anew":1}"#)
        try await ask(
            "POST /v1/place", "/v1/place",
            #"{"scenario":"01-train-where-the-weights-are","bandwidth":2,"at":"virginia"}"#)
        try await ask("POST /v1/place", "/v1/place", #"{"scenario":"none"}"#)
        try await ask("POST /v1/place", "/v1/place", #"{"scenario":"01-train-where-the-weights-are","bandwidth":1e9}"#)
        try await ask(
            "POST /v1/locality", "/v1/locality",
            #"{"scenario":"01-train-where-the-weights-are","pairs":[{"workload":"train","site":"virginia"}]}"#)
        try await ask("POST /v1/estimate", "/v1/estimate", #"{"source":"berlin:a","destination":"virginia:a"}"#)
        try await ask("POST /v1/estimate", "/v1/estimate", #"{"source":"/etc","destination":"virginia:a"}"#)
        try await ask("POST /v1/estimate", "/v1/estimate", #"{"source":"berlin:a","destination":"mars:a"}"#)
        try await ask("POST /v1/estimate", "/v1/estimate", #"{"source":"berlin:b","destination":"virginia:b"}"#)
        try await ask(
            "POST /v1/place", "/v1/place", #"{"scenario":"01-train-where-the-weights-are","at":"mars"}"#)
        try await ask(
            "POST /v1/locality", "/v1/locality",
            #"{"scenario":"01-train-where-the-weights-are","pairs":[{"workload":"none","site":"virginia"}]}"#)
        try await ask("POST /v1/runs", "/v1/runs", "{")
        try await ask("POST /v1/runs", "/v1/runs", #"{"schedule":"nightly","more":1}"#)
        try await ask("POST /v1/runs", "/v1/runs", "schedule=a", ["Content-Type": "text/plain"])
        let document = try await site.get("/v1/openapi.json")
        #expect(answers.filter { $0.0 == "POST /v1/place" }.map(\.1) == ["200", "404", "400", "404"])
        #expect(answers.filter { $0.0 == "POST /v1/estimate" }.map(\.1) == ["200", "400", "404", "404"])
        #expect(answers.filter { $0.0 == "POST /v1/locality" }.map(\.1) == ["200", "404"])
        #expect(answers.filter { $0.0 == "POST /v1/tokens" }.map(\.1) == ["201", "409", "422"])
        #expect(answers.filter { $0.0 == "DELETE /v1/tokens/{token}" }.map(\.1) == ["200", "404"])
        #expect(answers.filter { $0.0 == "POST /v1/jobs" }.map(\.1) == ["202", "404", "400"])
        for operation in ["GET /v1/jobs/{job}/log", "GET /v1/jobs/{job}", "POST /v1/jobs/{job}/cancel"] {
            #expect(answers.filter { $0.0 == operation }.map(\.1).last == "404", "\(operation)")
        }
        let faults = try OpenAPICheck.faults(document: document.body, answers: answers.map { ($0.0, $0.1, $0.2.text) })
        #expect(faults == "")
        let described = try #require(try document.json()["paths"] as? [String: Any])
        let asked = Set(answers.map { String($0.0.split(separator: " ")[1]) })
        #expect(Set(described.keys).subtracting(asked) == ["/v1/events"])
    }

    @Test("pages of runs come newest first, without gaps and without doubles")
    func pages() async throws {
        let site = try await WebSite()
        for _ in 0..<25 {
            let id = try #require(try site.desk.perform(.runNow(schedule: "nightly"), by: "test"))
            try site.desk.finish(id, .succeeded)
            site.desk.advance(by: 60)
        }
        var numbers: [Int] = []
        var path: String? = "/v1/runs?limit=10"
        while let next = path {
            let page = try await site.get(next).json()
            numbers += try #require(page["runs"] as? [[String: Any]]).compactMap { $0["number"] as? Int }
            path = (page["next"] as? Int).map { "/v1/runs?limit=10&before=\($0)" }
        }
        #expect(numbers.count == 25 && numbers == Set(numbers).sorted(by: >))
    }

    @Test("a request with a key is done once, and the same key is not for another request")
    func keys() async throws {
        let site = try await WebSite()
        let key = ["Idempotency-Key": "one"]
        let body = #"{"schedule":"nightly"}"#
        let first = try await site.ask("POST", "/v1/runs", token: site.admin, headers: key, body: body)
        site.desk.advance(by: 5)
        let second = try await site.ask("POST", "/v1/runs", token: site.admin, headers: key, body: body)
        #expect(first.status == 202 && second.status == 202)
        #expect(first.text == second.text)
        #expect(second.header("Idempotency-Replayed") == "true")
        #expect(try site.desk.runs(RunQuery()).rows.count == 1)
        let other = try await site.ask(
            "POST", "/v1/runs", token: site.admin, headers: key, body: #"{"schedule":"weekly"}"#)
        #expect(other.status == 422)
        #expect(try site.desk.runs(RunQuery()).rows.count == 1)
    }

    @Test("orders are done in the name of the token, and are in the audit log")
    func actors() async throws {
        let site = try await WebSite()
        let token = try site.desk.token("ci", .operate)
        _ = try await site.ask("POST", "/v1/schedules/nightly/pause", token: token)
        let entries = try site.desk.audit(before: nil, limit: 10)
        #expect(entries.contains { $0.draft.actor == "token:ci" })
        #expect(site.desk.state.schedules.first { $0.name == "nightly" }?.isPaused == true)
    }

    @Test("a token that is made over the API opens what its scope says until it is taken back, and both are noted")
    func tokens() async throws {
        let site = try await WebSite()
        let body = #"{"name":"ci","scope":"operate"}"#
        let made = try await site.ask("POST", "/v1/tokens", token: site.admin, body: body)
        let rows = try #require(try made.json()["tokens"] as? [[String: Any]])
        let secret = try #require(rows.first?["secret"] as? String, "\(made.text)")
        #expect(try await site.get("/v1/runs", token: secret).status == 200)
        #expect(try await site.get("/v1/tokens", token: secret).status == 403)
        #expect(try await site.ask("POST", "/v1/tokens", token: secret, body: body).status == 403)
        let all = try await site.get("/v1/tokens").text
        #expect(all.contains(#""name":"ci","scope":"operate","state":"valid""#) && !all.contains(secret), "\(all)")
        #expect(try await site.ask("DELETE", "/v1/tokens/ci", token: site.admin).status == 200)
        #expect(try await site.get("/v1/runs", token: secret).status == 401)
        let noted = try site.desk.audit(before: nil, limit: 20).map(\.draft).filter { $0.action.hasPrefix("token.") }
        #expect(
            noted.map { "\($0.actor) \($0.action) \($0.subject)" } == [
                "token:root token.remove ci", "token:root token.add ci",
            ])
        #expect(!site.log.all.contains { $0.contains(secret) })
    }

    @Test("a run tells what happened to it, and no price where none is known")
    func runLog() async throws {
        let site = try await WebSite()
        let id = try #require(try site.desk.perform(.runNow(schedule: "nightly"), by: "test"))
        try site.desk.say(id, "it has <begun>")
        try site.desk.finish(id, .succeeded, spent: Spending(bytes: 5, unpricedBytes: 5))
        let path = "/v1/runs/\(id.description.replacingOccurrences(of: "@", with: "%40"))"
        let document = try await site.get(path).json()
        let log = try #require(document["log"] as? [[String: Any]])
        #expect(log.map { $0["text"] as? String } == ["it has <begun>"])
        let run = try #require(document["run"] as? [String: Any])
        #expect(run["microdollars"] == nil && run["bytes"] as? Int == 5)
        let page = try await site.get(path.replacingOccurrences(of: "/v1", with: "")).text
        #expect(page.contains("it has &lt;begun&gt;") && page.contains("<dt>Money</dt><dd>unknown</dd>"))
    }

    @Test("HEAD is answered like GET, without a body; metrics and probes need no token on loopback")
    func probes() async throws {
        let site = try await WebSite()
        let head = try await site.ask("HEAD", "/v1/status", token: site.admin)
        #expect(head.status == 200 && head.body.isEmpty)
        for path in ["/healthz", "/readyz", "/metrics", "/v1/openapi.json"] {
            #expect(try await site.ask("GET", path).status == 200)
        }
        let metrics = try await site.ask("GET", "/metrics").text
        #expect(metrics.contains(#"perigee_http_requests_total{method="GET",route="/healthz",status="200"} 1"#))
        #expect(metrics.contains("perigee_http_request_duration_seconds_bucket"))
    }
}
