import Foundation
import TestSupport
import Testing

/// What is changed at once over HTTP, asked of the built daemon: new vaults, what opens them, whom the site trusts.
@Suite("Vaults, keys and trust of the daemon over HTTP")
struct ServeKeyTests {
    private func configuration(_ host: ServingSite) -> String {
        """
        serve:
          api:
            listen: "127.0.0.1:0"
            secrets: [env:SECOND, "file:\(host.site.path("third.key"))", credential:fourth, env:NOT_THERE]
        """
    }

    /// A daemon with a third site, whose vault is not there yet, and secrets that requests may name.
    private func asked() throws -> AskedSite {
        let host = try ServingSite(
            "", ["SECOND": "of a colleague"], sites: ["attic", "loft"])
        try host.site.scratch.write("third.key", Data((0..<64).map { UInt8($0) }))
        try host.site.shell("mkdir credentials; echo 'of systemd' > credentials/fourth")
        try host.write(configuration(host))
        return try AskedSite(host, with: ["CREDENTIALS_DIRECTORY": host.site.path("credentials")])
    }

    /// Whether a passphrase opens the vault of a site.
    private func opens(_ host: ServingSite, _ vault: String, _ passphrase: String) throws -> Bool {
        let place = "vault:\(host.site.path(vault))"
        return try host.site.run(["keys", "status", place], with: ["PERIGEE_PASSPHRASE": passphrase]).status == 0
    }

    @Test("a vault is made, opened by other secrets, and by one less again; no secret is sent, kept or told")
    func keys() throws {
        let asked = try asked()
        let host = asked.host
        let made = try asked.ask("POST", "vaults/attic/init", #"{"average":"16KiB","label":"first"}"#, 201, "vault")
        #expect(made["average_chunk"] as? Int == 16 << 10 && (made["id"] as? String)?.isEmpty == false)
        _ = try asked.ask("POST", "vaults/attic/init", "{}", 409)
        let like = try asked.ask("POST", "vaults/loft/init", #"{"like":"attic"}"#, 201, "vault")
        #expect(like["average_chunk"] as? Int == 16 << 10)
        #expect(try opens(host, "attic", "of all vaults") && !opens(host, "attic", "of a colleague"))
        _ = try asked.done("replicas/attic/d0/snapshot", #"{"from":"desk"}"#)
        _ = try asked.done("replicas/loft/d0/replicate", #"{"from":"attic","history":true}"#)
        #expect(try host.snapshots("attic", "d0") == host.snapshots("loft", "d0"))

        var added: [String] = []
        for (body, passphrase) in [
            (#"{"passphrase":"env:SECOND","label":"colleague"}"#, "of a colleague"),
            (#"{"passphrase":"credential:fourth"}"#, "of systemd"),
            (#"{"key_file":"file:\#(host.site.path("third.key"))"}"#, nil),
        ] as [(String, String?)] {
            let document = try asked.ask("POST", "vaults/attic/keys", body, 201, "keys")
            added.append(try #require((document["keys"] as? [[String: Any]])?.first?["id"] as? String))
            if let passphrase { #expect(try opens(host, "attic", passphrase)) }
        }
        let byFile = try host.site.run(
            ["keys", "status", "vault:\(host.site.path("attic"))", "--key-file", host.site.path("third.key")])
        #expect(byFile.status == 0)
        let listed = try asked.ask("GET", "vaults/attic/keys", nil, 200, "keys")
        #expect((listed["keys"] as? [Any])?.count == 4)

        let left = try asked.ask("DELETE", "vaults/attic/keys/\(added[0])", nil, 200, "keys")
        #expect((left["keys"] as? [Any])?.count == 3)
        #expect(try !opens(host, "attic", "of a colleague") && opens(host, "attic", "of all vaults"))
        _ = try asked.ask("DELETE", "vaults/attic/keys/\(added[0])", nil, 404)
        _ = try asked.ask("POST", "vaults/attic/keys", #"{"passphrase":"env:NOT_THERE"}"#, 422)
        _ = try asked.ask("POST", "vaults/attic/keys", #"{"passphrase":"env:SECRET"}"#, 422)

        _ = try asked.done("vaults/attic/verify", #"{"data":true}"#)
        let replicas = try asked.ask("GET", "replicas", nil, 200)["replicas"] as? [[String: Any]] ?? []
        let attic = replicas.first { $0["site"] as? String == "attic" }
        #expect(attic?["verified"] is String, "what a whole vault was found to be goes for its datasets: \(replicas)")

        let audit = try asked.ask("GET", "audit?limit=50", nil, 200)["entries"] as? [[String: Any]] ?? []
        let told = audit.map { "\($0["action"] ?? "") \($0["subject"] ?? "") \($0["outcome"] ?? "")" }
        for line in [
            "vault.init attic done", "vault.init attic failed", "vault.key.add attic done",
            "vault.key.remove attic \(added[0]) done",
        ] { #expect(told.contains(line), "\(line): \(told)") }
        let all = "\(audit)" + host.log + (try host.runs().map { "\($0)" }.joined())
        for secret in ["of all vaults", "of a colleague", "of systemd"] { #expect(!all.contains(secret)) }
        #expect(try host.run("audit", "verify").status == 0)
        #expect(try host.stop() == 0)
    }

    @Test("a site gets an identity, and is told whom it trusts")
    func trust() throws {
        let asked = try asked()
        _ = try asked.ask("GET", "identity", nil, 404)
        let made = try asked.ask("POST", "identity", nil, 201, "identity")
        let own = try #require(made["identity"] as? String)
        #expect(try asked.ask("GET", "identity", nil, 200, "identity")["identity"] as? String == own)
        _ = try asked.ask("POST", "identity", nil, 409)
        let body = #"{"name":"laptop","identity":"\#(own)","at":["127.0.0.1:7374"],"allow":["read"],"exports":["a"]}"#
        _ = try asked.ask("POST", "trust", body, 201, "trust")
        _ = try asked.ask("POST", "trust", body, 409)
        _ = try asked.ask("POST", "trust", #"{"name":"other","identity":"\#(own.dropLast())","allow":["read"]}"#, 422)
        _ = try asked.ask("POST", "trust", #"{"name":"other","identity":"\#(own)"}"#, 422)
        let listed = try asked.ask("GET", "trust", nil, 200, "trust")["peers"] as? [[String: Any]]
        #expect(listed?.count == 1 && listed?[0]["name"] as? String == "laptop")
        #expect(try asked.host.run("trust", "list").text.contains(own))
        _ = try asked.ask("DELETE", "trust/laptop", nil, 200, "trust")
        _ = try asked.ask("DELETE", "trust/laptop", nil, 404)
    }

    @Test("times, the configuration and its faults are asked about as on the command line")
    func looks() throws {
        let asked = try asked()
        let host = asked.host
        let more =
            "\(configuration(host))\nschedules: [{ name: nightly, replicate: d0, to: lab, at: \"30 2 * * *\", zone: Europe/Berlin }]"
        try host.write(more)
        let coming = try asked.ask("GET", "coming?limit=2&after=2026-03-28T12%3A00%3A00Z", nil, 200, "coming")
        let runs = coming["runs"] as? [[String: Any]] ?? []
        // At half past two the clocks of that day have been put forward.
        #expect(runs.map { $0["due"] as? String } == ["2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"], "\(coming)")
        let path = "occurrences?at=0%2012%20*%20*%20fri%232&zone=Europe%2FBerlin&after=2026-11-01T00:00:00Z&limit=1"
        let found = try asked.ask("GET", path, nil, 200, "schedule-next")["occurrences"] as? [[String: Any]]
        #expect(found?.first?["due"] as? String == "2026-11-13T11:00:00Z")
        for bad in ["occurrences?at=--help", "occurrences?at=61%20*%20*%20*%20*", "occurrences?at=%40daily&zone=Mars"] {
            _ = try asked.ask("GET", bad, nil, 422)
        }
        let shown = try asked.ask("GET", "configuration", nil, 200, "config")
        #expect("\(shown)".contains("env:SECRET") && !"\(shown)".contains("of all vaults"))
        let sound = try asked.ask("POST", "configuration/check", "{}", 200, "config-check")
        #expect(sound["is_sound"] as? Bool == true, "\(sound)")
        let wrong = try asked.ask(
            "POST", "configuration/check", #"{"text":"version: 1\nsights: {}\n"}"#, 200, "config-check")
        let fault = (wrong["faults"] as? [[String: Any]])?.first
        #expect(wrong["is_sound"] as? Bool == false && fault?["line"] as? Int == 2, "\(wrong)")
        let body = #"{"source":"desk:d0","destination":"lab:d0","exact":true,"link":"1Gbit/s,20ms"}"#
        let estimate = try asked.ask("POST", "estimate", body, 200, "estimate")
        #expect(estimate["verb"] as? String == "estimate" && "\(estimate)".contains("120000"), "\(estimate)")
        _ = try asked.ask("POST", "estimate", body.replacingOccurrences(of: "1Gbit/s", with: "wide"), 422)
        let score = try asked.ask("GET", "ledger/score", nil, 200, "ledger")
        #expect(score["transfers"] is [Any])
        let doctor = try asked.ask("GET", "doctor?site=lab", nil, 200, "doctor")
        #expect("\(doctor)".contains(host.site.path("lab")))
        for site in ["lab", "desk"] { _ = try asked.ask("POST", "sites/\(site)/probe", nil, 422) }
        #expect(try host.runs().isEmpty)
    }
}
