import Files
import Foundation
import TestSupport
import Testing

/// Everything that a file system keeps arrives, as programs of others see it.
@Suite("Fidelity")
struct FidelityTests {
    /// A tree with all that there is, but for paths that other programs cannot follow.
    private func source(_ site: FaultSite) throws {
        try site.shell("mkdir s")
        var maker = TreeMaker(Seed.fromEnvironment())
        try maker.make(250, in: try FolderHandle(path: site.path("s")))
        let line = #"""
            cd s; mkdir known; cd known; mkdir empty sticky; chmod 1777 sticky; \
            echo 1 > suid; chmod 4755 suid; ln -s suid link; ln -s /no/where dangling; ln -s loop2 loop1; ln -s loop1 loop2; \
            touch $'new\nline' $'bad\xff\xfename' -- -rf ' ' '*' '~' "$(printf 'n%.0s' $(seq 255))"; mkfifo fifo; \
            truncate -s 60M hole; (head -c 9000 /dev/urandom; sleep 0) | dd of=hole conv=notrunc bs=1M seek=30 2>&-; \
            perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0);bind(S,pack_sockaddr_un("socket"))'; \
            head -c 100000 /dev/urandom > many; ln many many2; ln many sticky/many3; \
            touch -d @-5.5 suid; touch -d @8589934592.000000007 many; touch -h -d @99.123456789 link; \
            if [ $(id -u) = 0 ]; then mknod null c 1 3; mknod block b 7 300; chown 123:456 many; chown -h 7:8 link; \
            ln null sticky/null; ln block a-block; mkdir closed; echo in > closed/in; chmod 0 closed; fi; \
            ln -P link sticky/link; ln -P link a-link; ln fifo sticky/fifo; ln socket a-socket; \
            touch -d @4000000000.000000005 empty .
            """#
        let made = try site.shell(line)
        #expect(made.status == 0, "\(made.errors)")
    }

    private func expectSame(_ site: FaultSite, _ tree: String) throws {
        let rsync = try site.differences("s", tree)
        #expect(rsync.isEmpty, "\(tree): \(rsync)")
        // GNU diff calls every pair of nodes and pipes different.
        let diff = try site.shell(
            "diff -r --no-dereference s/known \(tree)/known | grep -av 'is a .* while file .* is a '")
        #expect(diff.text.isEmpty, "\(diff.text)")
        let room = try site.shell("du -k \(tree)/known/hole | cut -f1").text.trimmingCharacters(
            in: .whitespacesAndNewlines)
        #expect(try #require(Int(room)) < 1000, "holes take no room")
    }

    @Test("from tree to tree, in place and as a generation, and a second run has nothing to do")
    func trees() throws {
        let site = try FaultSite()
        try source(site)
        try site.shell("sleep 0.3")
        let report = try site.run("sync", "@s", "@d", "--verify", "transferred")
        #expect(report.status == 0, "\(report.text)")
        try expectSame(site, "d")
        #expect(try TreeComparison.differences(site.path("s"), site.path("d"), except: .holes) == [])
        let again = try site.run("sync", "@s", "@d", "--delete")
        #expect(
            again["files", "unchanged"] == again["files", "scanned"] && again["bytes", "read"] == 0, "\(again.text)")
        try site.shell("rm -rf state")
        let blind = try site.run("sync", "@s", "@d", "--delete")
        #expect(blind["files", "unchanged"] == blind["files", "scanned"], "\(blind.text)")
        for _ in 0..<2 {
            #expect(try site.run("sync", "@s", "@g", "--publish", "generations").status == 0)
            try expectSame(site, "g/current/.")
        }
    }

    @Test("through a vault and back, with every way of compressing")
    func vault() throws {
        let site = try FaultSite(vault: true)
        try source(site)
        for (index, wish) in ["auto", "stored", "lz4", "zstd:9"].enumerated() {
            let made = try site.run("snapshot", "@s", site.vault("d\(index)"), "--compress", wish)
            #expect(made.status == 0, "\(made.text)")
            #expect(index == 0 || made["bytes", "missing"] == 0, "\(made.text)")
        }
        let report = try site.run("restore", site.vault("d0"), "@r", "--verify", "full")
        #expect(report.status == 0, "\(report.text)")
        try expectSame(site, "r")
        #expect(try TreeComparison.differences(site.path("s"), site.path("r"), except: .holes) == [])
        let again = try site.run("restore", site.vault("d0"), "@r")
        #expect(again["files", "unchanged"] == again["files", "scanned"], "\(again.text)")
        let diff = try site.run("diff", "@s", site.vault("d0"))
        #expect((diff.document["changes"] as? [Any])?.isEmpty == true, "\(diff.text)")
    }

    @Test("paths longer than the system takes at once, and thousands of names in one folder")
    func extremes() throws {
        let site = try FaultSite(vault: true)
        let line = """
            mkdir -p s/wide && cd s && perl -e 'for (1..4000) { open F, ">wide/name$_"; print F $_ } \
            for (1..40) { mkdir "d" x 200; chdir "d" x 200 } open F, ">deep"; print F "deep"; close F; \
            link "deep", "other"; symlink "deep", "link"; utime 5, 6, "deep"'
            """
        #expect(try site.shell(line).status == 0)
        #expect(try site.run("sync", "@s", "@d").status == 0)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        for tree in ["d", "r"] {
            #expect(try TreeComparison.differences(site.path("s"), site.path(tree)) == [])
        }
        // Gone again, by deletion.
        try site.shell("rm -r s/ddd*")
        let report = try site.run("sync", "@s", "@d", "--delete")
        #expect(report.status == 0 && report["files", "deleted"] == 3, "\(report.text)")
        #expect(try site.differences("s", "d").isEmpty)
    }
}
