import Foundation
import TestSupport
import Testing

/// Deletions: only where asked for, never more than allowed, and what changes its kind counts.
@Suite("Deletions and renames")
struct DeleteTests {
    @Test("an empty source deletes nothing, unless that much is allowed")
    func emptySource() throws {
        let site = try FaultSite()
        try site.shell("mkdir -p s d/sub; echo 1 > d/only")
        let refused = try site.run("sync", "@s", "@d", "--delete")
        #expect(refused.status == 3 && refused.code == "refused", "\(refused.text)")
        #expect(try site.shell("find d | wc -l").text == "3\n")
        #expect(try site.run("sync", "@s", "@d", "--delete", "--max-delete", "0").status == 3)
        let allowed = try site.run("sync", "@s", "@d", "--delete", "--max-delete", "100%")
        #expect(allowed.status == 0 && allowed["files", "deleted"] == 1, "\(allowed.text)")
        #expect(try site.shell("find d | wc -l").text == "1\n")
        try site.shell("mkdir -p d/a/b d/c")
        #expect(try site.run("sync", "@s", "@d", "--delete").status == 3, "folders count where there are only folders")
    }

    @Test("nothing is deleted without --delete, and a count is a limit")
    func limits() throws {
        let site = try FaultSite()
        try site.shell("mkdir -p s d; for i in $(seq 10); do echo $i | tee s/f$i > d/f$i; done; rm s/f1 s/f2 s/f3")
        #expect(try site.run("sync", "@s", "@d").status == 0)
        #expect(try site.files("d").count == 10)
        #expect(try site.run("sync", "@s", "@d", "--delete", "--max-delete", "2").status == 3)
        #expect(try site.run("sync", "@s", "@d", "--delete", "--max-delete", "29%").status == 3)
        #expect(try site.files("d").count == 10)
        #expect(try site.run("sync", "@s", "@d", "--delete", "--max-delete", "3")["files", "deleted"] == 3)
        #expect(try site.files("d").count == 7)
    }

    @Test("a dry run counts what the run then does, also where nothing is remembered", arguments: [false, true])
    func dryRun(fromVault: Bool) throws {
        let site = try FaultSite(vault: true)
        try site.shell("mkdir s; for i in $(seq 9); do echo $i > s/f$i; done; ln s/f3 s/g; cp -a s d")
        try site.shell("echo x > s/new; echo y > s/f1")
        try site.shell("echo z > d/extra; touch -d 2001-01-01 d/f2; mkfifo s/pipe")
        if fromVault { #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0) }
        let words = ["sync", fromVault ? site.vault("d") : "@s", "@d", "--delete"]
        let before = try site.files("d")
        let dry = try site.run(words + ["--dry-run"])
        #expect(dry.status == 0 && dry.document["dry_run"] as? Bool == true, "\(dry.text)")
        #expect(try site.files("d") == before)
        let run = try site.run(words)
        #expect(run.status == 0, "\(run.text)")
        for figure in ["scanned", "unchanged", "new", "changed", "renamed", "deleted", "failed"] {
            #expect(dry["files", figure] == run["files", figure], "\(figure): \(dry.text) \(run.text)")
        }
        #expect(run["files", "unchanged"] == 8)
        #expect(try site.files("d") == site.files("s"))

        // What would be refused is said beforehand.
        try site.shell("rm s/f*")
        if fromVault { #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0) }
        let refused = try site.run(words + ["--dry-run"])
        #expect(refused.status == 0)
        let warnings = refused.document["warnings"] as? [String] ?? []
        let isSaid = warnings.contains { $0.contains("9 of 12 files") && $0.contains("--max-delete 50%") }
        #expect(isSaid, "\(refused.text)")
        #expect(try site.run(words).status == 3)
    }

    @Test("what is excluded is not renamed away, whatever became of it at the source", arguments: [false, true])
    func excluded(isRemote: Bool) throws {
        let site = try FaultSite()
        let environment = isRemote ? try FakeShell.install(in: site.scratch) : [:]
        let target = (isRemote ? "there:" : "") + site.path("d")
        let end = ["--remote-perigee", Program.path]
        try site.shell("mkdir -p s/cache; echo one > s/cache/a; echo two > s/b; sleep 0.2")
        #expect(try site.run(["sync", "@s", target] + end, with: environment).status == 0)
        try site.shell("mv s/cache/a s/moved; rmdir s/cache; mv s/b s/c")
        let report = try site.run(
            ["sync", "@s", target, "--exclude", "cache/", "--delete", "--max-delete", "100%"] + end, with: environment)
        #expect(report.status == 0, "\(report.text)")
        #expect(report["files", "renamed"] == 1)
        #expect(try site.files("d").keys.sorted() == ["c", "cache/a", "moved"])
    }

    @Test("a folder that becomes a file is guarded too, from a tree and from a vault")
    func guardedKind() throws {
        for fromVault in [false, true] {
            let site = try FaultSite(vault: fromVault)
            try site.shell(
                "mkdir -p s d/x; for i in $(seq 50); do echo $i > d/x/f$i; done; echo y | tee s/y > d/y; echo x > s/x")
            if fromVault { #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0) }
            let from = fromVault ? site.vault("d") : "@s"
            let refused = try site.run("sync", from, "@d", "--delete")
            #expect(refused.status == 3, "\(refused.text)")
            #expect(try site.files("d").count == 51, "nothing is lost")
            let kept = try site.run("sync", from, "@d")
            #expect(kept.status == 4 && kept.failures["x"] == "refused", "\(kept.text)")
            #expect(try site.files("d").count == 51)
            let done = try site.run("sync", from, "@d", "--delete", "--max-delete", "50")
            #expect(done.status == 0, "\(done.text)")
            #expect(try site.files("d") == site.files("s"))
        }
    }

    @Test("everything may become anything else")
    func kinds() throws {
        let site = try FaultSite(vault: true)
        let forms = [
            "echo file > s/x", "mkdir s/x; echo in > s/x/in; mkdir s/x/sub; echo deep > s/x/sub/deep", "ln -s file s/x",
            "mkfifo s/x", "echo other > s/y; ln s/y s/x",
        ]
        for (from, before) in forms.enumerated() {
            for (to, after) in forms.enumerated() where from != to {
                try site.shell("rm -rf s d r; mkdir s; \(before); echo stays > s/stays")
                #expect(try site.run("sync", "@s", "@d").status == 0)
                #expect(try site.run("sync", "@s", "@r").status == 0)
                try site.shell("rm -rf s/x s/y; \(after)")
                let report = try site.run("sync", "@s", "@d", "--delete", "--max-delete", "100%")
                #expect(report.status == 0, "\(before) -> \(after): \(report.text)")
                #expect(try site.differences("s", "d").isEmpty, "\(before) -> \(after)")
                if from + 1 == to || from == to + 1 {
                    #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
                    let back = try site.run("sync", site.vault("d"), "@r", "--delete", "--max-delete", "100%")
                    #expect(back.status == 0, "\(before) -> \(after): \(back.text)")
                    #expect(try site.differences("s", "r").isEmpty, "vault: \(before) -> \(after)")
                }
            }
        }
    }

    @Test("what was renamed is renamed: no byte is copied, the file stays the same file")
    func renames() throws {
        let site = try FaultSite()
        var seed = Seed.fromEnvironment()
        for index in 0..<20 { try site.scratch.write("s/a/b/c/f\(index)", random: 5000, &seed) }
        try site.scratch.write("s/single", random: 3 << 20, &seed)
        try site.shell("find s -exec touch -d '2024-05-06 07:08:09.123456789' {} +; sleep 0.3")
        #expect(try site.run("sync", "@s", "@d").status == 0)
        let inodes = "find d -type f -printf '%i\\n' | sort"
        let before = try site.shell(inodes).text
        try site.shell("mv s/a s/z; mv s/z/b/c/f3 s/moved-out; mkdir s/into; mv s/single s/into/other; sleep 0.3")
        let report = try site.run("sync", "@s", "@d", "--delete")
        #expect(report.status == 0, "\(report.text)")
        #expect(report["files", "renamed"] == 21 && report["files", "deleted"] == 0, "\(report.text)")
        #expect(report["bytes", "missing"] == 0 && report["files", "new"] == 0, "\(report.text)")
        #expect(try site.shell(inodes).text == before)
        #expect(try site.differences("s", "d").isEmpty)
        let again = try site.run("sync", "@s", "@d", "--delete")
        #expect(again["files", "unchanged"] == 21 && again["bytes", "read"] == 0, "\(again.text)")
    }

    @Test("what was renamed between two snapshots is renamed in the tree that has the first of them")
    func renamesByVault() throws {
        let site = try FaultSite(vault: true)
        var seed = Seed.fromEnvironment()
        for index in 0..<20 { try site.scratch.write("s/a/b/c/f\(index)", random: 5000, &seed) }
        try site.scratch.write("s/single", random: 3 << 20, &seed)
        // Some are the same in all but their names.
        try site.shell("mkdir s/twins; for i in 1 2 3; do seq 99 > s/twins/$i; done; echo stays > s/copied")
        try site.shell("find s -exec touch -d '2024-05-06 07:08:09.123456789' {} +; sleep 0.3")
        func sync() throws -> FaultSite.Report {
            #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
            return try site.run("sync", site.vault("d"), "@d", "--delete")
        }
        #expect(try sync().status == 0)
        let inodes = "find d -type f -not -name copy -printf '%i\\n' | sort"
        let before = try site.shell(inodes).text
        try site.shell(
            "mv s/a s/z; mv s/z/b/c/f3 s/moved-out; mkdir s/into; mv s/single s/into/other; mv s/twins s/zwillinge; "
                + "cp -p s/copied s/copy; sleep 0.3")
        let report = try sync()
        #expect(report.status == 0, "\(report.text)")
        #expect(report["files", "renamed"] == 24 && report["files", "deleted"] == 0, "\(report.text)")
        #expect(report["bytes", "missing"] == 6 && report["files", "new"] == 1, "\(report.text)")
        #expect(try site.shell(inodes).text == before)
        #expect(try site.differences("s", "d").isEmpty)
        let again = try sync()
        #expect(again["files", "unchanged"] == 26 && again["bytes", "read"] == 0, "\(again.text)")
        // One that was touched at the destination, and one that was edited as it was renamed, are not what they were.
        try site.shell(
            "echo other > d/zwillinge/1; mv s/zwillinge s/again; touch -r s/into/other stamp; mv s/into/other s/edited; "
                + "printf X | dd of=s/edited conv=notrunc bs=1 seek=99999 2>&-; touch -r stamp s/edited; sleep 0.3")
        let edited = try sync()
        #expect(edited.status == 0 && edited["files", "renamed"] == 2, "\(edited.text)")
        #expect(try site.differences("s", "d").isEmpty)
    }

    @Test("a file that was renamed and edited has its new bytes")
    func renamedAndEdited() throws {
        let site = try FaultSite()
        try site.shell("mkdir s; seq 20000 > s/a; seq 30000 > s/b; sleep 0.3")
        #expect(try site.run("sync", "@s", "@d").status == 0)
        try site.shell(
            "touch -r s/a stamp; mv s/a s/a2; printf X | dd of=s/a2 conv=notrunc bs=1 seek=999 2>&-; touch -r stamp s/a2; mv s/b s/a; sleep 0.3"
        )
        #expect(try site.run("sync", "@s", "@d", "--delete").status == 0)
        #expect(try site.differences("s", "d").isEmpty)
    }
}
