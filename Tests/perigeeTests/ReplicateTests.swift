import Foundation
import TestSupport
import Testing

@Suite("Replicating by names")
struct ReplicateTests {
    @Test("brings a dataset to a site and back, without what does not belong to it, and says which way and why")
    func there() throws {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite()
        try site.makeVaults()
        try site.makeSource(&seed)
        let foreseen = try site.done("replicate", "d", "--to", "lab", "--dry-run")
        #expect(foreseen.document["dry_run"] as? Bool == true)
        #expect((try site.done("log", "lab:").document["snapshots"] as? [Any])?.isEmpty == true)
        let made = try site.done("replicate", "d", "--to", "lab")
        #expect(made.document["verb"] as? String == "replicate" && made["files", "new"] == 21, "\(made.text)")
        #expect(made["bytes", "missing"] == foreseen["bytes", "missing"])
        #expect(made.route("from") == "desk" && made.route("to") == "lab")
        #expect(made.route("reason")?.contains("where people write") == true)
        try site.expectRestored("lab:d")
        let schema = try SchemaCheck("report.schema.json")
        #expect(schema.faults(made.document) == [] && schema.unknownMembers(of: made.document) == [])
        let back = try site.done("replicate", "d", "--from", "lab", "--to", "cellar")
        #expect(back["bytes", "missing"] == made["bytes", "missing"] && back.route("reason") == "--from names it")
        try site.site.shell("mv s t; mkdir s; cp 't/left out.tmp' s")
        try site.done("replicate", "d", "--from", "cellar", "--to", "desk")
        #expect(try site.site.shell("diff -r s t").text == "")
        let far = try site.done("replicate", "d", "--to", "far")
        #expect(far["files", "new"] == 21 && far["bytes", "wire_sent"] > 2 << 20)
    }

    @Test("takes the newest of the vaults, and of equally new ones that over the cheapest link")
    func choice() throws {
        var seed = Seed.fromEnvironment()
        let links = """
            links:
              - { from: lab, to: desk, bandwidth: 1Gbit/s, tariff: dear }
              - { from: cellar, to: desk, bandwidth: 10Mbit/s }
            """
        let site = try NamedSite(links, datasets: "  d: { replicas: { lab: 'vault:L', cellar: 'vault:C', desk: /D } }")
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        let paths = ["'vault:L'": "lab", "'vault:C'": "cellar", "/D": "r"]
        try site.write(
            paths.reduce(text) { text, pair in
                text.replacing(
                    pair.key,
                    with: pair.key.hasPrefix("'") ? "'vault:\(site.site.path(pair.value))'" : site.site.path(pair.value)
                )
            })
        try site.makeVaults()
        try site.makeSource(&seed)
        try site.done("snapshot", "@s", "lab:d")
        let only = try site.run("replicate", "d", "--to", "desk")
        #expect(only.status == 0 && only.route("from") == "lab", "\(only.text)")
        #expect(only.outcome.errors.isEmpty, "quiet is quiet: \(only.outcome.errors)")
        try site.done("replicate", "d", "--from", "lab", "--to", "cellar")
        let cheap = try site.done("replicate", "d", "--to", "desk")
        #expect(cheap.route("from") == "cellar" && cheap.route("reason")?.contains("cheapest") == true, "\(cheap.text)")
        try site.done("snapshot", "@s", "lab:d")
        let newest = try site.done("replicate", "d", "--to", "desk")
        #expect(newest.route("from") == "lab" && newest.route("reason")?.contains("newest") == true, "\(newest.text)")
    }

    @Test("says what is wrong where a site, a place or a way is missing")
    func refusals() throws {
        let site = try NamedSite("links: []", datasets: "  d: { replicas: { desk: /nothing/here } }\n  e: {}")
        for (arguments, says) in [
            (["replicate", "x", "--to", "lab"], "no dataset called x"),
            (["replicate", "d", "--to", "lob"], "did you mean lab?"),
            (["replicate", "e", "--to", "lab"], "at no other site"),
            (["replicate", "e", "--to", "desk"], "says nowhere where e is at desk"),
            (["replicate", "d"], "--to SITE"), (["replicate", "d", "--to", "lab", "--from", "lab"], "the same site"),
            (["replicate", "d", "--to", "lab", "--via", "cellar"], "only a site on another host"),
            (["replicate", "d", "--to", "lab", "--via", "far"], "neither of the two sites"),
            (["replicate", "d", "--to", "far", "--via", "far"], "no site but the one that is to relay"),
            (["replicate", "d", "--to", "far", "--via", "nothere"], "no site called nothere"),
            (["replicate", "d", "--to", "far", "--via", "fat"], "did you mean far?"),
        ] {
            let outcome = try Program.run(arguments + ["--json"], in: site.site.scratch)
            #expect(outcome.status == 2 && outcome.text.contains(says), "\(arguments): \(outcome.text)")
        }
    }

    @Test("goes through another site by ssh's relaying")
    func relay() throws {
        let site = try NamedSite()
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        try site.write(text.replacing("sites:\n", with: "sites:\n  gate: { ssh: { host: gate, port: 2222 } }\n"))
        try site.site.shell("mkdir s; echo 1 > s/a")
        let report = try site.done("replicate", "d", "--to", "far", "--via", "gate")
        #expect(report.route("via") == "gate")
        #expect(try site.site.shell("cat calls").text.contains("-J gate:2222 -T -l me -- there"))
        try site.site.shell("rm calls")
        try site.done("sync", "desk:d", "far:d", "--via", "gate")
        #expect(try site.site.shell("cat calls").text.contains("-J gate:2222 -T -l me -- there"))
    }

    @Test("refuses an agent as the relay to a host of ssh, and a relay that data would not take")
    func wrongRelay() throws {
        let site = try NamedSite()
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        try site.write(
            text.replacing(
                "sites:\n",
                with: "sites:\n  gate: { ssh: { host: gate } }\n  outer: { agent: \"perigee://out:7374\" }\n")
        )
        try site.site.shell("mkdir s; echo 1 > s/a")
        for arguments in [
            ["replicate", "d", "--to", "far", "--via", "outer"],
            ["replicate", "d", "--to", "far", "--via", "out:7374"],
            ["sync", "desk:d", "far:d", "--via", "outer"], ["sync", "@s", "far:d", "--via", "out:7374"],
            ["sync", "@s", "far:d", "--via", "nothere"],
        ] {
            let report = try site.run(arguments)
            #expect(report.status == 2 && report.code == "unsupported", "\(arguments): \(report.text)")
            #expect(report.text.contains("which is reached through one of ssh"), "\(arguments): \(report.text)")
        }
        let direct = try site.run("sync", "me@a:/x", "me@b:/y", "--route", "direct", "--via", "gate")
        #expect(direct.status == 2 && direct.text.contains("leave --via or --route away"), "\(direct.text)")
        #expect(try site.site.shell("ls f calls").text == "", "nobody was called")
    }

    @Test("between trees of two other sites passes through this one, or goes directly where that is asked for")
    func twoHosts() throws {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite()
        let text = String(decoding: try site.site.scratch.read("perigee.yaml"), as: UTF8.self)
        let second = """
            farther: { ssh: { host: elsewhere, command: \(site.site.path("connect")), remote_perigee: \(Program.path) } }
            """
        try site.write(
            text.replacing("sites:\n", with: "sites:\n  \(second)\n")
                .replacing(", far: ", with: ", farther: \(site.site.path("g")), far: "))
        try site.makeSource(&seed)
        try site.done("replicate", "d", "--to", "far")
        let foreseen = try site.done("replicate", "d", "--from", "far", "--to", "farther", "--dry-run")
        let report = try site.done("replicate", "d", "--from", "far", "--to", "farther")
        #expect(report.document["verb"] as? String == "replicate" && report["files", "new"] == 21, "\(report.text)")
        #expect(report.route("from") == "far" && report.route("via") != nil, "\(report.text)")
        #expect(foreseen["bytes", "missing"] > 2 << 20 && foreseen["bytes", "missing"] <= report["bytes", "missing"])
        #expect(try site.site.shell("diff -r f g").text == "")
        let again = try site.done("replicate", "d", "--from", "far", "--to", "farther")
        #expect(
            again["files", "new"] + again["files", "changed"] == 0 && again["bytes", "missing"] == 0, "\(again.text)")
        // The other host has the same command in its environment, and reaches the third by itself.
        try site.site.shell("rm -r g")
        let direct = try site.done(
            "replicate", "d", "--from", "far", "--to", "farther", "--route", "direct",
            with: ["PERIGEE_SSH": site.site.path("connect")])
        #expect(direct["files", "new"] == 21 && direct.route("via") == nil, "\(direct.text)")
        #expect(try site.site.shell("diff -r f g").text == "")
    }

    @Test("is held to the tightest limit of the link and its sites")
    func limit() throws {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite("links: [{ from: desk, to: lab, limit: 2MB/s }]\nlimits: { rate: 1GB/s }")
        try site.makeVaults()
        try site.makeSource(&seed, large: 3 << 20)
        let start = Date()
        try site.done("replicate", "d", "--to", "lab", "--compress", "stored")
        #expect(Date().timeIntervalSince(start) > 1)
    }

    @Test("to several vaults of one domain reads and seals the source once")
    func fanOut() throws {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite()
        try site.makeVaults()
        try site.makeSource(&seed, large: 12 << 20)
        let line = "$P replicate d --to lab --to cellar --json --quiet; cat /proc/$$/io >&2"
        let outcome = try Program.shell(
            line, environment: ["LAB_SECRET": "of the lab", "CELLAR_SECRET": "of the cellar"], in: site.site.scratch)
        let document = try outcome.document()
        let reports = try #require(document["reports"] as? [[String: Any]])
        try #require(
            reports.count == 2 && (document["failures"] as? [Any])?.isEmpty == true, "\(outcome.text) \(outcome.errors)"
        )
        func figure(_ index: Int, _ name: String) -> Int {
            (reports[index]["bytes"] as? [String: Any])?[name] as? Int ?? -1
        }
        #expect(figure(0, "read") == figure(0, "logical") && figure(0, "read") > 12 << 20)
        #expect(figure(1, "read") == 0 && figure(1, "missing") == figure(0, "missing"), "\(outcome.text)")
        #expect(figure(1, "stored") > 12 << 20 && reports[1]["source"] as? String == "desk:d")
        // What the whole process read, as the system counted: the source once, what was sealed once more from where it waits for
        // the other vault, and nothing from the first one.
        if let read = outcome.errors.split(separator: "\n").first(where: { $0.hasPrefix("rchar: ") }),
            let count = Int(read.dropFirst(7))
        {
            let most = figure(0, "read") * 3 / 2 + figure(1, "stored")
            #expect(count > figure(0, "read") && count < most, "\(outcome.errors)")
        }
        let schema = try SchemaCheck("reports.schema.json")
        #expect(schema.faults(document) == [] && schema.unknownMembers(of: document) == [])
        for name in ["lab", "cellar"] {
            #expect(try site.done("verify", "\(name):d", "--data").status == 0)
            try site.expectRestored("\(name):d")
        }
        // The records are the same, byte by byte; and nothing is made twice.
        let packs =
            "for v in lab cellar; do (cd $v/packs && find . -type f | sort) > $v.packs; done; comm -12 lab.packs cellar.packs | wc -l"
        #expect(try Int(site.site.shell(packs).text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0 > 0)
        let again = try site.done("replicate", "d", "--to", "lab", "--to", "cellar")
        let second = try #require(again.document["reports"] as? [[String: Any]])
        #expect(second.allSatisfy { ($0["bytes"] as? [String: Any])?["missing"] as? Int == 0 }, "\(again.text)")
    }

    @Test(
        "to several sites comes about at each that can have it, whatever becomes of the others",
        arguments: [true, false])
    func independent(alike: Bool) throws {
        var seed = Seed.fromEnvironment()
        let site = try NamedSite()
        try site.makeVaults(alike: alike)
        try site.makeSource(&seed)
        // far is a tree, lab cannot be opened.
        let report = try site.run(
            "replicate", "d", "--to", "far", "--to", "cellar", "--to", "lab", with: ["LAB_SECRET": "wrong"])
        #expect(report.status == 1, "\(report.text)")
        let failures = try #require(report.document["failures"] as? [[String: Any]])
        #expect(failures.map { $0["destination"] as? String } == ["lab:d"] && failures[0]["code"] as? String == "key")
        let reports = try #require(report.document["reports"] as? [[String: Any]])
        #expect(reports.map { $0["destination"] as? String } == ["far:d", "cellar:d"], "\(report.text)")
        try site.expectRestored("cellar:d")
        let rest = try site.done("replicate", "d", "--to", "lab", "--to", "cellar")
        #expect((rest.document["reports"] as? [Any])?.count == 2)
        for name in ["lab", "cellar"] {
            try site.expectRestored("\(name):d")
            #expect(try site.done("verify", "\(name):d", "--data").status == 0)
        }
    }
}
