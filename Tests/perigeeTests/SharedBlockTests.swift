import Foundation
import TestSupport
import Testing

/// What copies by the file system's own means leave behind, on file systems that share blocks and between two of them.
@Suite(
    "Shared blocks", .serialized,
    .enabled(if: LoopMount.isPossible, "making and mounting btrfs and xfs needs their tools and the superuser"))
struct SharedBlockTests {
    /// A tree on the file system at `place`: large and small files, holes, attributes, links.
    private func source(_ site: FaultSite, _ place: String) throws {
        var seed = Seed.fromEnvironment()
        try site.scratch.write("\(place)/s/large", random: 24 << 20, &seed)
        for index in 0..<20 { try site.scratch.write("\(place)/s/sub/f\(index)", random: index * 700, &seed) }
        let line = """
            cd \(place)/s; truncate -s 40M sparse; dd if=large of=sparse bs=1M count=3 seek=11 conv=notrunc 2>&-; \
            truncate -s 5M hole; ln large other; ln -s large link; chmod 4750 sub/f3; chown 5:6 sub/f3; \
            setfattr -n user.tag -v value large; setfattr -n user.tag -v value sub; sync; sleep 0.3
            """
        try #require(try site.shell(line).status == 0)
    }

    private func expectSame(_ site: FaultSite, _ a: String, _ b: String) throws {
        #expect(try site.differences(a, b).isEmpty)
        #expect(try TreeComparison.differences(site.path(a), site.path(b), except: .holes) == [])
        // Holes take no room, but for what a file system keeps ready behind the end of what was written.
        let room = try site.shell("du -k --apparent-size \(b)/sparse | cut -f1; du -k \(b)/sparse \(b)/hole | cut -f1")
            .text
        let sizes = room.split(separator: "\n").compactMap { Int($0) }
        try #require(sizes.count == 3)
        #expect(sizes[0] == 40 << 10 && sizes[1] < 16 << 10 && sizes[2] < 100, "\(sizes)")
    }

    /// How many extents a file has, and how many of them it shares.
    private func extents(_ site: FaultSite, _ path: String) throws -> (all: Int, shared: Int) {
        let lines = try site.shell("sync; filefrag -v \(path) | grep -E '^ *[0-9]+:'").text.split(separator: "\n")
        return (lines.count, lines.count { $0.contains("shared") })
    }

    @Test("a tree beside its source shares all blocks with it, until one of them is edited", arguments: LoopMount.kinds)
    func shared(kind: String) throws {
        let site = try FaultSite()
        let mount = try LoopMount(kind, "m", in: site)
        try source(site, "m")
        let free = try mount.free()
        let report = try site.run("sync", "@m/s", "@m/d", "--verify", "transferred")
        #expect(report.status == 0 && (report.document["warnings"] as? [String]) == [], "\(report.text)")
        try expectSame(site, "m/s", "m/d")
        for file in ["large", "sparse"] {
            let extents = try extents(site, "m/d/\(file)")
            #expect(extents.all > 0 && extents.shared == extents.all, "\(kind): \(file) \(extents)")
        }
        #expect(try free < mount.free() + (4 << 20), "27 MiB of data take no room again")
        // The copies are files of their own all the same.
        try site.shell("printf X | dd of=m/s/large bs=1 seek=9999999 conv=notrunc 2>&-; sleep 0.3")
        #expect(try site.shell("cmp m/s/large m/d/large").status == 1)
        let edited = try site.run("sync", "@m/s", "@m/d")
        #expect(edited.status == 0 && edited["bytes", "missing"] < 2 << 20, "\(edited.text)")
        try expectSame(site, "m/s", "m/d")
    }

    @Test("between two file systems bytes are copied, holes and attributes kept")
    func across() throws {
        let site = try FaultSite(vault: true)
        let mounts = try LoopMount.kinds.map { try LoopMount($0, $0, in: site) }
        defer { withExtendedLifetime(mounts) {} }
        for (from, to) in [("btrfs", "xfs"), ("xfs", "btrfs")] {
            try source(site, from)
            let report = try site.run("sync", "@\(from)/s", "@\(to)/d")
            #expect(report.status == 0 && (report.document["warnings"] as? [String]) == [], "\(report.text)")
            try expectSame(site, "\(from)/s", "\(to)/d")
            #expect(try extents(site, "\(to)/d/large").shared == 0)
            #expect(try site.run("snapshot", "@\(from)/s", site.vault("d")).status == 0)
            #expect(try site.run("restore", site.vault("d"), "@\(to)/r").status == 0)
            try expectSame(site, "\(from)/s", "\(to)/r")
            try site.shell("rm -rf \(from)/s \(to)/d \(to)/r")
        }
    }

    @Test("a source of two file systems arrives whole, whichever of them comes first", arguments: ["a", "z"])
    func mixed(name: String) throws {
        let site = try FaultSite()
        let outer = try LoopMount("btrfs", "m", in: site)
        try source(site, "m")
        let inner = try LoopMount("xfs", "m/s/\(name)", in: site)
        defer { withExtendedLifetime((outer, inner)) {} }
        try site.shell("cp -a m/s/large m/s/sparse m/s/\(name); sleep 0.3")
        #expect(try site.run("sync", "@m/s", "@m/d").status == 0)
        #expect(try TreeComparison.differences(site.path("m/s"), site.path("m/d"), except: .holes) == [])
    }
}
