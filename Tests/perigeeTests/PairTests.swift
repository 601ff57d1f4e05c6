import Foundation
import Synchronization
import TestSupport
import Testing

/// From every kind of end to every other one, by the built program, over a link between two network namespaces.
@Suite(
    "Every pair of ends",
    .enabled(
        if: SecureHost.isInstalled && FaultSite.hasRsync && ObjectServer.isInstalled,
        "needs sshd and rsync; make setup-tests installs them and the object store"))
struct PairTests {
    @Test("brings all bytes, says beforehand how many, and moves nothing when it is run again")
    func matrix() throws { try matrix(PairLab()) }

    /// All pairs of a lab.
    func matrix(_ lab: PairLab) throws {
        let runner = lab.runner
        let pairs = PairKind.allCases.flatMap { from in PairKind.allCases.map { (from, $0) } }
        let faults = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: pairs.count) { index in
            let found = runner.faults(pairs[index].0, pairs[index].1)
            faults.withLock { $0 += found }
        }
        for fault in faults.withLock({ $0 }) { Issue.record("\(fault)") }
    }

    @Test("between two other hosts goes the way that was asked for, and the report says which")
    func routes() throws {
        let lab = try PairLab()
        let runner = lab.runner
        func route(_ report: PairReport) -> [String: Any] { report.document["route"] as? [String: Any] ?? [:] }
        let shell = runner.source(.shellTree)
        // By ssh through this host: so it is named, and each byte is counted once.
        let through = try runner.done("sync", shell, "ssh://\(runner.shell)\(runner.path("r1"))")
        #expect(route(through)["via"] as? String != nil && through.figure("bytes", "wire_sent") > 900_000, "\(through)")
        #expect(through.figure("bytes", "wire_sent") < 1_800_000, "\(through)")
        // The far host reaches the other by itself: nothing but words crosses this one.
        let direct = try runner.done("sync", shell, "ssh://\(runner.shell)\(runner.path("r2"))", "--route", "direct")
        #expect(route(direct)["via"] == nil && direct.figure("bytes", "wire_sent") > 900_000, "\(direct)")
        // Both trees are of one host.
        let within = try runner.done(
            "sync", shell, "ssh://\(NSUserName())@\(runner.shell)\(runner.path("r3"))", "--route", "direct")
        #expect((route(within)["reason"] as? String)?.contains("one host") == true, "\(within)")
        // With a key that it is lent, the far host reaches an agent too.
        let lent = try runner.done("sync", shell, "perigee://\(runner.taker)/extra", "--route", "direct")
        #expect(route(lent)["via"] == nil && lent.figure("bytes", "wire_sent") > 900_000, "\(lent)")
        #expect((route(lent)["reason"] as? String)?.contains("to the agent") == true, "\(lent)")
        // With such a key it takes what an agent has, which could not log in there.
        let taken = try runner.done(
            "sync", runner.source(.agentTree), "ssh://\(runner.shell)\(runner.path("r5"))", "--route", "direct",
            "--delete")
        #expect(route(taken)["via"] == nil && taken.figure("bytes", "wire_sent") > 900_000, "\(taken)")
        #expect((route(taken)["reason"] as? String)?.contains("took it from the agent") == true, "\(taken)")
        // Agents, through this host because of the limit.
        let limited = try runner.done(
            "sync", runner.source(.agentTree), "perigee://\(runner.taker)/extra", "--limit", "1GB/s")
        #expect(route(limited)["via"] as? String != nil, "\(limited)")
        for name in ["r1", "r2", "r3", "r5", "extra"] {
            #expect(try PairRunner.differences(runner.path("s"), runner.path(name)) == [], "\(name)")
        }
        let schema = try SchemaCheck("report.schema.json")
        for report in [through, direct, within, lent, taken, limited] { #expect(schema.faults(report.document) == []) }
        // A dry run changes nothing, and an estimate tells the same.
        let dry = try runner.done("sync", shell, "ssh://\(runner.shell)\(runner.path("r4"))", "--dry-run")
        #expect(dry.missing > 900_000 && !FileManager.default.fileExists(atPath: runner.path("r4")))
        for words in [
            ["sync", shell, runner.path("r7"), "--route", "direct"],
            ["sync", shell, "ssh://\(runner.shell)\(runner.path("r6"))", "--route", "direct", "--limit", "1MB/s"],
        ] {
            let refused = try runner.run(words)
            #expect(refused.status == 2, "\(words): \(refused.text)")
        }
    }

    @Test(
        "heals a vault from a tree on another host, by ssh and at an agent",
        arguments: [PairKind.shellTree, .agentTree])
    func repair(from kind: PairKind) throws {
        let lab = try PairLab()
        let runner = lab.runner
        // What is damaged lies in the largest pack, in its middle.
        let spoil = """
            p=$(find sv/packs -type f -printf '%s %p\\n' | sort -n | tail -1 | cut -d' ' -f2); chmod u+w $p; \
            printf XXXX | dd of=$p bs=1 seek=400000 conv=notrunc 2>/dev/null
            """
        try lab.site.shell(spoil)
        let vault = runner.source(.vault)
        #expect(try runner.run(["verify", vault, "--data"]).status == 1)
        let outcome = try runner.run([
            "repair", vault, "--from", runner.source(kind), "--key-file", runner.path("key"),
        ])
        #expect(outcome.status == 0, "\(outcome.text) \(outcome.errors)")
        #expect(try outcome.document()["healed"] as? Int == 1)
        #expect(try runner.run(["verify", vault, "--data"]).status == 0)
    }
}

@Suite("Every pair of ends with an object store that is named", .enabled(if: ObjectServer.other != nil))
struct S3OtherPairTests {
    @Test("brings all bytes, says beforehand how many, and moves nothing when it is run again")
    func matrix() throws {
        let server: ObjectServer = try #require(ObjectServer.other)
        try PairTests().matrix(PairLab(store: server))
    }
}
