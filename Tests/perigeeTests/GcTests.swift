import Foundation
import TestSupport
import Testing

@Suite("forget and gc")
struct GcTests {
    /// A site whose vault has `count` snapshots of `s`, a file of 400 KB changed in each.
    private func site(_ count: Int, _ seed: inout Seed) throws -> FaultSite {
        let site = try FaultSite(vault: true)
        for index in 0..<20 { try site.scratch.write("s/f\(index)", random: 2000 + index, &seed) }
        for _ in 0..<count {
            try site.scratch.write("s/changed", random: 400_000, &seed)
            #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        }
        return site
    }

    private func packBytes(_ site: FaultSite) throws -> Int {
        let text = try site.shell("find vault/packs -type f -printf '%s\\n' | awk '{ s += $1 } END { print s + 0 }'")
            .text
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
    }

    private func snapshots(_ report: FaultSite.Report) -> [[String: Any]] {
        let datasets = report.document["datasets"] as? [[String: Any]] ?? []
        return datasets.flatMap { $0["snapshots"] as? [[String: Any]] ?? [] }
    }

    private func count(_ site: FaultSite) throws -> Int {
        (try site.run("log", site.vault("d")).document["snapshots"] as? [Any])?.count ?? -1
    }

    @Test("what was forgotten is condemned, then deleted; what is kept stays, with its history")
    func giveBack() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(6, &seed)
        let before = try packBytes(site)
        let dry = try site.run("forget", site.vault("d"), "--keep-last", "2", "--dry-run")
        #expect(dry.status == 0 && snapshots(dry).filter { $0["kept"] as? Bool == true }.count == 2, "\(dry.text)")
        #expect(try count(site) == 6)
        let ids = snapshots(dry).compactMap { $0["id"] as? String }
        let done = try site.run("forget", site.vault("d"), "--keep-last", "1", "--keep-id", String(ids[3].prefix(12)))
        #expect(done.status == 0 && done.document["forgotten"] as? Int == 4, "\(done.text)")
        #expect(try count(site) == 2)
        let young = try site.run("gc", site.vault())
        #expect(young.status == 0 && young["condemned", "count"] == 0 && young["young", "count"] > 0, "\(young.text)")
        let foreseen = try site.run("gc", site.vault(), "--grace", "0", "--dry-run")
        #expect(foreseen["condemned", "bytes"] > 1_100_000 && foreseen["deleted", "count"] == 0, "\(foreseen.text)")
        #expect(try packBytes(site) == before)
        let cleaned = try site.run("gc", site.vault(), "--grace", "0")
        #expect(cleaned.status == 0 && cleaned["deleted", "bytes"] > 1_100_000, "\(cleaned.text)")
        #expect(try packBytes(site) < before - 1_100_000)
        #expect(cleaned.document["deleted_snapshots"] as? Int == 4)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        let log = try site.run("log", site.vault("d")).document["snapshots"] as? [[String: Any]] ?? []
        #expect(log.compactMap { $0["id"] as? String } == [ids[0], ids[3]])
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        #expect(try site.shell("diff -r s r").status == 0)
        #expect(try site.run("ls", "\(site.vault("d"))@\(ids[3].prefix(12))", "-r").status == 0)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try count(site) == 3)
    }

    @Test("what was forgotten by mistake is shown, read and brought back, until a gc has deleted it")
    func bringBack() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(1, &seed)
        let old = try String(
            snapshots(site.run("forget", site.vault("d"), "--keep-last", "1", "-n"))[0]["id"] as! String)
        try site.shell("cp -a s was")
        try site.scratch.write("s/changed", random: 400_000, &seed)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try site.run("forget", "\(site.vault("d"))@\(old)").status == 0)
        let there = try site.run("log", site.vault("d"), "--forgotten").document["snapshots"] as? [[String: Any]] ?? []
        #expect(there.compactMap { $0["id"] as? String } == [old])
        // Condemned, and still there.
        #expect(try site.run("gc", site.vault(), "--grace", "1h").status == 0)
        #expect(try site.run("restore", "\(site.vault("d"))@\(old.prefix(12))", "@r").status == 0)
        #expect(try site.shell("diff -r was r").status == 0)
        let back = try site.run("sync", "\(site.vault("d"))@\(old)", site.vault("d"))
        #expect(back.status == 0, "\(back.text)")
        #expect(try count(site) == 2)
        #expect(try site.run("gc", site.vault(), "--grace", "0").status == 0)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        #expect(try site.run("restore", "\(site.vault("d"))@latest", "@again").status == 0)
        #expect(try site.shell("diff -r was again").status == 0)
        let none = try site.run("log", site.vault("d"), "--forgotten").document["snapshots"] as? [Any]
        #expect(none?.isEmpty == true)
        let gone = try site.run("restore", "\(site.vault("d"))@\(old)", "@none")
        #expect(gone.status == 1 && gone.text.contains("no snapshot"), "\(gone.text)")
    }

    @Test("packs with little in them are rewritten, and nothing changes for readers")
    func compact() throws {
        var seed = Seed.fromEnvironment()
        let site = try FaultSite(vault: true)
        for index in 0..<10 { try site.scratch.write("s/f\(index)", random: 100_000, &seed) }
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell("rm s/f0 s/f1 s/f2 s/f3 s/f4 s/f5")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try site.run("forget", site.vault("d"), "--keep-last", "1").status == 0)
        let before = try packBytes(site)
        let kept = try site.run("gc", site.vault(), "--grace", "0")
        #expect(kept["compacted", "count"] == 0, "\(kept.text)")
        let rewritten = try site.run("gc", site.vault(), "--grace", "0", "--compact-above", "30%")
        #expect(rewritten["compacted", "count"] == 1, "\(rewritten.text)")
        #expect(try packBytes(site) < before - 500_000)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        #expect(try site.shell("diff -r s r").status == 0)
    }

    @Test("the last snapshot stays unless told otherwise, one can be named, and rules are needed")
    func guards() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(2, &seed)
        for arguments in [["forget", site.vault("d")], ["forget", "\(site.vault("d"))@latest", "--keep-last", "1"]] {
            #expect(try site.run(arguments).status == 2, "\(arguments)")
        }
        #expect(try site.run("forget", "\(site.vault("d"))@latest").status == 0)
        #expect(try count(site) == 1)
        let refused = try site.run("forget", "\(site.vault("d"))@latest")
        #expect(refused.status == 3 && refused.code == "refused", "\(refused.text)")
        #expect(try site.run("forget", "\(site.vault("d"))@latest", "--allow-empty").status == 0)
        #expect(try site.run("ls", site.vault("d")).code == "not_found")
        #expect(try site.run("gc", site.vault(), "--grace", "0").status == 0)
        #expect(try packBytes(site) == 0)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
    }

    @Test("two writers, forgetting and gcs as processes, killed at seeded instants, lose nothing")
    func killed() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(2, &seed)
        try site.shell("cp -a s t")
        for round in 0..<14 {
            try site.scratch.write("s/changed", random: 300_000, &seed)
            try site.scratch.write("t/changed", random: 300_000, &seed)
            let runs = [
                try site.start("snapshot", "@s", site.vault("d")), try site.start("snapshot", "@t", site.vault("e")),
                try site.start("forget", site.vault("d"), "--keep-last", "2"),
                try site.start("gc", site.vault(), "--grace", "0", "--compact-above", "20%"),
                try site.start("gc", site.vault(), "--grace", "0"),
            ]
            Thread.sleep(forTimeInterval: Double(seed.next() % 1000) / 1000 * 0.9)
            for run in runs where seed.next() % 2 == 0 { run.send(SIGKILL) }
            for run in runs { try run.wait() }
            let report = try site.run("verify", site.vault(), "--data")
            #expect(report.status == 0, "\(report.text) (seed \(seed.value), round \(round))")
        }
        for (tree, dataset) in [("s", "d"), ("t", "e")] {
            #expect(try site.run("snapshot", "@\(tree)", site.vault(dataset)).status == 0)
            try site.shell("rm -rf r")
            #expect(try site.run("restore", site.vault(dataset), "@r").status == 0)
            #expect(try site.shell("diff -r \(tree) r").status == 0)
        }
        #expect(try site.run("gc", site.vault(), "--grace", "0").status == 0)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
    }
}
