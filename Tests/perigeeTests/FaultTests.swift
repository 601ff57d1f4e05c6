import Foundation
import TestSupport
import Testing

/// Devices that are full or read-only, sources that are empty, gone or closed: clear errors, and nothing lost.
@Suite("Full, closed and vanishing places", .serialized)
struct FaultTests {
    /// A site whose folder `small` has room for 24 MiB, with 40 MiB of source beside it.
    private func smallSite(vault: Bool = false) throws -> FaultSite {
        let site = try FaultSite(vault: vault)
        var seed = Seed.fromEnvironment()
        for index in 0..<10 { try site.scratch.write("s/f\(index)", random: 4 << 20, &seed) }
        try site.mount("small", size: "24m")
        return site
    }

    private func expectNoSpace(_ report: FaultSite.Report) throws {
        #expect(report.status == 1, "\(report.text)")
        #expect(report.code == "no_space", "\(report.text)")
        #expect((report.document["remedy"] as? String)?.isEmpty == false, "\(report.text)")
    }

    @Test(
        "sync to a full device: each file old or new, and the rest once there is room",
        .enabled(if: FaultSite.canMount, "mounting needs the superuser"))
    func fullSync() throws {
        let site = try smallSite()
        for index in 0..<5 { try site.scratch.write("small/d/f\(index)", "old \(index)") }
        let (old, new) = (try site.files("small/d"), try site.files("s"))
        try expectNoSpace(site.run("sync", "@s", "@small/d"))
        for (path, bytes) in try site.files("small/d") {
            #expect(bytes == old[path] || bytes == new[path], "\(path) is neither old nor new")
        }
        for path in old.keys { #expect(try site.files("small/d")[path] != nil, "\(path) is gone") }
        #expect(try site.leftovers("small/d") == [])
        try site.shell("mount -o remount,size=80m small")
        #expect(try site.run("sync", "@s", "@small/d").status == 0)
        #expect(try site.differences("s", "small/d").isEmpty)
    }

    @Test(
        "restore to a full device: each file old or new, and the rest once there is room",
        .enabled(if: FaultSite.canMount, "mounting needs the superuser"))
    func fullRestore() throws {
        let site = try smallSite(vault: true)
        try site.scratch.write("small/r/f3", "old")
        let new = try site.files("s")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try expectNoSpace(site.run("restore", site.vault("d"), "@small/r"))
        for (path, bytes) in try site.files("small/r") {
            #expect(bytes == new[path] || bytes == Data("old".utf8), "\(path) is neither old nor new")
        }
        #expect(try site.leftovers("small/r") == [])
        try site.shell("mount -o remount,size=80m small")
        #expect(try site.run("restore", site.vault("d"), "@small/r").status == 0)
        #expect(try site.differences("s", "small/r").isEmpty)
    }

    @Test(
        "snapshot into a full vault: it verifies, keeps its history, and takes the snapshot once there is room",
        .enabled(if: FaultSite.canMount, "mounting needs the superuser"))
    func fullSnapshot() throws {
        let site = try smallSite()
        let vault = "vault:\(site.path("small/vault"))"
        try site.scratch.write("first/file", "first")
        #expect(try site.run("init", vault).status == 0)
        #expect(try site.run("snapshot", "@first", "\(vault)#d").status == 0)
        try expectNoSpace(site.run("snapshot", "@s", "\(vault)#d"))
        #expect(try site.run("verify", vault, "--data").status == 0)
        #expect(try site.bytes("\(vault)#d", "file") == Data("first".utf8))
        try site.shell("mount -o remount,size=100m small")
        #expect(try site.run("snapshot", "@s", "\(vault)#d").status == 0)
        #expect(try site.run("verify", vault, "--data").status == 0)
        #expect(try site.run("restore", "\(vault)#d", "@r").status == 0)
        #expect(try site.differences("s", "r").isEmpty)
    }

    @Test(
        "a destination that is mounted read-only is said to be",
        .enabled(if: FaultSite.canMount, "mounting needs the superuser"))
    func readOnly() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "new")
        try site.mount("small", size: "8m")
        try site.scratch.write("small/d/a", "old")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell("cp -a vault small/vault; mount -o remount,ro small")
        for arguments in [
            ["sync", "@s", "@small/d"], ["restore", site.vault("d"), "@small/d"], ["sync", "@s", "@small/new"],
            ["snapshot", "@s", "vault:\(site.path("small/vault"))#other"],
        ] {
            let report = try site.run(arguments)
            #expect(report.status == 1, "\(arguments): \(report.text)")
            #expect(report.code == "read_only", "\(arguments): \(report.text)")
        }
        #expect(try site.scratch.read("small/d/a") == Data("old".utf8))
        #expect(try site.run("verify", "vault:\(site.path("small/vault"))", "--data").status == 0)
    }

    @Test(
        "a state folder that cannot be written is a warning, not a failure",
        .enabled(if: FaultSite.canMount, "mounting needs the superuser"))
    func closedState() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("s/a", "one")
        try site.shell("rm -rf state")
        try site.mount("state", size: "1m")
        try site.shell("mount -o remount,ro state")
        for arguments in [
            ["sync", "@s", "@d"], ["snapshot", "@s", site.vault("d")], ["restore", site.vault("d"), "@r"],
        ] {
            let report = try site.run(arguments)
            #expect(report.status == 0, "\(report.text)")
            #expect((report.document["warnings"] as? [String])?.isEmpty == false, "\(report.text)")
        }
        #expect(try site.differences("s", "d").isEmpty)
    }

    @Test(
        "files that cannot be read are named, the rest is done, and nothing is deleted then",
        .enabled(if: FaultSite.hasOrdinaryUser, "setpriv is needed to become an ordinary user"))
    func unreadable() throws {
        let site = try FaultSite()
        try site.shell(
            """
            mkdir -p s/open s/closed d; echo a > s/a; echo b > s/b; echo c > s/closed/c; echo o > s/open/o; \
            echo extra > d/extra; echo kept > d/b; chmod 0 s/b; chmod 0 s/closed
            """)
        try site.giveToOrdinary()
        let first = try site.runAsOrdinary("sync", "@s", "@d", "--delete")
        #expect(first.status == 4, "\(first.text)")
        #expect(first.failures["b"] == "denied" && first.failures["closed"] == "denied", "\(first.text)")
        #expect(first["files", "deleted"] == 0)
        try site.shell("chmod 755 d/closed")
        #expect(try site.files("d").keys.sorted() == ["a", "b", "extra", "open/o"])
        #expect(try site.scratch.read("d/b") == Data("kept\n".utf8))
        // A file that cannot be opened holds deletions back as a folder that cannot be listed does.
        try site.shell("chmod 755 s/closed")
        let second = try site.runAsOrdinary("sync", "@s", "@d", "--delete")
        #expect(second.status == 4 && second.failures.keys.sorted() == ["b"], "\(second.text)")
        #expect(try site.files("d").keys.contains("extra"))
        try site.shell("chmod 644 s/b")
        let third = try site.runAsOrdinary("sync", "@s", "@d", "--delete")
        #expect(third.status == 0 && third["files", "deleted"] == 1, "\(third.text)")
    }

    @Test(
        "a snapshot keeps what it had of files that cannot be read now",
        .enabled(if: FaultSite.hasOrdinaryUser, "setpriv is needed to become an ordinary user"))
    func unreadableSnapshot() throws {
        let site = try FaultSite()
        try site.shell("mkdir -p s/closed; echo a > s/a; echo c > s/closed/c")
        try site.giveToOrdinary()
        #expect(try site.runAsOrdinary("init", site.vault()).status == 0)
        #expect(try site.runAsOrdinary("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell("echo new > s/a; chmod 0 s/a s/closed")
        let report = try site.runAsOrdinary("snapshot", "@s", site.vault("d"))
        #expect(report.status == 4, "\(report.text)")
        #expect(report.failures["a"] == "denied" && report.failures["closed"] == "denied", "\(report.text)")
        #expect(try site.bytes(site.vault("d"), "a") == Data("a\n".utf8))
        #expect(try site.bytes(site.vault("d"), "closed/c") == Data("c\n".utf8))
    }

    @Test("a source that is gone is an error, and nothing is deleted")
    func goneSource() throws {
        let site = try FaultSite(vault: true)
        try site.scratch.write("d/a", "kept")
        for arguments in [["sync", "@s", "@d", "--delete"], ["snapshot", "@s", site.vault("d")]] {
            let report = try site.run(arguments)
            #expect(report.status == 1 && report.code == "not_found", "\(report.text)")
        }
        #expect(try site.scratch.read("d/a") == Data("kept".utf8))
    }

    @Test("files that vanish while a run goes on do not end it")
    func vanishing() throws {
        let site = try FaultSite(vault: true)
        try site.shell(
            "mkdir s; cd s; for i in $(seq 40); do mkdir d$i; for j in $(seq 40); do echo $i $j > d$i/f$j; done; done")
        for arguments in [["sync", "@s", "@d"], ["snapshot", "@s", site.vault("d")]] {
            let process = try site.start(arguments)
            try site.shell("rm -r s/d3* s/d7; for i in 1 2 4 5 6; do rm s/d$i/f1*; done")
            let ending = try process.wait()
            #expect(ending == .exited(status: 0) || ending == .exited(status: 4), "\(ending)")
            #expect(try site.run(arguments).status == 0)
        }
        #expect(try site.run("sync", "@s", "@d", "--delete", "--max-delete", "100%").status == 0)
        #expect(try site.differences("s", "d").isEmpty)
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        #expect(try site.differences("s", "r").isEmpty)
    }
}
