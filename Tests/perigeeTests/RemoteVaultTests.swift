import Foundation
import TestSupport
import Testing

@Suite("Vaults on other hosts")
struct RemoteVaultTests {
    private let seed = Seed.fromEnvironment()

    /// All that a vault is for, by way of `remote`.
    private func life(_ remote: RemoteSite) throws {
        let site = remote.site
        var seed = seed
        for index in 0..<60 { try site.scratch.write("s/d\(index % 5)/f\(index)", random: 5000, &seed) }
        try site.scratch.write("s/large", random: 9 << 20, &seed)
        let made = try remote.run("init", remote.vault())
        #expect(made.status == 0, "\(made.text)")
        // A vault within it would hold what this one takes for its own.
        let within = try remote.run("init", remote.vault() + "/packs/aa")
        #expect(within.status == 1 && within.text.contains("within the vault"), "\(within.text)")
        let first = try remote.run("snapshot", "@s", remote.vault("d"))
        #expect(first.status == 0, "\(first.text)")
        #expect(first["files", "new"] == 61)
        try site.scratch.write("s/d0/more", random: 100_000, &seed)
        let second = try remote.run("snapshot", "@s", remote.vault("d"))
        #expect(second.status == 0, "\(second.text)")
        #expect(second["bytes", "missing"] == 100_000)
        #expect(try remote.run("verify", "--data", remote.vault()).status == 0)
        let history = try remote.run("log", remote.vault("d")).document["snapshots"] as? [Any]
        #expect(history?.count == 2)
        let restored = try remote.run("restore", remote.vault("d"), "@r")
        #expect(restored.status == 0, "\(restored.text)")
        #expect(try site.differences("s", "r").isEmpty)
        // The same vault, seen from the host that it is on.
        let near = try site.run("verify", "--data", site.vault())
        #expect(near.status == 0, "\(near.text)")
    }

    @Test("serve every verb through the agent that a command starts")
    func piped() throws { try life(RemoteSite()) }

    @Test("serve every verb through ssh", .enabled(if: SecureHost.isInstalled, "sshd is not installed"))
    func secureShell() throws { try life(RemoteSite(by: SecureHost())) }

    @Test("send nothing back of what this machine has written there, where there is a state folder")
    func copies() throws {
        let remote = try RemoteSite()
        let site = remote.site
        var seed = seed
        for index in 0..<900 { try site.scratch.write("s/d\(index % 30)/f\(index)", random: 100, &seed) }
        #expect(try remote.run("init", remote.vault()).status == 0)
        func received() throws -> Int {
            let report = try remote.run("snapshot", "@s", remote.vault("d"))
            #expect(report.status == 0, "\(report.text)")
            return report["bytes", "wire_received"]
        }
        // The index is some 45 KB, and pages are as much.
        #expect(try received() < 8000)
        try site.shell("sleep 0.2; for d in s/d*; do echo more > $d/more; done")
        #expect(try received() < 8000)
        // Without copies the pages that changed are read.
        try site.shell("sleep 0.2; rm state/index/*/*.pages; for d in s/d*; do echo again > $d/again; done")
        #expect(try received() > 20_000)
        // Copies that are not what was written are none.
        try site.shell(
            "sleep 0.2; for f in state/index/*/*.pages; do printf x | dd of=$f bs=1 seek=900 conv=notrunc; done")
        try site.shell("for d in s/d*; do echo last > $d/last; done")
        #expect(try received() > 20_000)
        #expect(try remote.run("restore", remote.vault("d"), "@r").status == 0)
        #expect(try site.differences("s", "r").isEmpty)
    }

    @Test("leave no key and no plain byte at the other side: the agent is told none")
    func zeroKnowledge() throws {
        let remote = try RemoteSite()
        try remote.site.scratch.write("s/file", String(repeating: "a phrase that nobody else writes ", count: 400))
        // The agent has no secret in its environment, and a home of its own.
        try remote.site.scratch.write(
            "connect", "#!/bin/sh\nfor word; do :; done\nunset PERIGEE_PASSPHRASE\nexec sh -c \"exec $word\"\n")
        #expect(try remote.run("init", remote.vault()).status == 0)
        #expect(try remote.run("snapshot", "@s", remote.vault("d"), "--compress", "stored").status == 0)
        #expect(try remote.site.shell("grep -r 'phrase that nobody' vault").status == 1)
        #expect(try remote.run("restore", remote.vault("d"), "@r").status == 0)
        #expect(try remote.site.differences("s", "r").isEmpty)
    }

    @Test("say what is wrong where the other side cannot be reached, has no perigee, or prints text")
    func refusals() throws {
        let site = try FaultSite()
        let vault = "vault:me@there:/v"
        func fails(_ arguments: [String], _ words: String...) throws {
            let report = try site.run(["log", vault] + arguments)
            #expect(report.status == 1, "\(report.text)")
            for word in words { #expect(report.text.contains(word), "\(report.text)") }
        }
        try fails(
            ["--ssh", "sh -c 'echo no route >&2; exit 255'"], "could not connect", "no route", "check that this works")
        try fails(["--ssh", "sh -c 'exit 127'"], "--remote-perigee", "cannot be run")
        try fails(["--ssh", "sh -c 'echo Welcome; sleep 1'"], "login script", "Welcome")
        try fails(["--ssh", "/nonexistent/ssh"], "cannot be started", "--ssh")
        try fails(["--ssh", "sh -c 'exit 3'"], "status 3")
        #expect(try site.run("log", "vault:-oProxyCommand=x:/v").status == 2)
        #expect(try site.run(["log", vault, "--ssh", "'open"]).status == 2)
        let terminal = try site.shell("script -qec \"$P agent --stdio\" /dev/null </dev/null")
        #expect(terminal.text.contains("for programs") || terminal.status == 127, "\(terminal.text)")
    }

    @Test("have their link measured, and estimates reckon with what was found")
    func probe() throws {
        let remote = try RemoteSite()
        let site = remote.site
        var seed = seed
        try site.scratch.write("s/file", random: 400_000, &seed)
        #expect(try remote.run("init", remote.vault()).status == 0)
        let named = try remote.run("estimate", "@s", remote.vault("d"), "--link", "8Mbit/s")
        #expect(named.status == 0 && named.text.contains("time is that of a link of"), "\(named.text)")
        let probe = try remote.run("probe", remote.vault())
        #expect(probe.status == 0, "\(probe.text)")
        for direction in ["up", "down", "round_trip"] {
            let spread = try #require(probe.document[direction] as? [String: Double])
            #expect(try #require(spread["p10"]) <= #require(spread["p90"]) && #require(spread["p50"]) > 0)
        }
        let after = try remote.run("estimate", "@s", remote.vault("d"))
        #expect(after.status == 0 && after.text.contains("time is that of a link"), "\(after.text)")
        #expect(try site.run("probe", "@s").status == 2)
    }

    @Test("take no more than the limit lets pass, and follow a file that changes while they run")
    func limit() throws {
        let remote = try RemoteSite()
        let site = remote.site
        var seed = seed
        try site.scratch.write("s/file", random: 3 << 20, &seed)
        #expect(try remote.run("init", remote.vault()).status == 0)
        let start = Date()
        let slow = try remote.run("snapshot", "@s", remote.vault("a"), "--compress", "stored", "--limit", "2MB/s")
        #expect(slow.status == 0, "\(slow.text)")
        #expect(Date().timeIntervalSince(start) > 1)
        #expect(slow["bytes", "wire_sent"] > 3 << 20)
        // At this rate it would take most of an hour; the file is then changed.
        try site.scratch.write("s/file", random: 3 << 20, &seed)
        try site.scratch.write("rate", "1kB/s\n")
        let run = try remote.start(
            "snapshot", "@s", remote.vault("a"), "--compress", "stored", "--limit=@" + site.path("rate"))
        usleep(300_000)
        #expect(run.isRunning)
        try site.scratch.write("rate", "nonsense\n")
        usleep(600_000)
        #expect(run.isRunning)
        try site.scratch.write("rate", "00:00-12:00=none,else=none\n")
        #expect(try run.status() == 0)
        #expect(try remote.run("snapshot", "@s", remote.vault("a"), "--limit", "fast").status == 2)
    }

    /// Rounds in which one side of a snapshot is killed at a seeded instant, and the next run finishes.
    private func kills(_ victim: String, rounds: Int, _ remote: RemoteSite) throws {
        let site = remote.site
        var seed = seed
        #expect(try remote.run("init", remote.vault()).status == 0)
        var killed = 0
        for round in 0..<rounds {
            for index in 0..<6 { try site.scratch.write("s/f\(index)", random: 3 << 20, &seed) }
            let delay = 20_000 + UInt32.random(in: 0..<160_000, using: &seed)
            let process = try remote.start("snapshot", "@s", remote.vault("d"), "--compress", "stored")
            usleep(delay)
            let note = "seed \(seed.value), round \(round), \(victim) killed after \(delay) us"
            if victim == "client" {
                process.send(SIGKILL)
            } else {
                try remote.killAgent()
            }
            if try process.wait() == .killed(signal: SIGKILL) || victim == "agent" { killed += 1 }
            let sound = try site.run("verify", site.vault(), "--data")
            #expect(sound.status == 0, "\(sound.text) (\(note))")
            let report = try remote.run("snapshot", "@s", remote.vault("d"), "--compress", "stored")
            #expect(report.status == 0, "\(report.text) (\(note))")
            try site.shell("rm -rf r")
            #expect(try remote.run("restore", remote.vault("d"), "@r").status == 0, "\(note)")
            let differences = try site.differences("s", "r")
            #expect(differences.isEmpty, "\(differences) (\(note))")
        }
        #expect(killed > 0)
    }

    @Test("are sound after the client was killed at any instant, and its next run finishes")
    func killedClient() throws { try kills("client", rounds: 6, RemoteSite()) }

    @Test("get their snapshots though the agent is killed at any instant: the run itself goes on with another")
    func killedAgent() throws { try kills("agent", rounds: 6, RemoteSite()) }
}
