import Foundation
import TestSupport
import Testing

/// Devices that fail, and system calls that do less than they were asked.
@Suite(
    "Failing devices and short calls", .serialized,
    .enabled(if: Preload.isPossible, "a C compiler is needed to build the library that spoils calls"))
struct DeviceTests {
    private func source(_ site: FaultSite, _ seed: inout Seed) throws {
        for index in 0..<30 { try site.scratch.write("s/d\(index % 3)/f\(index)", random: 1000 + index * 3000, &seed) }
        try site.scratch.write("s/middle", random: 5 << 20, &seed)
        try site.scratch.write("s/large", random: 40 << 20, &seed)
        try site.shell(
            "truncate -s 60M s/sparse; dd if=s/middle of=s/sparse bs=1M seek=50 conv=notrunc 2>&-; sleep 0.2")
    }

    @Test("short counts and interrupted calls are invisible", arguments: [1, 2, 3] as [UInt64])
    func invisible(number: UInt64) throws {
        let site = try FaultSite(vault: true)
        let preload = try Preload(site)
        var seed = Seed(number)
        try source(site, &seed)
        let rules = ["rwcs:eintr:200:-1:\(site.path(""))", "rwc:short:300:-1:\(site.path(""))"]
        func run(_ arguments: String...) throws -> FaultSite.Report {
            let report = try site.run(
                arguments,
                with: [
                    "LD_PRELOAD": site.path("faults.so"), "FAULTS": rules.joined(separator: ";"),
                    "FAULTS_SEED": "\(seed.next())", "FAULTS_LOG": site.path("faults.log"),
                ])
            #expect(report.status == 0, "seed \(number): \(report.text)")
            #expect((report.document["warnings"] as? [String] ?? []).isEmpty, "seed \(number): \(report.text)")
            #expect(try preload.takeEffects() == ["0", "1"], "seed \(number): \(arguments)")
            return report
        }
        let whole = try site.run("sync", "@s", "@plain")
        let first = try run("sync", "@s", "@d", "--verify", "transferred")
        for figure in ["new", "scanned", "failed"] { #expect(first["files", figure] == whole["files", figure]) }
        for figure in ["missing", "logical"] { #expect(first["bytes", figure] == whole["bytes", figure]) }
        #expect(try site.differences("s", "d").isEmpty)
        for index in [1, 19] { try site.scratch.write("s/d1/f\(index)", random: 9000, &seed) }
        try site.shell("printf x | dd of=s/large bs=1 seek=30000000 conv=notrunc 2>&-; sleep 0.2")
        _ = try run("sync", "@s", "@d")
        #expect(try site.differences("s", "d").isEmpty)

        _ = try run("snapshot", "@s", site.vault("d"))
        _ = try run("restore", site.vault("d"), "@r", "--verify", "full")
        #expect(try site.differences("s", "r").isEmpty)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        try site.shell("rm -rf state")
        let again = try site.run("snapshot", "@s", site.vault("d"))
        #expect(again["bytes", "missing"] == 0 && again["files", "changed"] == 0, "the same chunks: \(again.text)")
        let verified = try preload.run("verify", site.vault(), "--data", rules: rules, seed: seed.next())
        #expect(verified.status == 0, "seed \(number): \(verified.text)")
    }

    @Test("a source file that cannot be read is named, the old one stays, and the rest is done")
    func source() throws {
        let site = try FaultSite(vault: true)
        let preload = try Preload(site)
        var seed = Seed.fromEnvironment()
        try source(site, &seed)
        try site.shell("cp -a s old; for f in large middle d2/f5; do echo old > old/$f; done; cp -a old d; sleep 0.2")
        #expect(try site.run("snapshot", "@old", site.vault("d")).status == 0)
        // In the middle of a file that several threads read, beyond the first stretch of another, and at the beginning.
        let rules = ["rc:eio:1000:30000000:/s/large", "rc:eio:1000:3000000:/s/middle", "rc:eio:1000:-1:/s/d2/f5"]
        let names = ["d2/f5", "large", "middle"]
        for arguments in [["sync", "@s", "@d", "--delete"], ["snapshot", "@s", site.vault("d")]] {
            let report = try site.run(
                arguments,
                with: [
                    "LD_PRELOAD": site.path("faults.so"), "FAULTS": rules.joined(separator: ";"),
                    "FAULTS_LOG": site.path("faults.log"),
                ])
            #expect(report.status == 4, "\(arguments): \(report.text)")
            #expect(report.failures == Dictionary(uniqueKeysWithValues: names.map { ($0, "io") }), "\(report.text)")
            #expect(try preload.takeEffects().count == 3)
        }
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        for tree in ["d", "r"] {
            for name in names {
                #expect(try site.scratch.read("\(tree)/\(name)") == Data("old\n".utf8), "\(tree)/\(name)")
            }
            #expect(try site.leftovers(tree) == [])
            #expect(
                try site.files(tree).filter { !names.contains($0.key) }
                    == site.files("s").filter { !names.contains($0.key) })
        }
        #expect(try site.run("sync", "@s", "@d").status == 0)
        #expect(try site.differences("s", "d").isEmpty)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        #expect(try site.run("sync", site.vault("d"), "@r", "--delete").status == 0)
        #expect(try site.differences("s", "r").isEmpty)
    }

    @Test(
        "a tree whose device fails ends the run; each file is old or new, and the next run finishes",
        arguments: [false, true])
    func tree(byVault: Bool) throws {
        let site = try FaultSite(vault: byVault)
        let preload = try Preload(site)
        var seed = Seed.fromEnvironment()
        try source(site, &seed)
        if byVault { #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0) }
        let from = byVault ? site.vault("d") : "@s"
        for (index, rule) in [
            "wc:eio:1000:20000000:/t/", "wc:eio:1000:-1:/t/", "wc:eio:200:-1:/t/", "s:eio:1000:-1:/t",
        ].enumerated() {
            try site.shell("rm -rf t; mkdir -p t/d2; for f in large middle d2/f5; do echo old > t/$f; done")
            let report = try preload.run("sync", from, "@t", rules: [rule], seed: UInt64(index))
            #expect(try preload.takeEffects() == ["0"], "\(rule)")
            #expect(report.status == 1 && report.code == "io", "\(rule): \(report.text)")
            #expect((report.document["remedy"] as? String)?.isEmpty == false, "\(report.text)")
            #expect((report.document["place"] as? String)?.contains(".perigee-") == false, "\(report.text)")
            let new = try site.files("s")
            for (name, bytes) in try site.files("t") {
                #expect(bytes == new[name] || bytes == Data("old\n".utf8), "\(rule): \(name)")
            }
            // What had come of a large file out of a vault is kept for the next run.
            let left = try site.leftovers("t").filter { !(byVault && $0.hasSuffix("~")) }
            #expect(left == [], "\(rule)")
            #expect(try site.run("sync", from, "@t").status == 0)
            #expect(try site.leftovers("t") == [], "\(rule)")
            #expect(try site.differences("s", "t").isEmpty, "\(rule)")
        }
        // What the destination holds and cannot give back is written anew.
        try site.shell("touch t/middle t/d2/f5; rm -rf state; sleep 0.2")
        let report = try preload.run("sync", from, "@t", rules: ["r:eio:1000:-1:/t/"])
        #expect(report.status == 0, "\(report.text)")
        #expect(try site.differences("s", "t").isEmpty)
    }

    @Test("a vault whose device fails ends the run, verifies, and takes the snapshot the next time")
    func vault() throws {
        let site = try FaultSite(vault: true)
        let preload = try Preload(site)
        var seed = Seed.fromEnvironment()
        try source(site, &seed)
        try site.scratch.write("first/file", "first")
        #expect(try site.run("snapshot", "@first", site.vault("d")).status == 0)
        for (index, rule) in [
            "w:eio:1000:10000000:/vault/", "w:eio:1000:-1:/vault/", "w:eio:100:-1:/vault/", "s:eio:1000:-1:/vault/",
            "s:eio:300:-1:/vault/",
        ].enumerated() {
            let report = try preload.run("snapshot", "@s", site.vault("d"), rules: [rule], seed: UInt64(index + 7))
            #expect(try preload.takeEffects() == ["0"], "\(rule)")
            #expect(report.status == 1 && report.code == "io", "\(rule): \(report.text)")
            #expect(try site.run("verify", site.vault(), "--data").status == 0, "\(rule)")
            #expect(try site.bytes(site.vault("d"), "file") == Data("first".utf8), "\(rule)")
        }
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        #expect(try site.differences("s", "r").isEmpty)
        // A pack that cannot be read costs the files that lie in it, and is no reason to touch what is there.
        try site.shell("mkdir -p t/d2; echo old > t/d2/f5")
        let unread = try preload.run("restore", site.vault("d"), "@t", rules: ["r:eio:200:-1:/vault/packs"])
        #expect(unread.status == 4 || unread.status == 1, "\(unread.text)")
        for (name, bytes) in try site.files("t") {
            #expect(try bytes == site.files("s")[name] || bytes == Data("old\n".utf8), "\(name)")
        }
    }
}
