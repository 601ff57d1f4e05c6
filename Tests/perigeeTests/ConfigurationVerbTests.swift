import Foundation
import TestSupport
import Testing

@Suite("The configuration on the command line")
struct ConfigurationVerbTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Config/perigee.yaml").path

    private func check(_ report: FaultSite.Report) throws {
        let name = try #require(report.document["schema"] as? String, "\(report.text)")
        let file = name.replacing("perigee.", with: "").replacing("/1", with: "")
        let schema = try SchemaCheck("\(file).schema.json")
        #expect(
            schema.faults(report.document) == [] && schema.unknownMembers(of: report.document) == [], "\(report.text)")
    }

    @Test("is shown as its schemas say, with the places of secrets and no secret")
    func documents() throws {
        let site = try FaultSite()
        for arguments in [
            ["config", "check", Self.example], ["config", "check", "--config", Self.example],
            ["config", "show", "--config", Self.example], ["sites", "--config", Self.example],
            ["links", "--config", Self.example], ["datasets", "--config", Self.example],
            ["datasets", "weights", "--config", Self.example],
        ] {
            let report = try site.run(arguments)
            #expect(report.status == 0, "\(arguments): \(report.text)")
            try check(report)
            let text = try Program.run(arguments, environment: site.environment)
            #expect(text.status == 0 && text.text.contains("\n") && text.errors.isEmpty, "\(text.errors)")
        }
        let shown = try site.run("config", "show", "--config", Self.example)
        let sections = try #require(shown.document["sections"] as? [String: Any])
        #expect(Set(sections.keys) == ["budgets", "classes", "hooks", "policies", "schedules", "serve"])
        #expect(shown.outcome.text.contains("credential:perigee-berlin"))
        #expect(shown.document["here"] as? String == "berlin")
        let there = try site.run(["sites", "--config", Self.example], with: ["PERIGEE_SITE": "virginia"])
        #expect(there.document["here"] as? String == "virginia")
        #expect(try site.run(["sites", "--config", Self.example], with: ["PERIGEE_SITE": "rome"]).status == 2)
    }

    @Test("is refused with status 2, each fault with line, column and remedy, where anything is wrong")
    func faults() throws {
        let site = try NamedSite()
        try site.write("version: 1\nsites:\n  a: { pasphrase: x, limit: fast }\n  b: { passphrase: hunter2 }\n")
        let report = try site.run("config", "check")
        #expect(report.status == 2)
        try check(report)
        let faults = try #require(report.document["faults"] as? [[String: Any]])
        #expect(faults.map { $0["key"] as? String } == ["sites.a.pasphrase", "sites.a.limit", "sites.b.passphrase"])
        #expect(faults.map { $0["line"] as? Int } == [3, 3, 4] && report.document["is_sound"] as? Bool == false)
        let text = try Program.run("config", "check", in: site.site.scratch)
        #expect(text.status == 2 && text.text.contains("perigee.yaml:3:8: sites.a.pasphrase: this key is not known"))
        #expect(text.text.contains("did you mean passphrase?") && text.text.contains("3 faults"))
        #expect(!text.text.contains("hunter2") && !report.outcome.text.contains("hunter2"))
        let used = try site.run("ls", "a:d")
        #expect(used.status == 2 && used.code == "usage", "\(used.text)")
        #expect(used.document["place"] as? String == "./perigee.yaml:3:8: sites.a.pasphrase")
        #expect((used.document["remedy"] as? String)?.contains("shows all 3 faults") == true)
    }

    @Test("is checked with what the daemon and its API read, each fault at its place")
    func serve() throws {
        let site = try NamedSite()
        try site.write(
            """
            version: 1
            serve:
              log: loud
              api:
                lisen: 127.0.0.1:7375
                listen: "nonsense:99999"
                rate: -1
                hosts: a
                tls: { certificate: /a }
            """)
        let report = try site.run("config", "check")
        #expect(report.status == 2)
        try check(report)
        let faults = try #require(report.document["faults"] as? [[String: Any]])
        let places = faults.map { "\($0["line"] ?? 0):\($0["column"] ?? 0) \($0["key"] ?? "")" }
        #expect(
            places == [
                "3:8 ", "5:5 serve.api.lisen", "6:13 serve.api.listen", "7:11 serve.api.rate", "8:12 serve.api.hosts",
                "9:25 serve.api.tls.certificate",
            ], "\(report.text)")
        #expect(faults.allSatisfy { ($0["remedy"] as? String)?.isEmpty == false })
        #expect(report.text.contains("did you mean listen?"))
        try site.write("version: 1\nserve: { api: { listen: '0.0.0.0:7375' } }\n")
        let open = try site.run("config", "check")
        #expect(open.status == 2 && open.text.contains("others would reach it"), "\(open.text)")
        try site.write("version: 1\nserve: { api: { listen: '0.0.0.0:7375', tls: site } }\n")
        #expect(try site.run("config", "check").status == 0)
    }

    @Test("is found where the contract says, and not asked for by verbs whose ends are written out")
    func search() throws {
        let site = try NamedSite()
        try site.site.scratch.write("home/perigee/perigee.yaml", "version: 1\nsites: { home: {} }\n")
        try site.site.scratch.write("other.yaml", "version: 1\nsites: { other: {} }\n")
        func names(_ arguments: String..., with more: [String: String] = [:]) throws -> [String] {
            let outcome = try Program.run(["sites", "--json"] + arguments, environment: more, in: site.site.scratch)
            return try (outcome.document()["sites"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        }
        let home = ["XDG_CONFIG_HOME": site.site.path("home")]
        #expect(try names(with: home) == ["desk", "lab", "cellar", "far"])
        #expect(try names(with: home.merging(["PERIGEE_CONFIG": "other.yaml"]) { $1 }) == ["other"])
        #expect(try names("--config", "other.yaml", with: ["PERIGEE_CONFIG": "none"]) == ["other"])
        try site.site.shell("rm perigee.yaml")
        #expect(try names(with: home) == ["home"])
        try site.write("version: 7")
        #expect(try site.run("hash", "@other.yaml").status == 0)
        #expect(try site.run("sites").status == 2)
    }

    @Test("lets every verb take a dataset at a site, with what the site says of secrets and the dataset of files")
    func names() throws {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite()
        try site.makeVaults()
        try site.makeSource(&seed)
        let estimate = try site.done("estimate", "desk:d", "lab:d")
        let made = try site.done("sync", "desk:d", "lab:d")
        #expect(made.document["source"] as? String == "desk:d" && made["files", "new"] == 21, "\(made.text)")
        let foreseen = (estimate.document["bytes"] as? [String: Any])?["missing"] as? [String: Any]
        #expect(foreseen?["p50"] as? Int == made["bytes", "missing"], "\(estimate.text)")
        try site.done("snapshot", "desk:d", "cellar:d")
        #expect((try site.done("log", "lab:d").document["snapshots"] as? [Any])?.count == 1)
        #expect((try site.done("diff", "lab:d@latest", "cellar:d").document["changes"] as? [Any])?.isEmpty == true)
        try site.done("forget", "lab:d", "--keep-last", "1")
        for verb in ["log", "verify", "gc", "repair"] { try site.done(verb, "lab:") }
        try site.done("keys", "list", "lab:")
        #expect((try site.done("ls", "lab:d").document["entries"] as? [Any])?.count == 4)
        #expect(
            try Program.run(
                "cat", "lab:d", "d0/f0", environment: ["LAB_SECRET": "of the lab"], in: site.site.scratch
            ).output.count == 4000)
        try site.expectRestored("lab:d")
        #expect(try site.run("log", "lab:d", with: ["LAB_SECRET": "wrong"]).code == "key")
        #expect(try site.run("log", "lab:d", with: ["LAB_SECRET": ""]).code == "key")
    }

    @Test("names what was meant where a name leads nowhere, and leaves host:/path to ssh")
    func unknown() throws {
        let site = try NamedSite()
        for (endpoint, says) in [
            ("lap:d", "did you mean lab?"), ("lab:e", "did you mean d?"), ("desk:d@latest", "no snapshots"),
            ("nowhere:d", "there are: desk, lab, cellar, far"),
        ] {
            let report = try site.run("ls", endpoint)
            #expect(report.status == 2 && report.outcome.text.contains(says), "\(report.text)")
            #expect(report.document["place"] as? String == endpoint)
        }
        // A site called far does not take over the host called far.
        try site.site.shell("mkdir -p s g; echo 1 > s/a")
        try site.done(
            "sync", "@s", "far:\(site.site.path("g"))", "--ssh", site.site.path("connect"), "--remote-perigee",
            Program.path)
        #expect(
            try site.site.shell("cat g/a").text == "1\n" && site.site.shell("tail -1 calls").text.contains("-- far"))
    }

    @Test("reaches a site on another host as it says, and measures the link to it")
    func remote() throws {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite("links: [{ from: desk, to: far, bandwidth: 1Gbit/s }]")
        try site.makeSource(&seed)
        try site.done("sync", "desk:d", "far:d")
        #expect(try site.site.shell("diff -r s f").text == "Only in s: left out.tmp\n")
        #expect(try site.site.shell("cat calls").text.contains("-l me -- there"))
        try site.done("init", "far:")
        try site.done("snapshot", "@s", "far:")
        #expect((try site.done("log", "far:").document["snapshots"] as? [Any])?.count == 1)
        try site.done("probe", "far")
        let links = try site.done("links").document["links"] as? [[String: Any]]
        let measured = try #require(links?.first?["measured"] as? [String: Any])
        #expect(measured["bandwidth"] as? Double ?? 0 > 0)
        let local = try site.run("probe", "lab")
        #expect(local.status == 2 && local.outcome.text.contains("not on another host"))
    }

    @Test("probes no object store, and says what to do instead")
    func store() throws {
        let site = try NamedSite()
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        try site.write(text.replacing("sites:\n", with: "sites:\n  cloud: { vault: \"s3://bucket/p\" }\n"))
        for endpoint in ["cloud", "cloud:d", "s3://bucket/p"] {
            let probe = try site.run("probe", endpoint)
            #expect(
                probe.status == 2 && probe.text.contains("object stores are not probed"), "\(endpoint): \(probe.text)")
            #expect(probe.text.contains("perigee doctor"), "\(probe.text)")
        }
    }
}
