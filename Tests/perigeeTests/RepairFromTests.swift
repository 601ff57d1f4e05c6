import Foundation
import TestSupport
import Testing

@Suite("perigee repair --from")
struct RepairFromTests {
    /// A site with two snapshots of `s` in a vault.
    private func site(_ seed: inout Seed) throws -> FaultSite {
        let site = try FaultSite(vault: true)
        for index in 0..<30 { try site.scratch.write("s/dir/f\(index)", random: 1 + Int(seed.next() % 90_000), &seed) }
        try site.scratch.write("s/large", random: 3 << 20, &seed)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.scratch.write("s/dir/f1", "changed")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        return site
    }

    private func second(_ site: FaultSite) -> String { "vault:\(site.path("second"))" }

    private func packs(_ site: FaultSite) throws -> [String] {
        try site.shell("find vault/packs -type f -printf '%s %p\\n' | sort -rn | cut -d' ' -f2").text
            .split(separator: "\n").map(String.init)
    }

    /// Changes `count` bytes of `pack`, far from each other.
    private func hurt(_ pack: String, _ count: Int, _ site: FaultSite, _ seed: inout Seed) throws {
        var bytes = try site.scratch.read(pack)
        for index in 0..<count {
            let part = bytes.count / count
            bytes[index * part + Int(seed.next() % UInt64(part))] ^= UInt8(1 << (seed.next() % 8))
        }
        try site.shell("rm -f \(pack)")
        try site.scratch.write(pack, bytes)
    }

    private func expectMended(_ site: FaultSite, _ from: [String], _ note: String) throws -> FaultSite.Report {
        #expect(try site.run("verify", site.vault(), "--data").status == 1, "\(note)")
        let repaired = try site.run(["repair", site.vault()] + from.flatMap { ["--from", $0] })
        #expect(repaired.status == 0 && repaired.document["sound"] as? Bool == true, "\(repaired.text) (\(note))")
        #expect(try site.run("verify", site.vault(), "--data").status == 0, "\(note)")
        try site.shell("rm -rf r")
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0, "\(note)")
        let told = try site.shell("diff -r s r")
        #expect(told.status == 0 && told.text.isEmpty, "\(told.text) (\(note))")
        #expect(try site.run("gc", site.vault(), "--grace", "0").status == 0, "\(note)")
        return repaired
    }

    @Test("heals damaged and lost packs, of chunks and of pages, from a vault of the same domain")
    func sameDomain() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        #expect(try site.run("init", second(site), "--like", site.vault()).status == 0)
        #expect(try site.run("sync", site.vault("d"), "\(second(site))#d", "--history").status == 0)
        let note = "seed \(seed.value)"
        try hurt(packs(site)[0], 3, site, &seed)
        let report = try expectMended(site, [second(site)], note)
        #expect((report.document["healed"] as? Int ?? 0) >= 1 && (report.document["kept"] as? Int ?? 0) > 10)
        #expect(report.document["deleted_packs"] as? Int == 1, "\(report.text)")
        try site.shell("rm \(packs(site)[0])")
        _ = try expectMended(site, [second(site)], note)
        for pack in try packs(site).dropFirst() { try hurt(pack, 1, site, &seed) }
        _ = try expectMended(site, [second(site)], note)
        try site.shell("rm -r vault/packs")
        _ = try expectMended(site, [second(site)], note)
    }

    @Test("heals chunks from a folder that has the files under other names, and from a vault of another domain")
    func plain() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        #expect(try site.run("init", second(site), "--average", "16KiB").status == 0)
        #expect(try site.run("sync", site.vault("d"), "\(second(site))#x").status == 0)
        try site.shell("mkdir t; cp s/large t/other; cp -r s/dir t/moved")
        let note = "seed \(seed.value)"
        for from in [["@t"], [second(site)]] {
            try hurt(packs(site)[0], 2, site, &seed)
            let report = try expectMended(site, from, note)
            #expect((report.document["healed"] as? Int ?? 0) >= 1, "\(report.text)")
        }
    }

    @Test("leaves a vault sound whose lost pack a folder has whole")
    func whole() throws {
        var seed = Seed.fromEnvironment()
        let site = try FaultSite(vault: true)
        for index in 0..<10 { try site.scratch.write("s/dir/f\(index)", random: 1 + Int(seed.next() % 90_000), &seed) }
        try site.scratch.write("s/large", random: 3 << 20, &seed)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell("cp -r s t; rm \(packs(site)[0])")
        let report = try expectMended(site, ["@t"], "seed \(seed.value)")
        #expect((report.document["healed"] as? Int ?? 0) > 5, "\(report.text)")
    }

    @Test("names what nobody has, with the files that it hits, and heals the rest")
    func lost() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        try site.shell("mkdir t; cp s/large t/")
        // Which writer had which file is chance: the pack that some small files lie in.
        for pack in try packs(site) {
            try site.shell("mv \(pack) aside")
            if try site.run("verify", site.vault()).outcome.text.contains("dir/f") { break }
            try site.shell("mv aside \(pack)")
        }
        let repaired = try site.run("repair", site.vault(), "--from", "@t")
        #expect(repaired.status == 1, "\(repaired.text)")
        #expect(repaired.outcome.text.contains("dir/f") && !repaired.outcome.text.contains("large"), "\(repaired.text)")
        // The next snapshot stores what its source still has.
        #expect(try site.run("snapshot", "@s", site.vault("d"), "--checksum").status == 0)
        try site.shell("rm -rf r")
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        #expect(try site.shell("diff -r s r").status == 0)
    }
}
