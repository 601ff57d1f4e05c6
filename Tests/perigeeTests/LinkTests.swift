import Foundation
import TestSupport
import Testing

/// Several names of one thing stay names of one thing, whatever kind it is of.
@Suite("Further names")
struct LinkTests {
    /// Several names of a link, a pipe and a socket, and of nodes where they can be made.
    private static let source = """
        mkdir -p s/a s/z; ln -s target s/a/link; ln -P s/a/link s/link; ln -P s/a/link s/z/link; mkfifo s/a/pipe; \
        ln s/a/pipe s/z/pipe; perl -MSocket -e \
        'chdir "s/a"; socket(S,AF_UNIX,SOCK_STREAM,0);bind(S,pack_sockaddr_un("socket"))'; ln s/a/socket s/z/socket; \
        if [ $(id -u) = 0 ]; then mknod s/a/null c 1 3; ln s/a/null s/z/null; ln s/a/null s/null; fi; sleep 0.3
        """

    /// Copies the source to `d`, by way of the vault where `byVault` says so.
    private func copy(_ site: FaultSite, byVault: Bool, _ more: String...) throws -> FaultSite.Report {
        guard byVault else { return try site.run(["sync", "@s", "@d"] + more) }
        let made = try site.run("snapshot", "@s", site.vault("d"))
        #expect(made.status == 0, "\(made.text)")
        return try site.run(["sync", site.vault("d"), "@d"] + more)
    }

    @Test("of links, pipes, sockets and nodes arrive, and a second run has nothing to do", arguments: [false, true])
    func kept(byVault: Bool) throws {
        let site = try FaultSite(vault: byVault)
        try site.shell(Self.source)
        let first = try copy(site, byVault: byVault)
        #expect(first.status == 0 && (first.document["warnings"] as? [String]) == [], "\(first.text)")
        #expect(try TreeComparison.differences(site.path("s"), site.path("d")) == [])
        #expect(try site.differences("s", "d").isEmpty)
        let again = try copy(site, byVault: byVault)
        #expect(again["files", "unchanged"] == again["files", "scanned"], "\(again.text)")
        try site.shell("rm -rf state")
        let blind = try copy(site, byVault: byVault)
        #expect(blind["files", "unchanged"] == blind["files", "scanned"], "\(blind.text)")
        #expect(try TreeComparison.differences(site.path("s"), site.path("d")) == [])
    }

    @Test("appear, vanish and change their kind as they do at the source", arguments: [false, true])
    func changed(byVault: Bool) throws {
        let site = try FaultSite(vault: byVault)
        try site.shell(Self.source)
        for change in [
            "ln -P s/link s/another; ln s/z/pipe s/more", "rm s/a/link s/z/pipe; mkfifo s/z/pipe",
            "rm s/link s/z/link s/another; ln -s other s/link; ln -P s/link s/a/link; ln -P s/link s/z/link",
            "rm s/a/socket; echo file > s/a/socket; ln s/a/socket s/b", "rm -r s/a; ln -P s/link s/a",
        ] {
            #expect(try copy(site, byVault: byVault).status == 0)
            try site.shell("\(change); sleep 0.3")
            let report = try copy(site, byVault: byVault, "--delete", "--max-delete", "100%")
            #expect(report.status == 0, "\(change): \(report.text)")
            #expect(try TreeComparison.differences(site.path("s"), site.path("d")) == [], "\(change)")
        }
    }

    @Test(
        "become things of their own, and are counted, where the destination cannot keep them",
        .enabled(if: FaultSite.canMount, "mounting needs the superuser"), arguments: [false, true])
    func lost(byVault: Bool) throws {
        let site = try FaultSite(vault: byVault)
        try site.shell(Self.source + "; echo 1 > s/a/file; ln s/a/file s/z/file; mkdir d; sleep 0.3")
        // A file system of its own, into which nothing can be linked.
        try site.mount("d/z", size: "1m")
        let report = try copy(site, byVault: byVault)
        #expect(report.status == 0, "\(report.text)")
        let warnings = try #require(report.document["warnings"] as? [String])
        #expect(warnings.contains { $0.hasPrefix("hard links not kept") && $0.contains("and 4 more") }, "\(warnings)")
        #expect(
            try site.shell("readlink d/z/link; cat d/z/file; stat -c %F d/z/pipe d/z/socket d/z/null").text == """
                target
                1
                fifo
                socket
                character special file

                """)
        #expect(try site.shell("stat -c %i d/link d/null").text == site.shell("stat -c %i d/a/link d/a/null").text)
        let again = try copy(site, byVault: byVault, "--require-fidelity")
        #expect(again["files", "unchanged"] == again["files", "scanned"], "\(again.text)")
    }
}
