import Foundation
import TestSupport
import Testing

/// Folders that their own user may not write, list or enter take what runs do in them, and end with the mode they are to
/// have.
@Suite(
    "Folders closed to their owner", .serialized,
    .enabled(if: FaultSite.hasOrdinaryUser, "setpriv is needed to become an ordinary user"))
struct ClosedFolderTests {
    /// Folders of mode 0555 in one another, with all sorts of things in them, and extended attributes on what is closed.
    private static let source = """
        mkdir -p s/closed/deep/er s/open; cd s; for f in a b c; do seq 100 > closed/$f; seq 200 > closed/deep/$f; done; \
        echo 1 > closed/deep/er/1; ln closed/a closed/deep/linked; ln -s x closed/link; mkfifo closed/pipe; \
        chmod 444 closed/b; setfattr -n user.of -v file closed/c; chmod 444 closed/c; setfattr -n user.of -v folder closed; \
        chmod 555 closed closed/deep closed/deep/er; sleep 0.3
        """
    /// Edits, additions, removals and changes of kind in them.
    private static let change = """
        cd s; chmod -R u+w closed; echo new > closed/a; echo added > closed/added; rm closed/deep/b; mkdir closed/fresh; \
        echo 2 > closed/fresh/2; rm closed/deep/er/1; mv closed/deep/c closed/moved; rm closed/link; mkdir closed/link; \
        echo 3 > closed/link/3; rm closed/pipe; ln -s y closed/pipe; chmod 444 closed/b; \
        chmod 555 closed/link closed/fresh closed/deep closed/deep/er; chmod 500 closed; sleep 0.3
        """

    private func copy(_ site: FaultSite, byVault: Bool, _ more: String...) throws -> FaultSite.Report {
        guard byVault else { return try site.runAsOrdinary(["sync", "@s", "@d"] + more) }
        let made = try site.runAsOrdinary("snapshot", "@s", site.vault("d"))
        #expect(made.status == 0, "\(made.text)")
        return try site.runAsOrdinary(["sync", site.vault("d"), "@d"] + more)
    }

    private func ready(byVault: Bool) throws -> FaultSite {
        let site = try FaultSite()
        try site.giveToOrdinary()
        if byVault { #expect(try site.runAsOrdinary("init", site.vault()).status == 0) }
        let made = try site.shellAsOrdinary(Self.source)
        try #require(made.status == 0, "\(made.errors)")
        return site
    }

    private func expectSame(_ site: FaultSite, _ note: String = "") throws {
        #expect(try site.differences("s", "d").isEmpty, "\(note)")
        #expect(try TreeComparison.differences(site.path("s"), site.path("d"), except: .holes) == [], "\(note)")
    }

    @Test("what changes, appears and vanishes in them does so at the destination", arguments: [false, true])
    func changes(byVault: Bool) throws {
        let site = try ready(byVault: byVault)
        let first = try copy(site, byVault: byVault)
        #expect(first.status == 0 && first.document["warnings"] as? [String] == [], "\(first.text)")
        try expectSame(site)
        try site.shellAsOrdinary(Self.change)
        let second = try copy(site, byVault: byVault, "--delete")
        #expect(second.status == 0, "\(second.text)")
        try expectSame(site)
        let third = try copy(site, byVault: byVault, "--delete")
        #expect(
            third["files", "unchanged"] == third["files", "scanned"] && third["bytes", "read"] == 0, "\(third.text)")
    }

    @Test("they go with all that is in them, by deletion and where a file takes their place", arguments: [false, true])
    func removal(byVault: Bool) throws {
        let site = try ready(byVault: byVault)
        #expect(try copy(site, byVault: byVault).status == 0)
        for change in ["rm -r s/closed/deep", "rm -r s/closed; echo file > s/closed"] {
            try site.shellAsOrdinary("chmod -R u+w s; \(change); chmod 555 s; sleep 0.3")
            let report = try copy(site, byVault: byVault, "--delete", "--max-delete", "100%")
            #expect(report.status == 0, "\(change): \(report.text)")
            try expectSame(site, change)
        }
    }

    @Test("those that cannot even be listed are, and are closed again", arguments: [false, true])
    func unlistable(byVault: Bool) throws {
        let site = try ready(byVault: byVault)
        #expect(try copy(site, byVault: byVault).status == 0)
        try site.shellAsOrdinary(
            "chmod u+w s/closed; echo new > s/closed/a; chmod 555 s/closed; mkdir d/own; echo > d/own/x")
        try site.shellAsOrdinary(
            "chmod 0 d/closed/deep/er; chmod 0444 d/closed/deep; chmod 0 d/own d/closed/c d/closed d")
        let report = try copy(site, byVault: byVault)
        #expect(report.status == 0, "\(report.text)")
        #expect(try site.shell("stat -c %a d/own").text == "0\n")
        #expect(try site.shell("chmod u+rwx d/own; rm -r d/own; touch -r s d").status == 0)
        try expectSame(site)
    }

    @Test("a run that is refused closes them again", arguments: [false, true])
    func refused(byVault: Bool) throws {
        let site = try ready(byVault: byVault)
        #expect(try copy(site, byVault: byVault).status == 0)
        try site.shellAsOrdinary("mkdir d/own; for i in $(seq 90); do echo > d/own/$i; done; chmod 0 d/own")
        let report = try copy(site, byVault: byVault, "--delete")
        #expect(report.status == 3, "\(report.text)")
        #expect(try site.shell("stat -c %a d/own; chmod 700 d/own; ls d/own | wc -l").text == "0\n90\n")
    }

    @Test("after a kill, the next run gives them their modes")
    func killed() throws {
        let site = try ready(byVault: false)
        #expect(try copy(site, byVault: false).status == 0)
        var seed = Seed.fromEnvironment()
        for round in 0..<10 {
            let line = """
                chmod -R u+w s; for i in $(seq 150); do echo \(round) $i > s/closed/f$i; done; rm -f s/closed/deep/k*; \
                for i in $(seq 100); do echo \(round) > s/closed/deep/k\(round)$i; done; chmod -R a-w s
                """
            try site.shellAsOrdinary(line)
            let process = try site.startAsOrdinary("sync", "@s", "@d", "--delete")
            let delay = Double(seed.next() % 40) / 1000
            Thread.sleep(forTimeInterval: delay)
            process.send(SIGKILL)
            try process.wait()
            let note = "seed \(seed.value), round \(round), killed after \(delay) s"
            let report = try copy(site, byVault: false, "--delete")
            #expect(report.status == 0, "\(note): \(report.text)")
            try expectSame(site, note)
            #expect(try site.leftovers("d") == [], "\(note)")
        }
    }

    @Test("generations of them are made, shared and swept up")
    func generations() throws {
        let site = try ready(byVault: false)
        for change in ["true", Self.change] {
            try site.shellAsOrdinary(change)
            try site.shellAsOrdinary(
                "mkdir -p d/generations/.perigee-0123456789abcdef~/x; cd d/generations; chmod -R 555 .p*")
            let report = try site.runAsOrdinary("sync", "@s", "@d", "--publish", "generations")
            #expect(report.status == 0, "\(report.text)")
            // rsync does not follow the links of another user.
            let current = try site.shell("readlink d/current").text.trimmingCharacters(in: .newlines)
            #expect(try site.differences("s", "d/\(current)").isEmpty)
            #expect(try site.leftovers("d") == [])
        }
    }
}
