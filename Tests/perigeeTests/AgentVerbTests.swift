import Foundation
import TestSupport
import Testing

@Suite("An agent that listens")
struct AgentVerbTests {
    private func made(_ listening: ListeningSite, _ seed: inout Seed) throws {
        for index in 0..<40 {
            try listening.site.scratch.write("s/d\(index % 5)/f\(index)", random: Int(seed.next() % 60_000), &seed)
        }
        try listening.site.scratch.write("s/large", random: 7 << 20, &seed)
        try listening.site.shell("ln -s d1 s/link; ln s/large s/d2/also; mkdir -p tree")
    }

    @Test("brings trees and takes them, and measures the link")
    func trees() throws {
        var seed = Seed.fromEnvironment()
        let listening = try ListeningSite()
        let site = listening.site
        try made(listening, &seed)
        try listening.start("tree=\(site.path("tree"))", "docs=\(site.path("s")):ro")
        try listening.trust()
        let pushed = try site.run("sync", "@s", listening.endpoint("tree"), "--delete")
        #expect(pushed.status == 0, "\(pushed.text)")
        #expect(pushed["files", "new"] == 43 && pushed["bytes", "wire_sent"] > 7 << 20)
        #expect(try site.differences("s", "tree").isEmpty, "seed \(seed.value)")
        try site.shell("sleep 0.2")
        _ = try site.run("sync", "@s", listening.endpoint("tree"), "--delete")
        let again = try site.run("sync", "@s", listening.endpoint("tree"), "--delete")
        #expect(again["files", "unchanged"] == 43, "\(again.text)")
        #expect(again["bytes", "wire_sent"] + again["bytes", "wire_received"] < 4096, "\(again.text)")
        let pulled = try site.run("sync", listening.endpoint("docs"), "@r", "--limit", "100MB/s")
        #expect(pulled.status == 0, "\(pulled.text)")
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
        let refused = try site.run("sync", "@s", listening.endpoint("docs"))
        #expect(refused.status == 1 && refused.code == "denied", "\(refused.text)")
        let probe = try site.run("probe", "perigee://\(listening.document["listen"] as? String ?? "")")
        #expect(probe.status == 0, "\(probe.text)")
        let none = try site.run("sync", listening.endpoint("none"), "@r")
        #expect(none.status == 1 && none.code == "not_found", "\(none.text)")
        #expect(listening.stop() == 0)
        let away = try site.run("sync", listening.endpoint("docs"), "@r")
        #expect(away.status == 1 && away.code == "io", "\(away.text)")
    }

    @Test("serves every verb of a vault, as a whole or as one dataset")
    func vault() throws {
        var seed = Seed.fromEnvironment()
        let listening = try ListeningSite()
        let site = listening.site
        try made(listening, &seed)
        let folder = site.path("v")
        try listening.start("vault=vault:\(folder)", "home=vault:\(folder)#d")
        try listening.trust()
        let vault = "vault:" + listening.endpoint("vault")
        #expect(try site.run("init", vault).status == 0)
        let first = try site.run("snapshot", "@s", vault + "#d")
        #expect(first.status == 0 && first["files", "new"] == 43, "\(first.text)")
        try site.scratch.write("s/more", random: 100_000, &seed)
        // The dataset that the agent exports by a name of its own.
        let second = try site.run("sync", "@s", listening.endpoint("home"))
        #expect(second.status == 0 && second["bytes", "missing"] == 100_000, "\(second.text)")
        #expect(try site.run("verify", "--data", vault).status == 0)
        let history = try site.run("log", listening.endpoint("home")).document["snapshots"] as? [Any]
        #expect(history?.count == 2)
        let restored = try site.run("restore", listening.endpoint("home@latest"), "@r")
        #expect(restored.status == 0, "\(restored.text)")
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
        try listening.trust("read")
        #expect(try site.run("log", vault).status == 0)
        let refused = try site.run("forget", vault + "#d", "--keep-last", "1")
        #expect(refused.status == 1 && refused.code == "read_only", "\(refused.text)")
        #expect(listening.stop() == 0)
    }

    @Test("that is not trusted is refused with the command that trusts it, which works")
    func firstContact() throws {
        let listening = try ListeningSite()
        let site = listening.site
        try site.shell("mkdir tree; echo x > tree/file")
        try listening.start("tree=\(site.path("tree"))")
        let far = try listening.identity("far")
        let refused = try site.run("sync", listening.endpoint("tree"), "@r")
        #expect(refused.status == 3 && refused.code == "refused", "\(refused.text)")
        let remedy = try #require(refused.document["remedy"] as? String)
        #expect(remedy.contains(far))
        let command = try #require(remedy.split(separator: ": ").last).replacing("NAME", with: "far")
        #expect(try site.run(command.split(separator: " ").dropFirst().map(String.init)).status == 0)
        // Now the other side does not know this one, and says so; and so does its log.
        let near = try listening.identity("state")
        let unknown = try site.run("sync", listening.endpoint("tree"), "@r")
        #expect(unknown.status == 1 && unknown.code == "denied", "\(unknown.text)")
        #expect((unknown.document["message"] as? String)?.contains(near) == true)
        #expect(listening.hasTold(near), "\(listening.told())")
        #expect(
            try site.run(
                "trust", "add", "near", near, "--allow", "read", "--export", "tree", "--state", site.path("far")
            )
            .status == 0)
        #expect(try site.run("sync", listening.endpoint("tree"), "@r").status == 0)
        #expect(try site.run("trust", "remove", "near", "--state", site.path("far")).status == 0)
        #expect(try site.run("sync", listening.endpoint("tree"), "@r").code == "denied")
        // A site that answers with another key than was trusted.
        #expect(try site.run("identity", "new", "--replace", "--state", site.path("far")).status == 0)
        listening.kill()
        try listening.start("tree=\(site.path("tree"))")
        let changed = try site.run("sync", listening.endpoint("tree"), "@r")
        #expect(changed.status == 3 && changed.code == "refused", "\(changed.text)")
        #expect((changed.document["message"] as? String)?.contains("another key") == true)
    }

    @Test("that is killed in the middle is waited for, and serves on where the other side is killed")
    func killed() throws {
        var seed = Seed.fromEnvironment()
        let listening = try ListeningSite()
        let site = listening.site
        for index in 0..<6 { try site.scratch.write("s/f\(index)", random: 5 << 20, &seed) }
        try site.shell("mkdir tree")
        let export = "tree=\(site.path("tree"))"
        try listening.start(export)
        try listening.trust()
        let run = try site.start("sync", "@s", listening.endpoint("tree"), "--limit", "12MB/s")
        for _ in 0..<400 where try site.files("tree").isEmpty { Thread.sleep(forTimeInterval: 0.02) }
        listening.kill()
        try listening.start(export)
        let status = try run.status()
        // And now the other side.
        for index in 0..<6 { try site.scratch.write("s/f\(index)", random: 5 << 20, &seed) }
        let killed = try site.start("sync", "@s", listening.endpoint("tree"), "--limit", "12MB/s")
        Thread.sleep(forTimeInterval: Double(seed.next() % 1000) / 1000)
        killed.send(SIGKILL)
        try killed.wait()
        let last = try site.run("sync", "@s", listening.endpoint("tree"))
        #expect(status == 0 && last.status == 0, "\(last.text)")
        #expect(try site.differences("s", "tree").isEmpty, "seed \(seed.value)")
        #expect(try site.leftovers("tree").isEmpty)
    }

    @Test(
        "sends to another agent, without the bytes passing through the host that asks; or passes on what it cannot read"
    )
    func threeSites() throws {
        var seed = Seed.fromEnvironment()
        let a = try ListeningSite()
        let site = a.site
        let b = try ListeningSite(state: "other", beside: a)
        try made(a, &seed)
        try site.shell("mkdir copy")
        try b.start("copy=\(site.path("copy"))")
        try a.start("s=\(site.path("s"))", relayingTo: [try #require(b.document["listen"] as? String)])
        try a.trust("read,grant,relay")
        try b.trust("write,grant")
        let sent = try site.run("sync", a.endpoint("s"), b.endpoint("copy"), "--delete")
        #expect(sent.status == 0 && sent["files", "new"] == 43, "\(sent.text)")
        #expect(sent["bytes", "wire_sent"] > 7 << 20)
        #expect(try site.differences("s", "copy").isEmpty, "seed \(seed.value)")
        for fault in try SchemaCheck("report.schema.json").faults(sent.document) { Issue.record("\(fault)") }
        let again = try site.run("sync", a.endpoint("s"), b.endpoint("copy"), "--delete")
        #expect(again.status == 0 && again["files", "new"] == 0, "\(again.text)")
        try b.trust("write")
        #expect(try site.run("sync", a.endpoint("s"), b.endpoint("copy")).code == "denied")
        try b.trust("read")
        let relay = try #require(a.document["listen"] as? String)
        let through = try site.run("sync", b.endpoint("copy"), "@r", "--via", relay)
        #expect(through.status == 0, "\(through.text)")
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
        let refused = try site.run("sync", a.endpoint("s"), "@r", "--via", relay)
        #expect(refused.code == "denied", "\(refused.text)")
    }

    @Test("says what is wrong with what it was told to do, and a site without identity how to get one")
    func usage() throws {
        let site = try FaultSite()
        try site.shell("mkdir tree")
        let nobody = try site.run("agent", "--listen", "0", "--export", "a=\(site.path("tree"))")
        #expect(nobody.status == 1 && nobody.code == "key", "\(nobody.text)")
        #expect((nobody.document["remedy"] as? String)?.contains("perigee identity new") == true)
        #expect(try site.run("sync", "perigee://127.0.0.1:1/a", "@r").code == "key")
        #expect(try site.run("identity", "new").status == 0)
        #expect(try site.run("identity", "new").code == "exists")
        for words in [
            ["--listen", "0"], ["--listen", "0", "--relay-to", "a:b:c"], ["--listen", "0", "--export", "a"],
            ["--listen", "x:y:z", "--export", "a=/tmp"],
            ["--listen", "0", "--export", "a=/tmp", "--export", "a=/tmp"], ["--listen", "0", "--export", "a=s3://b/c"],
            ["--stdio", "--listen", "0"], [],
        ] { #expect(try site.run(["agent"] + words).status == 2, "\(words)") }
        for words in [
            ["add", "a", "b", "--allow", "read"], ["add", "a/b", "A", "--allow", "read"], ["add", "a"], ["remove"],
        ] { #expect(try site.run(["trust"] + words).status == 2, "\(words)") }
        #expect(try site.run("trust", "remove", "nobody").code == "not_found")
    }
}
