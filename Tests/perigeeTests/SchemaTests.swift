import Foundation
import TestSupport
import Testing

/// What programs read is as `Config/schemas` says.
@Suite("Documents and their schemas")
struct SchemaTests {
    /// Holds `document` against the schema that it names; members that the schema does not know are faults too.
    private func check(_ document: [String: Any], _ note: String) throws {
        let name = try #require(document["schema"] as? String, "\(note)")
        // An estimate is a report whose figures are spreads.
        let isEstimate = document["verb"] as? String == "estimate" && name == "perigee.report/1"
        let file =
            isEstimate
            ? "estimate" : name.replacingOccurrences(of: "perigee.", with: "").replacingOccurrences(of: "/1", with: "")
        let schema = try SchemaCheck("\(file).schema.json")
        #expect(schema.faults(document) == [], "\(note)")
        #expect(schema.unknownMembers(of: document) == [], "\(note)")
    }

    private func site() throws -> FaultSite {
        let site = try FaultSite()
        var seed = Seed.fromEnvironment()
        try site.scratch.write("s/dir/a", random: 300_000, &seed)
        try site.scratch.write("s/b", "text")
        try site.shell("ln -s b s/link; ln s/b s/hard; mkfifo s/pipe; mkdir s/empty; touch -d 1960-01-01 s/dir")
        return site
    }

    @Test("every verb prints one document as its schema says")
    func verbs() throws {
        let site = try site()
        try site.scratch.write("key", Data((0..<64).map { UInt8(truncatingIfNeeded: $0 &* 37) }))
        let (vault, dataset) = (site.vault(), site.vault("d"))
        let runs: [[String]] = [
            ["init", vault, "--label", "first"], ["estimate", "@s", dataset],
            ["snapshot", "@s", dataset], ["sync", "@s", "@t", "--dry-run"], ["sync", "@s", "@t"],
            ["sync", "@s", dataset], ["estimate", dataset, "@r"], ["restore", dataset, "@r"], ["ls", dataset, "-r"],
            ["ls", "@s"], ["log", dataset], ["log", vault], ["diff", dataset, "@t"], ["hash", "@s/b", "@s/none"],
            ["chunk", "@s/dir/a"], ["keys", "list", vault], ["keys", "add", vault, "--new-key-file", "@key"],
            ["verify", vault], ["verify", vault, "--sample", "50%"], ["repair", vault], ["doctor", "@s"],
            ["init", "vault:\(site.path("second"))", "--like", vault],
            ["sync", dataset, "vault:\(site.path("second"))#d"],
            ["forget", dataset, "--keep-last", "1", "--dry-run"], ["forget", dataset, "--keep-last", "1"],
            ["schedule", "next", "30 2 * * *", "--zone", "Europe/Berlin", "--after", "2026-03-28T12:00:00Z"],
            ["schedule", "next", "nightly between 22:00 and 05:00"], ["status", "--ledger"],
            ["keys", "export", vault, "@safe"], ["keys", "rotate", vault], ["keys", "status", vault],
            ["gc", vault, "--reseal", "--grace", "0"],
            ["gc", vault, "--dry-run", "--grace", "0"], ["gc", vault], ["gc", vault, "--grace", "0"],
        ]
        for arguments in runs {
            let report = try site.run(arguments)
            #expect([0, 4].contains(report.status), "\(arguments): \(report.text)")
            try check(report.document, "\(arguments)")
        }
        try check(try site.run("identity", "new").document, "identity new")
        let shown = try site.run("identity").document
        try check(shown, "identity")
        let other = try site.run("identity", "new", "--replace", "--state", site.path("other"))
        let identity = try #require(other.document["identity"] as? String)
        for words in [
            ["add", "a", identity, "--allow", "read,grant", "--export", "d", "--at", "host"], ["list"],
            ["remove", "a"],
        ] { try check(try site.run(["trust"] + words).document, "trust \(words)") }
        let listening = try ListeningSite()
        try listening.start("tree=\(site.path("s")):ro", "vault=vault:\(site.path("vault"))")
        try check(listening.document, "agent")
        let remote = try RemoteSite()
        try check(try remote.run("probe", remote.vault()).document, "probe")
        try site.shell("$P hash s/b > sums")
        let sums = try Program.run("hash", "--check", "sums", "--json", in: site.scratch)
        try check(try sums.document(), "hash --check")
    }

    @Test("damage, differences and errors are told as their schemas say")
    func trouble() throws {
        let site = try site()
        #expect(try site.run("init", site.vault()).status == 0)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell(
            "cp -a s t; chmod 600 t/b; rm t/link; echo more > t/new; echo else > t/hard; rm t/pipe; mkdir t/pipe")
        let differences = try site.run("diff", site.vault("d"), "@t")
        try check(differences.document, "diff")
        try site.shell("rm -r vault/index; rm \"$(find vault/packs -type f | head -1)\"")
        for verb in ["verify", "repair"] {
            let report = try site.run(verb, site.vault())
            #expect(report.status == 1, "\(report.text)")
            try check(report.document, verb)
        }
        for arguments in [["ls", "@nothing"], ["log", "vault:\(site.path("none"))"], ["sync", "s3://a/b#c", "@t"]] {
            let report = try site.run(arguments)
            #expect(report.document["schema"] as? String == "perigee.error/1", "\(report.text)")
            try check(report.document, "\(arguments)")
        }
    }

    @Test("progress is told as its schema says")
    func progress() throws {
        let site = try site()
        let run = try Program.run(
            ["sync", site.path("s"), site.path("t"), "--progress", "json"], environment: site.environment)
        let events = try run.errors.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(events.last?["event"] as? String == "end", "\(run.errors)")
        for event in events { try check(event, "progress") }
    }
}
