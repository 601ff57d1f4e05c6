import Foundation
import TestSupport
import Testing

@Suite("perigee repair")
struct RepairTests {
    /// A site whose vault has two snapshots of `s`, and a copy of the vault as `good`.
    private func site(_ seed: inout Seed) throws -> FaultSite {
        let site = try FaultSite(vault: true)
        for index in 0..<30 { try site.scratch.write("s/dir/f\(index)", random: 1 + Int(seed.next() % 4000), &seed) }
        try site.scratch.write("s/large", random: 3 << 20, &seed)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.scratch.write("s/dir/f1", "changed")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell("cp -a vault good")
        return site
    }

    private func segments(_ site: FaultSite) throws -> [String] {
        try site.shell("cd vault && find index -type f | sort").text.split(separator: "\n").map(String.init)
    }

    /// Whether restoring gives the source, byte for byte.
    private func expectRestored(_ site: FaultSite, _ note: String) throws {
        try site.shell("rm -rf r")
        let restored = try site.run("restore", site.vault("d"), "@r")
        #expect(restored.status == 0, "\(restored.text) (\(note))")
        let told = try site.shell("diff -r --no-dereference s r")
        #expect(told.status == 0 && told.text.isEmpty, "\(told.text) (\(note))")
    }

    /// Whether the damage is found, and its remedy named, by whoever meets it.
    private func expectFound(_ site: FaultSite, _ note: String) throws {
        let remedy = "perigee repair \(site.vault())"
        let found = try site.run("verify", site.vault())
        #expect(found.status == 1, "\(found.text) (\(note))")
        #expect((found.document["remedy"] as? String)?.contains(remedy) == true, "\(found.text) (\(note))")
        let text = try Program.run("verify", site.vault(), environment: site.environment).text
        #expect(text.contains(remedy), "\(text) (\(note))")
    }

    private func expectMended(_ site: FaultSite, _ note: String) throws {
        let repaired = try site.run("repair", site.vault())
        #expect(repaired.status == 0, "\(repaired.text) (\(note))")
        #expect(repaired.document["rebuilt"] as? Bool == true && repaired.document["sound"] as? Bool == true)
        let verified = try site.run("verify", site.vault(), "--data")
        #expect(verified.status == 0, "\(verified.text) (\(note))")
        try expectRestored(site, note)
        let again = try site.run("repair", site.vault())
        #expect(again.status == 0 && again.document["rebuilt"] as? Bool == false, "\(again.text) (\(note))")
    }

    @Test("leaves a sound vault as it is")
    func sound() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        let repaired = try site.run("repair", site.vault())
        #expect(repaired.status == 0 && repaired.document["rebuilt"] as? Bool == false, "\(repaired.text)")
        let told = try site.shell("diff -r vault good")
        #expect(told.status == 0, "\(told.text)")
    }

    @Test("says that it read no data, and calls none of it sound")
    func unread() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        let pack = try site.shell("find vault/packs -type f -printf '%s %p\\n' | sort -n | tail -1 | cut -d' ' -f2")
            .text.trimmingCharacters(in: .whitespacesAndNewlines)
        try site.shell("chmod u+w \(pack); printf XXXX | dd of=\(pack) bs=1 seek=100000 conv=notrunc")
        #expect(try site.run("verify", site.vault(), "--data").status == 1)
        let repaired = try site.run("repair", site.vault())
        #expect(repaired.document["level"] as? String == "structure", "\(repaired.text)")
        let text = try Program.run("repair", site.vault(), environment: site.environment).text
        #expect(text.contains("no data was read") && text.contains("verify \(site.vault()) --data"), "\(text)")
        #expect(!text.contains("sound"), "\(text)")
        let healed = try site.run("repair", site.vault(), "--from", "@s")
        #expect(healed.document["level"] as? String == "data", "\(healed.text)")
    }

    @Test("makes a lost index anew; reading before that fails and names the remedy")
    func lost() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        try site.shell("rm -r vault/index")
        let note = "seed \(seed.value)"
        try expectFound(site, note)
        let damages = try site.run("verify", site.vault()).document["damages"] as? [[String: Any]] ?? []
        #expect(damages.count == 2, "the root page of each snapshot: \(damages)")
        for arguments in [
            ["ls", site.vault("d"), "-r"], ["restore", site.vault("d"), "@r"], ["snapshot", "@s", site.vault("d")],
        ] {
            let report = try site.run(arguments)
            #expect(report.status == 1 && report.code == "damaged", "\(arguments): \(report.text)")
            #expect((report.document["remedy"] as? String)?.contains("perigee repair \(site.vault())") == true)
        }
        try expectMended(site, note)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
    }

    @Test("makes damaged segments anew, wherever the damage is")
    func damaged() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        for round in 0..<8 {
            let names = try segments(site)
            let name = names[Int(seed.next() % UInt64(names.count))]
            var bytes = try site.scratch.read("vault/\(name)")
            let place = round == 0 ? 70 : Int(seed.next() % UInt64(bytes.count))
            let note = "seed \(seed.value), \(name), byte \(place) of \(bytes.count)"
            bytes[place] ^= UInt8(1 << (seed.next() % 8))
            if round == 1 { bytes = bytes.prefix(place) }
            try site.shell("rm -f vault/\(name)")
            try site.scratch.write("vault/\(name)", bytes)
            try expectFound(site, note)
            try expectMended(site, note)
        }
    }

    @Test("says what it cannot mend, and does not lose what verify would name")
    func lostPack() throws {
        var seed = Seed.fromEnvironment()
        let site = try site(&seed)
        // The largest pack holds chunks of the large file.
        try site.shell("rm \"$(find vault/packs -type f -printf '%s %p\\n' | sort -n | tail -1 | cut -d' ' -f2)\"")
        let repaired = try site.run("repair", site.vault())
        #expect(repaired.status == 1, "\(repaired.text)")
        #expect(repaired.document["sound"] as? Bool == false)
        #expect(repaired.outcome.text.contains("the pack is missing"), "\(repaired.text)")
        #expect(repaired.outcome.text.contains("large"), "\(repaired.text)")
        try site.shell("cp -a good/packs vault/")
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        try expectRestored(site, "seed \(seed.value)")
    }

    @Test("wants a vault that is there, and sources that are")
    func refused() throws {
        let site = try FaultSite(vault: true)
        let from = try site.run("repair", site.vault(), "--from", "vault:\(site.path("elsewhere"))")
        #expect(from.status == 1 && from.code == "not_found", "\(from.text)")
        #expect(try site.run("repair", site.vault(), "--from", "@nothing").status == 1)
        #expect(try site.run("repair", "@s").status == 2)
        #expect(try site.run("repair", "vault:\(site.path("nothing"))").code == "not_found")
    }
}
