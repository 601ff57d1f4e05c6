import Foundation
import TestSupport
import Testing

/// What keeps vaults, asked of the built daemon over HTTP.
@Suite("Errands of the daemon over HTTP")
struct ServeErrandTests {
    private static let api = "serve: { api: { listen: \"127.0.0.1:0\" } }"

    private func paths(_ rows: [[String: Any]]) -> [String] { rows.compactMap { $0["path"] as? String } }

    @Test("snapshots are made, listed, compared, restored, forgotten and collected, as the verbs do it")
    func life() throws {
        let host = try ServingSite(Self.api)
        try host.site.shell(
            "mkdir s0/deep s0/-odd; echo one > s0/deep/a; echo two > 's0/deep/back\\slash'; echo > s0/-odd/b")
        let asked = try AskedSite(host)
        let first = try asked.done("replicas/lab/d0/snapshot", #"{"from":"desk"}"#)
        #expect((first["report"] as? [String: Any])?["verb"] as? String == "snapshot")
        try host.site.shell("echo three > s0/deep/a; rm s0/f0; echo new > s0/f9")
        _ = try asked.done("replicas/lab/d0/snapshot", #"{"from":"desk"}"#)

        let printed = try host.run("log", "lab:d0")
        let history = try asked.all("replicas/lab/d0/snapshots?limit=1", "snapshots", by: "before")
        #expect(history.pages == 2 && history.rows.count == 2)
        #expect(history.rows.map { $0["id"] as? String } == (try host.snapshots("lab", "d0")))
        #expect((printed.document["snapshots"] as? [Any])?.count == 2 && printed.document["next"] == nil)
        let newest = try asked.get("vaults/lab/snapshots", "log")
        #expect((newest["snapshots"] as? [[String: Any]])?.map { $0["dataset"] as? String } == ["d0"])

        for (place, site) in [("lab", "lab:d0"), ("desk", "desk:d0")] {
            for more in [[], ["--recursive"]] {
                let query = more.isEmpty ? "limit=2" : "limit=2&recursive=true"
                let listed = try asked.all("replicas/\(place)/d0/entries?\(query)", "entries", by: "after")
                let whole = try host.run(["ls", site] + more).document["entries"] as? [[String: Any]]
                #expect(paths(listed.rows) == paths(try #require(whole)) && listed.pages > 2, "\(place) \(more)")
            }
            let inner = try asked.get("replicas/\(place)/d0/entries?path=-odd", "ls")
            #expect(paths(inner["entries"] as? [[String: Any]] ?? []) == ["-odd/b"])
        }
        for (place, text) in [("lab", "three\n"), ("lab/d0/content?snapshot=latest~1", "one\n"), ("desk", "three\n")] {
            let path = place.contains("?") ? "\(place)&path=deep/a" : "\(place)/d0/content?path=deep%2Fa"
            let reply = try PlainHTTP.ask("GET", "/v1/replicas/\(path)", port: asked.port, token: asked.secret)
            #expect(reply.status == 200 && reply.text == text, "\(place): \(reply.text)")
        }
        let large = try PlainHTTP.ask(
            "GET", "/v1/replicas/lab/d0/content?path=f1", port: asked.port, token: asked.secret)
        #expect(large.body == (try host.site.scratch.read("s0/f1")))
        for (path, status) in [("deep", 422), ("none", 404), ("..", 422)] {
            let reply = try PlainHTTP.ask(
                "GET", "/v1/replicas/lab/d0/content?path=\(path)", port: asked.port, token: asked.secret)
            #expect(reply.status == status, "\(path): \(reply.text)")
        }
        let differences = try asked.all(
            "diff?old=lab:d0@latest~1&new=lab:d0&limit=1", "changes", by: "after")
        let now = try asked.get("diff?old=lab:d0@latest~1&new=desk:d0&data=true", "diff")
        #expect(paths(differences.rows) == ["deep/a", "f0", "f9"] && differences.pages == 3)
        #expect(paths(now["changes"] as? [[String: Any]] ?? []) == ["deep/a", "f0", "f9"])

        _ = try asked.done("replicas/desk/d0/restore", #"{"from":"lab","snapshot":"latest~1","only":["f0","deep/**"]}"#)
        #expect(try host.site.scratch.read("s0/deep/a") == Data("one\n".utf8))
        #expect(FileManager.default.fileExists(atPath: host.site.path("s0/f0")))
        #expect(FileManager.default.fileExists(atPath: host.site.path("s0/f9")), "what the snapshot lacks stays")

        let kept = try asked.done("replicas/lab/d0/forget", #"{"keep_last":1,"dry_run":true}"#)
        #expect((kept["report"] as? [String: Any])?["dry_run"] as? Bool == true)
        #expect(try host.snapshots("lab", "d0").count == 2)
        #expect((try asked.get("snapshots")["snapshots"] as? [Any])?.count == 2)
        _ = try asked.done("replicas/lab/d0/forget", #"{"keep_last":1}"#)
        #expect(try host.snapshots("lab", "d0").count == 1)
        let known = try asked.get("snapshots")["snapshots"] as? [[String: Any]]
        #expect(known?.map { $0["id"] as? String } == [history.rows[0]["id"] as? String], "the catalog is told")
        #expect((try asked.get("snapshots?forgotten=true")["snapshots"] as? [Any])?.count == 2)
        let dropped = try #require(history.rows[1]["id"] as? String)
        let forgotten =
            try asked.get("replicas/lab/d0/snapshots?forgotten=true", "log")["snapshots"] as? [[String: Any]]
        #expect(forgotten?.map { $0["id"] as? String } == [dropped])
        _ = try asked.done("replicas/lab/d0/recall", #"{"snapshot":"\#(dropped)"}"#)
        #expect(try host.snapshots("lab", "d0").count == 2)
        let text = try PlainHTTP.ask(
            "GET", "/v1/replicas/lab/d0/content?path=deep/a", port: asked.port, token: asked.secret)
        #expect(text.text == "one\n", "what was forgotten is the newest again")
        _ = try asked.done("replicas/lab/d0/forget", #"{"keep_last":1}"#)
        for _ in 0..<2 {
            let swept = try asked.done("vaults/lab/gc", #"{"grace":"0"}"#)
            #expect((swept["report"] as? [String: Any])?["schema"] as? String == "perigee.gc/1")
        }
        _ = try asked.done("replicas/lab/d0/verify", #"{"data":true}"#)
        #expect(try host.run("verify", "lab:d0", "--data").status == 0)
        #expect(try host.stop() == 0)
    }

    @Test("keys are listed and rotated, damage is healed, and no secret is told")
    func keeping() throws {
        let host = try ServingSite(Self.api)
        let asked = try AskedSite(host)
        for vault in ["lab", "cellar"] { _ = try asked.done("replicas/\(vault)/d0/snapshot", #"{"from":"desk"}"#) }
        let keys = try asked.get("vaults/lab/keys", "keys")
        #expect((keys["keys"] as? [Any])?.count == 1)
        let before = try asked.get("vaults/lab/epochs", "epochs")
        _ = try asked.done("vaults/lab/rotate", nil)
        let after = try asked.get("vaults/lab/epochs", "epochs")
        #expect((after["current"] as? Int) == (before["current"] as? Int).map { $0 + 1 }, "\(before) \(after)")

        // The largest pack has the chunks of files.
        try host.site.shell("rm \"$(find lab/packs -type f -printf '%s %p\\n' | sort -n | tail -1 | cut -d' ' -f2)\"")
        let found = try asked.done("replicas/lab/d0/verify", state: "failed")
        #expect((found["report"] as? [String: Any])?["schema"] as? String == "perigee.verify/1")
        let healed = try asked.done("vaults/lab/repair", #"{"from":["desk:d0"]}"#, state: "succeeded")
        #expect((healed["report"] as? [String: Any])?["schema"] as? String == "perigee.repair/1")
        #expect(try host.run("verify", "lab:d0", "--data").status == 0)

        let doctor = try asked.get("doctor", "doctor")
        #expect((doctor["findings"] as? [Any])?.isEmpty == false)
        let all = try host.runs().map { "\($0)" }.joined() + host.log
        #expect(!all.contains("of all vaults") && !all.contains(asked.secret))
        let actions = try asked.get("audit?limit=50")["entries"] as? [[String: Any]] ?? []
        let done = Set(actions.filter { $0["actor"] as? String == "token:root" }.compactMap { $0["action"] as? String })
        #expect(done == ["errand.snapshot", "errand.rotate", "errand.verify", "errand.repair"])
    }

    @Test("an errand that a kill of the daemon cuts off is gone on with, and ends once")
    func killed() throws {
        let host = try ServingSite(Self.api)
        let asked = try AskedSite(host)
        let reply = try PlainHTTP.ask(
            "POST", "/v1/replicas/lab/d0/snapshot", port: asked.port, token: asked.secret, body: #"{"from":"desk"}"#)
        let run = try #require(reply.document["run"] as? String, "\(reply.text)")
        host.kill()
        try host.start()
        try host.settle()
        let runs = try host.runs()
        #expect(runs.map { $0["run"] as? String } == [run] && runs[0]["state"] as? String == "succeeded", "\(runs)")
        #expect(try host.snapshots("lab", "d0").count == 1)
        #expect(try host.stop() == 0)
    }
}
