import Catalog
import Foundation
import Model
import Scheduling
import Testing
import Web

/// Work that is asked for over the API, and what is read of vaults and trees.
@Suite("Errands over the API")
struct ErrandApiTests {
    private func site() async throws -> WebSite {
        let site = try await WebSite()
        var geography = DeskGeography()
        geography.sites = ["desk", "lab", "cellar"].map { .init(name: $0, place: "") }
        geography.datasets = ["a", "b"]
        var source = DeskReplica(dataset: "a", site: "desk", verdict: .held)
        source.isSource = true
        site.desk.set(replicas: [source], geography: geography)
        return site
    }

    @Test("an errand is a run with what was asked for, at the place that the answer names")
    func words() async throws {
        let site = try await site()
        let asks: [(String, String?, String, [String]?)] = [
            (
                "replicas/lab/a/forget", #"{"keep_last":3,"keep_within":"30d","keep_id":["abcd"],"dry_run":true}"#,
                "forget a at lab", ["--keep-last=3", "--keep-within=30d", "--keep-id=abcd", "--dry-run"]
            ), ("replicas/cellar/a/forget", #"{"snapshot":"4f2a91"}"#, "forget a@4f2a91 at cellar", nil),
            (
                "vaults/lab/gc", #"{"grace":"0","compact_above":"30%","reseal":true}"#, "gc at lab",
                ["--grace=0", "--compact-above=30%", "--reseal"]
            ),
            (
                "vaults/lab/repair", #"{"from":["cellar","desk:b"]}"#, "repair the vault at lab",
                ["--from=cellar:", "--from=desk:b"]
            ), ("vaults/lab/rotate", nil, "rotate the key of the vault at lab", nil),
            ("vaults/cellar/verify", #"{"data":true}"#, "verify the vault at cellar", nil),
            ("replicas/lab/a/recall", #"{"snapshot":"4f2a91"}"#, "recall a@4f2a91 at lab", nil),
            ("sites/lab/probe", nil, "probe lab", nil),
            (
                "replicas/desk/b/restore", #"{"from":"lab","dataset":"a","snapshot":"latest~1","only":["x/**","-y"]}"#,
                "restore a@latest~1 from lab to desk into b", ["--only=x/**", "--only=-y"]
            ), ("replicas/lab/a/snapshot", #"{"from":"desk"}"#, "snapshot a at lab", nil),
            ("replicas/lab/b/verify", #"{"data":true,"sample":"5%"}"#, "verify b at lab", ["--sample=5%"]),
            (
                "replicas/lab/b/replicate", #"{"from":"desk","via":"cellar"}"#,
                "replicate b from desk to lab via cellar", nil
            ),
            (
                "replicas/cellar/a/replicate",
                #"{"max_delete":"10%","verify":"full","checksum":true,"compress":"zstd:6","dry_run":true}"#,
                "replicate a to cellar",
                ["--max-delete=10%", "--checksum", "--verify=full", "--compress=zstd:6", "--dry-run"]
            ),
        ]
        for (path, body, work, options) in asks {
            let reply = try await site.ask("POST", "/v1/\(path)", token: site.admin, body: body)
            #expect(reply.status == 202, "\(path): \(reply.text)")
            let place = try #require(reply.header("Location"))
            let shown = try await site.get(place).json()
            let run = try #require(shown["run"] as? [String: Any])
            #expect(run["run"] as? String == (try reply.json()["run"] as? String))
            let id = try #require(RunID(parsing: "\(run["run"] ?? "")"))
            let job = try #require(try site.desk.run(id)?.job)
            #expect("\(job)" == work && job.options == options, "\(path): \(job)")
            #expect((run["dataset"] == nil) == job.dataset.isEmpty)
        }
    }

    @Test("what cannot be meant is refused before there is a run of it")
    func refusals() async throws {
        let site = try await site()
        let operate = try site.desk.token("ci", .operate)
        let read = try site.desk.token("looks", .read)
        let asks: [(String, String, String?, Int)] = [
            (read, "vaults/lab/gc", "{}", 403), (operate, "replicas/lab/a/forget", #"{"keep_last":1}"#, 403),
            (operate, "vaults/lab/rotate", nil, 403),
            (operate, "replicas/lab/a/recall", #"{"snapshot":"4f2a91"}"#, 403),
            (site.admin, "replicas/lab/a/recall", "{}", 400),
            (operate, "replicas/desk/a/restore", #"{"from":"lab"}"#, 403),
            (operate, "replicas/cellar/a/restore", #"{"from":"mars"}"#, 404),
            (operate, "replicas/cellar/a/restore", #"{"from":"lab","dataset":"none"}"#, 404),
            (operate, "replicas/cellar/a/restore", "{}", 400), (operate, "replicas/mars/a/verify", "{}", 404),
            (operate, "replicas/lab/none/verify", "{}", 404),
            (operate, "vaults/lab/repair", #"{"from":["/etc"]}"#, 400),
            (operate, "vaults/lab/repair", #"{"from":["mars"]}"#, 404),
            (operate, "vaults/lab/repair", #"{"from":["lab:none"]}"#, 404),
            (operate, "replicas/lab/a/replicate", #"{"max_delete":"half"}"#, 400),
            (operate, "replicas/lab/a/replicate", #"{"verify":"some"}"#, 400),
            (operate, "replicas/lab/a/replicate", #"{"compress":"zip"}"#, 400),
            (operate, "vaults/lab/gc", #"{"grace":"soon"}"#, 400),
            (operate, "vaults/lab/gc", #"{"grace":"1234567890s"}"#, 400),
            (operate, "vaults/lab/gc", #"{"grace":"1s1s1s1s1s1s1s"}"#, 400),
            (operate, "vaults/lab/gc", #"{"grace":1}"#, 400),
            (operate, "vaults/lab/gc", #"{"compact_above":"0%"}"#, 400),
            (operate, "vaults/lab/gc", #"{"compact_above":"+5%"}"#, 400),
            (operate, "vaults/lab/gc", #"{"key_file":"/etc/shadow"}"#, 400), (operate, "vaults/lab/gc", "[]", 400),
            (site.admin, "replicas/lab/a/forget", "{}", 422),
            (site.admin, "replicas/lab/a/forget", #"{"keep_last":0}"#, 422),
            (site.admin, "replicas/lab/a/forget", #"{"keep_last":1,"snapshot":"latest"}"#, 422),
            (site.admin, "replicas/lab/a/forget", #"{"keep_last":1.5}"#, 400),
            (site.admin, "replicas/lab/a/forget", #"{"snapshot":"a\u0000b"}"#, 400),
            (site.admin, "replicas/desk/a/restore", #"{"from":"lab","only":["a\u0000"]}"#, 400),
        ]
        for (token, path, body, status) in asks {
            let reply = try await site.ask("POST", "/v1/\(path)", token: token, body: body)
            #expect(reply.status == status, "\(path) \(body ?? ""): \(reply.text)")
            #expect(reply.header("Content-Type") == "application/problem+json")
        }
        #expect(try site.desk.runs(RunQuery()).rows.isEmpty)
        let whole = try await site.ask(
            "POST", "/v1/replicas/desk/a/restore", token: site.admin, body: #"{"from":"lab"}"#)
        #expect(whole.status == 202, "where people write, an admin may: \(whole.text)")
    }

    @Test("a file is sent whole, as it is read, or the connection ends")
    func content() async throws {
        let site = try await site()
        let path = "/v1/replicas/lab/a/content?path=there"
        let whole = try await site.get(path + "&snapshot=abcd")
        #expect(whole.status == 200 && whole.body == Data(repeating: 7, count: 1 << 22))
        #expect(whole.header("Content-Type") == "application/octet-stream")
        let head = try await site.ask("HEAD", path, token: site.admin)
        #expect(head.status == 200 && head.header("Content-Length") == "\(1 << 22)" && head.body.isEmpty)
        await #expect(throws: (any Error).self) { try await site.get(path) }
        #expect(site.desk.documents.count == 2, "nothing is read for a head")
        #expect(try await site.get("/v1/replicas/lab/a/content?path=folder").status == 422)
    }

    @Test("an errand with a key is done once")
    func keys() async throws {
        let site = try await site()
        let key = ["Idempotency-Key": "one"]
        let first = try await site.ask("POST", "/v1/vaults/lab/gc", token: site.admin, headers: key, body: "{}")
        let again = try await site.ask("POST", "/v1/vaults/lab/gc", token: site.admin, headers: key, body: "{}")
        #expect(first.status == 202 && again.text == first.text)
        #expect(again.header("Idempotency-Replayed") == "true")
        #expect(try site.desk.runs(RunQuery()).rows.count == 1)
    }

    @Test("vaults and trees are read by names of the configuration alone")
    func looks() async throws {
        let site = try await site()
        let asks: [(String, Int, DeskDocument?)] = [
            ("vaults/lab/snapshots?limit=3", 200, .history(site: "lab", dataset: nil, before: nil, limit: 3)),
            ("replicas/lab/a/snapshots?before=9", 200, .history(site: "lab", dataset: "a", before: 9, limit: 50)),
            (
                "diff?old=lab:a@latest~1&new=desk:a&after=x%2Fy&limit=2", 200,
                .differences(old: "lab:a@latest~1", new: "desk:a", data: false, after: "x/y", limit: 2)
            ), ("vaults/lab/keys", 200, .keys(site: "lab")), ("vaults/lab/epochs", 200, .epochs(site: "lab")),
            ("doctor", 200, .doctor(site: nil)),
            (
                "replicas/lab/a/snapshots?forgotten=true", 200,
                .history(site: "lab", dataset: "a", before: nil, limit: 50, forgotten: true)
            ), ("doctor?site=lab", 200, .doctor(site: "lab")),
            ("doctor?site=mars", 404, nil), ("vaults/desk/epochs", 422, nil), ("vaults/mars/keys", 404, nil),
            ("replicas/lab/none/entries", 404, nil), ("replicas/mars/a/entries", 404, nil),
            ("diff?old=/etc&new=desk:a", 400, nil), ("diff?new=desk:a", 400, nil),
            ("diff?old=lab:a@&new=desk:a", 400, nil), ("diff?old=lab:a&new=vault:%2Fx%23a", 400, nil),
            ("replicas/lab/a/entries?snapshot=", 400, nil), ("replicas/lab/a/entries?limit=1001", 400, nil),
            ("replicas/lab/a/entries?path=", 400, nil), ("diff?old=lab:a&new=desk:a&after=", 400, nil),
            ("replicas/lab/a/entries?path=a%00", 400, nil),
        ]
        for (path, status, document) in asks {
            let reply = try await site.get("/v1/\(path)")
            #expect(reply.status == status, "\(path): \(reply.text)")
            if let document { #expect(site.desk.documents.last == document, "\(path)") }
        }
        // What makes trial files is not for those who may only look.
        let (read, operate) = (try site.desk.token("looks", .read), try site.desk.token("operates", .operate))
        #expect(try await site.get("/v1/doctor", token: read).status == 200)
        let asked = site.desk.documents.count
        let refused = try await site.get("/v1/doctor?site=lab", token: read)
        #expect(refused.status == 403 && site.desk.documents.count == asked, "\(refused.text)")
        #expect(try await site.get("/v1/doctor?site=lab", token: operate).status == 200)
        let path = "/v1/replicas/lab/a/entries?snapshot=abcd&path=-x&recursive=true&after=y&limit=9"
        #expect(try await site.get(path).status == 200)
        var listing = DeskListing(site: "lab", dataset: "a")
        (listing.snapshot, listing.path, listing.isRecursive) = ("abcd", "-x", true)
        (listing.after, listing.limit) = ("y", 9)
        #expect(site.desk.documents.last == .entries(listing))
    }
}
