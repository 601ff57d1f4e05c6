import Foundation
import TestSupport
import Testing

/// Edits that hide, and files that do not hold still.
@Suite("Changes at either end", .serialized)
struct ChangeTests {
    @Test("edits that keep size and time, or carry an older time, are found, from tree to tree and into a vault")
    func hiddenEdits() throws {
        let site = try FaultSite(vault: true)
        try site.shell("mkdir s; seq 5000 > s/same; seq 6000 > s/older; seq 7000 > s/replaced; sleep 0.3")
        #expect(try site.run("sync", "@s", "@d").status == 0)
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell(
            """
            touch -r s/same stamp; printf X | dd of=s/same conv=notrunc bs=1 seek=77 2>&-; touch -r stamp s/same; \
            printf Y | dd of=s/older conv=notrunc bs=1 seek=88 2>&-; touch -d 2001-01-01 s/older; \
            tr 1 2 < s/replaced > other; touch -r s/replaced other; mv other s/replaced; sleep 0.3
            """)
        let tree = try site.run("sync", "@s", "@d")
        #expect(tree.status == 0 && tree["files", "changed"] == 3, "\(tree.text)")
        #expect(try site.differences("s", "d").isEmpty)
        let vault = try site.run("snapshot", "@s", site.vault("d"))
        #expect(vault.status == 0 && vault["files", "changed"] == 3, "\(vault.text)")
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        #expect(try site.differences("s", "r").isEmpty)
    }

    @Test("what somebody changed at the destination is repaired by the next run")
    func changedDestination() throws {
        let site = try FaultSite(vault: true)
        try site.shell("mkdir s; seq 5000 > s/a; seq 6000 > s/b; ln -s a s/l; mkdir s/sub; seq 10 > s/sub/c; sleep 0.3")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        for (from, to) in [("@s", "d"), (site.vault("d"), "r")] {
            #expect(try site.run("sync", from, "@\(to)").status == 0)
            try site.shell(
                """
                cd \(to); touch -r a ../stamp; printf X | dd of=a conv=notrunc bs=1 seek=77 2>&-; touch -r ../stamp a; \
                chmod 600 b; ln -sfn b l; rm -r sub; touch -d 2001-01-01 .
                """)
            let repaired = try site.run("sync", from, "@\(to)")
            #expect(repaired.status == 0 && repaired["files", "changed"] == 3, "\(repaired.text)")
            #expect(repaired["files", "new"] == 1, "\(repaired.text)")
            #expect(try site.differences("s", to).isEmpty)
            #expect(try site.run("sync", from, "@\(to)")["files", "unchanged"] == 4)
        }
    }

    @Test("--checksum reads everything and finds what the record would have passed")
    func checksum() throws {
        let site = try FaultSite()
        try site.shell("mkdir s; seq 5000 > s/a; seq 6000 > s/b; sleep 0.3")
        #expect(try site.run("sync", "@s", "@d").status == 0)
        #expect(try site.run("sync", "@s", "@d")["bytes", "read"] == 0)
        let size = Int(try site.shell("cat s/* | wc -c").text.trimmingCharacters(in: .whitespacesAndNewlines))
        let read = try site.run("sync", "@s", "@d", "--checksum")
        #expect(read["bytes", "read"] == size && read["files", "unchanged"] == 2, "\(read.text)")
    }

    @Test("names of one file follow it: edited, split, with other attributes")
    func linkedNames() throws {
        let site = try FaultSite()
        try site.shell("mkdir s; seq 100 > s/a; ln s/a s/b; ln s/a s/c; sleep 0.3")
        #expect(try site.run("sync", "@s", "@d").status == 0)
        let settled = try site.run("sync", "@s", "@d")
        #expect(settled["files", "unchanged"] == 3 && settled["bytes", "read"] == 0, "\(settled.text)")
        for edit in [
            "seq 200 > s/b", "cp -p s/b x; mv x s/b; chmod 600 s/b", "rm s/c; ln s/b s/c", "chmod 640 s/a; seq 3 > s/c",
            "rm s/a; ln s/b s/a", "rm s/b; ln s/a s/0",
        ] {
            try site.shell("\(edit); sleep 0.3")
            #expect(try site.run("sync", "@s", "@d", "--delete").status == 0)
            #expect(try site.differences("s", "d").isEmpty, "\(edit)")
        }
        #expect(try site.run("sync", "@s", "@d", "--delete")["files", "unchanged"] == 3)
    }

    @Test("a further name is not given to an old file where its new bytes are damaged in the vault")
    func linkedDamage() throws {
        let site = try FaultSite(vault: true)
        var seed = Seed.fromEnvironment()
        try site.scratch.write("s/a", random: 300_000, &seed)
        try site.shell("ln s/a s/b; mkdir r; echo old > r/a")
        #expect(try site.run("snapshot", "@s", site.vault("d")).status == 0)
        try site.shell(
            "f=$(find vault/packs -type f -size +100k); chmod 600 $f; printf '\\1\\2\\3' | dd of=$f conv=notrunc bs=1 seek=50000 2>&-"
        )
        for _ in 0..<2 {
            let report = try site.run("restore", site.vault("d"), "@r")
            #expect(report.status == 4 && report.failures["a"] == "damaged", "\(report.text)")
            #expect(report.failures["b"] != nil, "\(report.text)")
            #expect(try site.files("r") == ["a": Data("old\n".utf8)])
        }
    }

    @Test("a file that is written while a snapshot reads it comes whole or is named, never torn")
    func writer() throws {
        let site = try FaultSite(vault: true)
        let size = 4 << 20
        try site.scratch.write("s/busy", Data(count: size))
        try site.scratch.write("s/calm", "calm")
        let writer = BusyWriter(path: site.path("s/busy"), size: size)
        writer.start()
        var outcomes = Set<Int32>()
        for round in 0..<8 {
            let report = try site.run("snapshot", "@s", site.vault("d"))
            outcomes.insert(report.status)
            #expect([0, 4].contains(report.status), "\(report.text)")
            if report.status == 4 { #expect(report.failures == ["busy": "changed"], "\(report.text)") }
            if round == 4 { writer.slowDown() }
        }
        writer.stop()
        let history = try #require(try site.run("log", site.vault("d")).document["snapshots"] as? [[String: Any]])
        #expect(history.count == 8)
        for snapshot in history {
            let name = try #require(snapshot["id"] as? String)
            let bytes = try site.bytes(site.vault("d") + "@" + name, "busy")
            #expect(bytes.isEmpty || BusyWriter.isInstant(bytes, size: size), "a torn file in \(name)")
            #expect(try site.bytes(site.vault("d") + "@" + name, "calm") == Data("calm".utf8))
        }
        let last = try site.run("snapshot", "@s", site.vault("d"))
        #expect(last.status == 0, "\(last.text)")
        #expect(try site.bytes(site.vault("d"), "busy") == site.scratch.read("s/busy"))
    }
}

/// Writes a file over and over, block by block: at each instant a part of one version stands before the rest of the last.
///
/// Sendable by hand: what changes is reached only under the lock.
private final class BusyWriter: @unchecked Sendable {
    private let path: String
    private let size: Int
    private let lock = NSCondition()
    private var pace: UInt32 = 0
    private var isEnding = false
    private var hasEnded = false

    init(path: String, size: Int) {
        self.path = path
        self.size = size
    }

    func start() {
        Thread.detachNewThread { [self] in
            let file = open(path, O_WRONLY)
            var version: UInt8 = 0
            while !lock.withLock({ isEnding }) {
                version = version == 250 ? 1 : version + 1
                let block = [UInt8](repeating: version, count: 64 << 10)
                for offset in stride(from: 0, to: size, by: block.count) {
                    pwrite(file, block, block.count, off_t(offset))
                }
                usleep(lock.withLock { pace } * 1000)
            }
            close(file)
            lock.withLock { hasEnded = true }
            lock.broadcast()
        }
    }

    /// From now on rests after each version, long enough to be read whole.
    func slowDown() { lock.withLock { pace = 400 } }

    func stop() {
        lock.lock()
        isEnding = true
        while !hasEnded { lock.wait() }
        lock.unlock()
    }

    /// Whether `bytes` are what the file held at some instant.
    static func isInstant(_ bytes: Data, size: Int) -> Bool {
        guard bytes.count == size, let first = bytes.first, let last = bytes.last else { return false }
        guard bytes.count(where: { $0 == first }) != size else { return true }
        let edge = bytes.firstIndex { $0 != first } ?? size
        let before = first == 1 ? [0, 250] : [first - 1]
        return before.contains(last) && bytes[edge...].allSatisfy { $0 == last }
    }
}
