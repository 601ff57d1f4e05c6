import Foundation
import TestSupport
import Testing

/// Bytes that changed at rest, in a vault and in the state folder.
@Suite("Damage at rest")
struct FaultDamageTests {
    /// A site with a vault that has every kind of blob, and the blobs by kind.
    private func site(_ seed: inout Seed) throws -> (FaultSite, [String: [String]]) {
        let site = try FaultSite(vault: true)
        for index in 0..<20 { try site.scratch.write("s/dir/f\(index)", random: Int(seed.next() % 4000), &seed) }
        try site.scratch.write("s/big", random: 2 << 20, &seed)
        try site.scratch.write("s/text", String(repeating: "hello, vault ", count: 50_000))
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.scratch.write("s/dir/f1", "changed")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell("cp -a vault good")
        let names = try FileManager.default.subpathsOfDirectory(atPath: site.path("good")).sorted().filter { name in
            var isFolder: ObjCBool = false
            let exists = FileManager.default.fileExists(atPath: site.path("good/\(name)"), isDirectory: &isFolder)
            return exists && !isFolder.boolValue && !name.hasPrefix(".")
        }
        return (site, Dictionary(grouping: names) { String($0.split(separator: "/")[0]) })
    }

    /// What a restore of the vault gives: right bytes or an error, never wrong bytes, never a crash.
    private func expectHonest(_ site: FaultSite, _ note: String) throws {
        try site.shell("rm -rf r")
        let report = try site.run("restore", site.vault("d"), "@r")
        #expect((0..<128).contains(report.status), "\(report.text) (\(note))")
        let wanted = try site.files("s")
        let got = FileManager.default.fileExists(atPath: site.path("r")) ? try site.files("r") : [:]
        for (path, bytes) in got { #expect(bytes == wanted[path], "wrong bytes in \(path) (\(note))") }
        if report.status == 0 {
            #expect(got == wanted, "\(note)")
        } else {
            #expect(report.code != nil || !report.failures.isEmpty, "\(report.text) (\(note))")
        }
    }

    @Test("a flipped byte in any kind of blob is found and named, and never delivered")
    func flips() throws {
        var seed = Seed.fromEnvironment()
        let (site, kinds) = try site(&seed)
        #expect(kinds.count >= 5, "\(kinds.keys)")
        for (kind, names) in kinds.sorted(by: { $0.key < $1.key }) {
            for name in [names.first, names.last].compactMap({ $0 }) {
                var bytes = try site.scratch.read("good/\(name)")
                let place = Int(seed.next() % UInt64(bytes.count))
                bytes[place] ^= UInt8(1 << (seed.next() % 8))
                try site.shell("rm -f vault/\(name)")
                try site.scratch.write("vault/\(name)", bytes)
                let note = "seed \(seed.value), \(kind), byte \(place) of \(bytes.count)"
                let report = try site.run("verify", site.vault(), "--data")
                #expect(report.status == 1, "\(report.text) (\(note))")
                let stem = String(name.split(separator: "/").last?.prefix(12) ?? "")
                #expect(report.text.contains(stem) || report.outcome.text.contains(stem), "\(report.text) (\(note))")
                try expectHonest(site, note)
                try site.shell("rm -f vault/\(name); cp -a good/\(name) vault/\(name)")
            }
        }
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
    }

    @Test("hostile blobs of all kinds give errors, never crashes")
    func mutations() throws {
        var seed = Seed.fromEnvironment()
        let (site, kinds) = try site(&seed)
        let groups = kinds.sorted { $0.key < $1.key }.map(\.value)
        for round in 0..<24 {
            let group = groups[round % groups.count]
            let name = group[Int(seed.next() % UInt64(group.count))]
            let bytes = mutate(try site.scratch.read("good/\(name)"), &seed)
            try site.shell("rm -f vault/\(name)")
            try site.scratch.write("vault/\(name)", bytes)
            let note = "seed \(seed.value), round \(round), \(name)"
            for arguments in [
                ["verify", site.vault(), "--data"], ["log", site.vault("d")], ["ls", site.vault("d"), "-r"],
                ["snapshot", "@s/dir", site.vault("other")],
            ] {
                let report = try site.run(arguments)
                #expect((0..<128).contains(report.status), "\(arguments): \(report.text) (\(note))")
            }
            try expectHonest(site, note)
            try site.shell("rm -rf vault; cp -a good vault")
        }
    }

    private func mutate(_ whole: Data, _ seed: inout Seed) -> Data {
        var bytes = whole
        let place = Int(seed.next() % UInt64(max(1, bytes.count)))
        switch seed.next() % 5 {
        case 0: return bytes.prefix(place)
        case 1: return bytes + Data(seed.bytes(100))
        case 2: return Data(seed.bytes(Int(seed.next() % 2000)))
        case 3: bytes.replaceSubrange(place..<min(bytes.count, place + 4), with: Data([255, 255, 255, 255]))
        default: bytes.replaceSubrange(place..<min(bytes.count, place + 8), with: Data(seed.bytes(8)))
        }
        return bytes
    }

    @Test("random bytes in the state folder are harmless")
    func state() throws {
        let site = try FaultSite(vault: true)
        var seed = Seed.fromEnvironment()
        for index in 0..<120 { try site.scratch.write("s/f\(index)", random: 20, &seed) }
        for round in 0..<7 {
            let arguments = [
                ["sync", "@s", "@d", "--delete"], ["snapshot", "@s", site.vault("d")],
                ["restore", site.vault("d"), "@r"],
            ]
            for arguments in arguments {
                let report = try site.run(arguments)
                #expect(report.status == 0, "\(report.text) (seed \(seed.value), round \(round))")
            }
            #expect(try site.files("d") == site.files("s"), "seed \(seed.value), round \(round)")
            #expect(try site.files("r") == site.files("s"), "seed \(seed.value), round \(round)")
            let state = try FileManager.default.subpathsOfDirectory(atPath: site.path("state"))
            for name in state where (try? site.scratch.read("state/\(name)")) != nil {
                try site.scratch.write("state/\(name)", mutate(site.scratch.read("state/\(name)"), &seed))
            }
            try site.scratch.write("s/f\(seed.next() % 120)", random: 20, &seed)
        }
    }

    @Test("a record whose head was cut short does not bring back an older snapshot's bytes")
    func cutBinding() throws {
        let site = try FaultSite(vault: true)
        for text in ["one", "two"] {
            try site.scratch.write("s/a", text)
            try site.shell("sleep 0.3")
            #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        }
        let history = try #require(try site.run("log", site.vault("d")).document["snapshots"] as? [[String: Any]])
        let oldest = try #require(history.last?["id"] as? String)
        let records = try FileManager.default.contentsOfDirectory(atPath: site.path("state/records"))
        for name in records {
            var bytes = try site.scratch.read("state/records/\(name)")
            bytes.replaceSubrange(12..<76, with: Data(oldest.utf8.prefix(6)) + Data(count: 58))
            try site.scratch.write("state/records/\(name)", bytes)
        }
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try site.bytes(site.vault("d"), "a") == Data("two".utf8))
    }
}
