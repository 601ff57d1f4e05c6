import Catalog
import Configurations
import Foundation
import Model
import Testing
import Web

/// What is changed at once over the API: new vaults, keys, whom this site trusts; and what is asked about times and files.
@Suite("Vaults, keys and trust over the API")
struct KeyApiTests {
    private static let identity = "ABCDEFG-HIJKLMN-OPQRSTU-VWXYZ23-4567ABC-DEFGHIJ-KLMNOPQ-RSTUVWX"

    private func site() async throws -> WebSite {
        let site = try await WebSite(nil) { settings in
            settings.secrets = [.credential("second"), .file("/etc/perigee/third.key")]
        }
        var geography = DeskGeography()
        geography.datasets = ["a"]
        geography.sites = ["desk", "lab", "cellar", "attic"].map { .init(name: $0, place: "") }
        site.desk.set(replicas: [], geography: geography)
        return site
    }

    @Test("what is asked for is what the verb does, and who asked is in the audit log")
    func changes() async throws {
        let site = try await site()
        let trusted = TrustWish(
            name: "laptop", identity: Self.identity, at: ["[::1]:7374", "host"], allow: ["read", "write"],
            exports: ["a"], replaces: false)
        let asks: [(String, String, String?, Int, DeskChange, String)] = [
            (
                "POST", "vaults/attic/init", #"{"average":"16KiB","cipher":"aes-256-gcm","label":"first"}"#, 201,
                .initialize(site: "attic", options: ["--average=16KiB", "--cipher=aes-256-gcm", "--label=first"]),
                "vault.init attic"
            ),
            (
                "POST", "vaults/attic/init", #"{"like":"lab","single_writer":true}"#, 201,
                .initialize(site: "attic", options: ["--single-writer", "--like=lab:"]), "vault.init attic"
            ),
            (
                "POST", "vaults/lab/keys", #"{"passphrase":"credential:second","label":"x y"}"#, 201,
                .addKey(site: "lab", secret: .passphrase(.credential("second")), label: "x y"), "vault.key.add lab"
            ),
            (
                "POST", "vaults/lab/keys", #"{"key_file":"file:/etc/perigee/third.key"}"#, 201,
                .addKey(site: "lab", secret: .keyFile(.file("/etc/perigee/third.key")), label: ""), "vault.key.add lab"
            ),
            (
                "DELETE", "vaults/lab/keys/4f2a91c07be3d815", nil, 200,
                .removeKey(site: "lab", key: "4f2a91c07be3d815"), "vault.key.remove lab 4f2a91c07be3d815"
            ), ("POST", "identity", nil, 201, .makeIdentity, "identity.new this site"),
            (
                "POST", "trust",
                """
                {"name":"laptop","identity":"\(Self.identity)","at":["[::1]:7374","host"],"allow":["read","write"],\
                "exports":["a"]}
                """, 201, .trust(trusted), "trust.add laptop"
            ), ("DELETE", "trust/laptop", nil, 200, .distrust("laptop"), "trust.remove laptop"),
        ]
        for (method, path, body, status, change, entry) in asks {
            let reply = try await site.ask(method, "/v1/\(path)", token: site.admin, body: body)
            #expect(reply.status == status, "\(path): \(reply.text)")
            #expect(site.desk.made.last == change, "\(path)")
            let noted = try #require(try site.desk.audit(before: nil, limit: 1).first).draft
            #expect("\(noted.action) \(noted.subject)" == entry)
            #expect(noted.outcome == .done && noted.actor == "token:root")
        }
        let count = site.desk.made.count
        for _ in 0..<2 {
            let reply = try await site.ask(
                "POST", "/v1/vaults/lab/keys", token: site.admin, headers: ["Idempotency-Key": "one"],
                body: #"{"passphrase":"credential:second"}"#)
            #expect(reply.status == 201)
        }
        #expect(site.desk.made.count == count + 1, "with one key it is done once")
    }

    @Test("nothing happens for those who may not, nor for secrets that the configuration does not list")
    func refusals() async throws {
        let site = try await site()
        let operate = try site.desk.token("ci", .operate)
        let peer = #""name":"x","identity":"\#(Self.identity)""#
        let asks: [(String, String, String, String?, Int)] = [
            (operate, "POST", "vaults/attic/init", "{}", 403), (operate, "POST", "vaults/lab/keys", "{}", 403),
            (operate, "DELETE", "vaults/lab/keys/4f2a", nil, 403), (operate, "POST", "identity", nil, 403),
            (operate, "POST", "trust", "{}", 403), (operate, "DELETE", "trust/laptop", nil, 403),
            (operate, "GET", "configuration", nil, 403), (operate, "POST", "configuration/check", "{}", 403),
            (site.admin, "POST", "vaults/mars/init", "{}", 404),
            (site.admin, "POST", "vaults/attic/init", #"{"average":"much"}"#, 400),
            (site.admin, "POST", "vaults/attic/init", #"{"cipher":"rot13"}"#, 400),
            (site.admin, "POST", "vaults/attic/init", #"{"like":"mars"}"#, 404),
            (site.admin, "POST", "vaults/attic/init", #"{"like":"lab","average":"64KiB"}"#, 422),
            (site.admin, "POST", "vaults/attic/init", #"{"passphrase":"secret"}"#, 400),
            (site.admin, "POST", "vaults/lab/keys", "{}", 422),
            (site.admin, "POST", "vaults/lab/keys", #"{"passphrase":"in clear"}"#, 422),
            (site.admin, "POST", "vaults/lab/keys", #"{"passphrase":"file:/etc/passwd"}"#, 422),
            (site.admin, "POST", "vaults/lab/keys", #"{"passphrase":"env:HOME"}"#, 422),
            (
                site.admin, "POST", "vaults/lab/keys",
                #"{"passphrase":"credential:second","key_file":"credential:second"}"#, 422
            ), (site.admin, "DELETE", "vaults/lab/keys/--help", nil, 404),
            (site.admin, "DELETE", "trust/--json", nil, 404), (site.admin, "POST", "trust", "{}", 400),
            (site.admin, "POST", "trust", #"{"name":"-x","identity":"A"}"#, 400),
            (site.admin, "POST", "trust", #"{"name":"x","identity":"--replace"}"#, 400),
            (site.admin, "POST", "trust", "{\(peer),\"allow\":[\"all\"]}", 400),
            (site.admin, "POST", "trust", "{\(peer),\"at\":[\"--x\"]}", 400),
        ]
        for (token, method, path, body, status) in asks {
            let reply = try await site.ask(method, "/v1/\(path)", token: token, body: body)
            #expect(reply.status == status, "\(path) \(body ?? ""): \(reply.text)")
            #expect(!reply.text.contains("in clear"))
        }
        #expect(site.desk.made.isEmpty)
        #expect(!site.log.all.joined().contains("in clear"))

        let there = try await site.ask("POST", "/v1/vaults/lab/init", token: site.admin, body: "{}")
        #expect(there.status == 409, "\(there.text)")
        let gone = try await site.ask(
            "POST", "/v1/vaults/cellar/keys", token: site.admin, body: #"{"passphrase":"credential:second"}"#)
        #expect(gone.status == 422, "\(gone.text)")
        let failed = try site.desk.audit(before: nil, limit: 50).map(\.draft).filter { $0.outcome == .failed }
        #expect(failed.map(\.action) == ["vault.key.add", "vault.init"])
    }

    @Test("times and configurations are asked about as on the command line")
    func looks() async throws {
        let site = try await site()
        let asks: [(String, Int, DeskDocument?)] = [
            ("coming?limit=3", 200, .coming(after: nil, limit: 3)),
            ("coming?after=2026-11-01T00%3A00%3A00Z", 200, .coming(after: "2026-11-01T00:00:00Z", limit: 50)),
            (
                "occurrences?at=30%202%20*%20*%20*&zone=Europe%2FBerlin&limit=2", 200,
                .occurrences(at: "30 2 * * *", zone: "Europe/Berlin", after: nil, limit: 2)
            ), ("occurrences?at=never", 422, nil), ("occurrences", 400, nil), ("occurrences?at=", 400, nil),
            ("identity", 200, .identity), ("trust", 200, .trust), ("configuration", 200, .configuration),
            ("ledger/score", 200, .score),
        ]
        for (path, status, document) in asks {
            let reply = try await site.get("/v1/\(path)")
            #expect(reply.status == status, "\(path): \(reply.text)")
            if let document { #expect(site.desk.documents.last == document, "\(path)") }
        }
        let body = #"{"source":"desk:a","destination":"lab:a","exact":true,"link":"1Gbit/s,20ms","exclude":["*.o"]}"#
        let estimate = try await site.ask("POST", "/v1/estimate", token: site.admin, body: body)
        #expect(estimate.status == 200, "\(estimate.text)")
        let options = ["--exact", "--link=1Gbit/s,20ms", "--exclude=*.o"]
        #expect(site.desk.documents.last == .estimate(source: "desk:a", destination: "lab:a", options: options))
        for (body, text) in [("{}", nil), (#"{"text":"version: 1"}"#, "version: 1")] as [(String, String?)] {
            let reply = try await site.ask("POST", "/v1/configuration/check", token: site.admin, body: body)
            #expect(reply.status == 200, "\(reply.text)")
            #expect(site.desk.documents.last == .check(text.map { Array($0.utf8) }))
        }
    }
}
