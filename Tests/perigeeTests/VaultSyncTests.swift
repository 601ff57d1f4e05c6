import Foundation
import TestSupport
import Testing

@Suite("Between vaults")
struct VaultSyncTests {
    /// A site with a vault `vault` that has three snapshots of `s`.
    private func site(_ seed: inout Seed) throws -> FaultSite {
        let site = try FaultSite(vault: true)
        for index in 0..<40 { try site.scratch.write("s/dir\(index % 4)/f\(index)", random: 1 + index * 900, &seed) }
        try site.scratch.write("s/large", random: 3 << 20, &seed)
        try site.scratch.write("s/text", String(repeating: "the same line again\n", count: 40_000))
        try site.shell("ln -s text s/link; mkdir s/empty")
        for round in 0..<3 {
            try site.scratch.write("s/dir1/changed", random: 70_000 + round, &seed)
            #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        }
        return site
    }

    private func second(_ site: FaultSite, _ dataset: String? = nil) -> String {
        "vault:\(site.path("second"))" + (dataset.map { "#\($0)" } ?? "")
    }

    private func expectRestored(_ site: FaultSite, _ endpoint: String, _ note: String) throws {
        try site.shell("rm -rf r")
        let restored = try site.run("restore", endpoint, "@r")
        #expect(restored.status == 0, "\(restored.text) (\(note))")
        let told = try site.shell("diff -r --no-dereference s r")
        #expect(told.status == 0 && told.text.isEmpty, "\(told.text) (\(note))")
    }

    private func ids(_ site: FaultSite, _ endpoint: String) throws -> [String] {
        let rows = try site.run("log", endpoint).document["snapshots"] as? [[String: Any]] ?? []
        return rows.compactMap { $0["id"] as? String }
    }

    @Test("of one domain, records move as they are, only what is missing, and history keeps its IDs")
    func sameDomain() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        #expect(try site.run("init", second(site), "--like", site.vault()).status == 0)
        let first = try site.run("sync", "\(site.vault("d"))@latest~2", second(site, "d"))
        #expect(first.status == 0, "\(first.text)")
        #expect(first["bytes", "missing"] > 3 << 20 && first["files", "new"] > 40)
        // What was stored is what the source stored: nothing is compressed anew.
        let rest = try site.run("sync", site.vault("d"), second(site, "d"), "--history")
        #expect(rest.status == 0, "\(rest.text)")
        #expect((140_000...140_100).contains(rest["bytes", "missing"]), "two changed files: \(rest.text)")
        #expect(rest["bytes", "stored"] < 200_000 && rest["files", "changed"] >= 2, "\(rest.text)")
        #expect(try ids(site, second(site, "d")) == ids(site, site.vault("d")))
        let again = try site.run("sync", site.vault("d"), second(site, "d"))
        #expect(again["bytes", "stored"] == 0 && again["chunks", "missing"] == 0, "\(again.text)")
        #expect(try ids(site, second(site, "d")).count == 3, "nothing new is no new snapshot")
        #expect(try site.run("verify", second(site), "--data").status == 0)
        try expectRestored(site, second(site, "d"), "seed \(seed.value)")
    }

    @Test("a dry run tells what is missing and changes nothing", arguments: [["--like"], []])
    func dryRun(like: [String]) throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        #expect(try site.run(["init", second(site)] + like.map { [$0, site.vault()] }.joined()).status == 0)
        let before = try site.shell("find second -type f | xargs sha256sum | sort").text
        let foreseen = try site.run("sync", site.vault("d"), second(site, "d"), "--dry-run")
        #expect(foreseen.status == 0 && foreseen.document["dry_run"] as? Bool == true, "\(foreseen.text)")
        #expect(try site.shell("find second -type f | xargs sha256sum | sort").text == before)
        let done = try site.run("sync", site.vault("d"), second(site, "d"))
        #expect(done["chunks", "total"] == foreseen["chunks", "total"], "\(foreseen.text) \(done.text)")
        #expect(foreseen["bytes", "missing"] == done["bytes", "missing"], "\(foreseen.text) \(done.text)")
    }

    @Test(
        "of two domains, files are opened, cut and named anew, and what did not change is not read again",
        arguments: [["--average", "64KiB"], ["--average", "16KiB"]])
    func otherDomain(options: [String]) throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        try site.scratch.write("key", Data((0..<64).map { UInt8(truncatingIfNeeded: 5 + $0 &* 37) }))
        let secret = ["--key-file", site.path("key"), "--from-passphrase-file", site.path("phrase")]
        try site.scratch.write("phrase", "correct horse\n")
        #expect(try site.run(["init", second(site), "--key-file", "@key"] + options).status == 0)
        let first = try site.run(["sync", "\(site.vault("d"))@latest~1", second(site, "d")] + secret)
        #expect(first.status == 0 && first["bytes", "missing"] > 3 << 20, "\(first.text)")
        let next = try site.run(["sync", site.vault("d"), second(site, "d")] + secret)
        #expect(next.status == 0 && next["bytes", "read"] < 200_000, "one changed file: \(next.text)")
        #expect(next["bytes", "missing"] == 70_002, "\(next.text)")
        #expect(try site.run("verify", second(site), "--data", "--key-file", "@key").status == 0)
        try site.shell("rm -rf r")
        #expect(try site.run("restore", second(site, "d"), "@r", "--key-file", "@key").status == 0)
        #expect(try site.shell("diff -r --no-dereference s r").status == 0)
    }

    @Test("the passphrase of the source comes from a variable of its own, where it is another")
    func fromVariable() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "text")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        let other = ["PERIGEE_PASSPHRASE": "another", "PERIGEE_FROM_PASSPHRASE": "correct horse"]
        let kin = "vault:\(site.path("kin"))"
        for arguments in [
            ["init", kin, "--like", site.vault()], ["init", second(site)],
            ["sync", site.vault("d"), second(site, "d")], ["sync", site.vault("d"), "\(kin)#d"],
        ] {
            let report = try site.run(arguments, with: other)
            #expect(report.status == 0, "\(arguments): \(report.text)")
        }
        let wrong = try site.run(
            ["sync", site.vault("d"), second(site, "d")],
            with: ["PERIGEE_PASSPHRASE": "another", "PERIGEE_FROM_PASSPHRASE": "a third"])
        #expect(wrong.status == 1 && wrong.code == "key", "\(wrong.text)")
    }

    @Test("damage in the source is named and not passed on")
    func damage() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        #expect(try site.run("init", second(site), "--like", site.vault()).status == 0)
        let pack = try site.shell("find vault/packs -type f -printf '%s %p\\n' | sort -n | tail -1 | cut -d' ' -f2")
            .text.trimmingCharacters(in: .whitespacesAndNewlines)
        var bytes = try site.scratch.read(pack)
        bytes[bytes.count / 2] ^= 1
        try site.shell("rm -f \(pack)")
        try site.scratch.write(pack, bytes)
        let report = try site.run("sync", site.vault("d"), second(site, "d"))
        #expect(report.status == 1 && report.code == "damaged", "\(report.text)")
        #expect((report.document["place"] as? String)?.hasPrefix("packs/") == true, "\(report.text)")
        #expect(try site.run("log", second(site)).document["snapshots"] as? [String] == [])
        #expect(try site.run("verify", second(site), "--data").status == 0)
    }

    @Test("what means nothing between vaults is refused, and a dataset onto itself")
    func refused() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "text")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        for arguments in [
            ["sync", site.vault("d"), site.vault("d")], ["sync", site.vault("d"), site.vault("e"), "--delete"],
            ["sync", "@s", site.vault("d"), "--history"], ["init", second(site), "--like", "@s"],
            ["init", second(site), "--like", site.vault(), "--average", "16KiB"],
        ] {
            let report = try site.run(arguments)
            #expect(report.status == 2, "\(arguments): \(report.text)")
        }
        #expect(try site.run("sync", site.vault("d"), site.vault("e")).status == 0)
        #expect(try ids(site, site.vault("e")).count == 1)
    }
}
