import Foundation
import TestSupport
import Testing

/// SIGKILL at seeded instants: whatever the instant, each path holds the old or the new file, and the next run finishes.
@Suite("Killed runs", .serialized)
struct CrashTests {
    private let seed = Seed.fromEnvironment()

    /// Makes or changes the source: some edits, new files, a removal, a renamed folder, a folder that becomes a file.
    private func change(_ site: FaultSite, _ round: Int, _ seed: inout Seed) throws {
        for index in 0..<12 {
            try site.scratch.write("s/keep/f\(index)", random: Int(seed.next() % 60_000), &seed)
        }
        for index in 0..<4 { try site.scratch.write("s/large/f\((round + index) % 6)", random: 2 << 20, &seed) }
        try site.scratch.write("s/new\(round)/file", random: 3000, &seed)
        let line = """
            if [ -e s/renamed ]; then mv s/renamed s/moving; else mv s/moving s/renamed; fi; rm -rf s/new\(round - 3); \
            if [ -d s/kind ]; then rm -r s/kind; echo \(round) > s/kind; \
            else rm -f s/kind; mkdir s/kind; echo \(round) > s/kind/inner; fi
            """
        #expect(try site.shell(line).status == 0)
    }

    /// A source that the rounds change: what is renamed has many files.
    private func source(_ site: FaultSite, _ seed: inout Seed) throws {
        for index in 0..<80 { try site.scratch.write("s/moving/d\(index % 7)/f\(index)", random: 9000, &seed) }
        try change(site, 0, &seed)
    }

    /// Starts a run and kills it after a part of what a whole run takes; whether it was still running.
    private func kill(_ process: ChildProcess, after seconds: Double) throws -> Bool {
        Thread.sleep(forTimeInterval: seconds)
        process.send(SIGKILL)
        return try process.wait() == .killed(signal: SIGKILL)
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = Date()
        try body()
        return Date().timeIntervalSince(start)
    }

    /// That `now` holds at each path what was there before or what is to be there, and lacks nothing that both have.
    private func expectOldOrNew(_ now: [String: Data], _ old: [String: Data], _ new: [String: Data], _ note: String) {
        for (path, bytes) in now where bytes != old[path] && bytes != new[path] {
            Issue.record("\(path) is neither the old nor the new file (\(note))")
        }
        for path in old.keys where new[path] != nil && now[path] == nil {
            Issue.record("\(path) is gone (\(note))")
        }
    }

    /// Rounds of change, kill, look, and a run that finishes.
    private func rounds(
        _ count: Int, _ site: FaultSite, _ seed: inout Seed, prepare: () throws -> Void, arguments: [String]
    ) throws {
        var whole = 0.3
        var killed = 0
        for round in 1...count {
            try change(site, round, &seed)
            try prepare()
            let new = try site.files("s")
            let old = FileManager.default.fileExists(atPath: site.path("d")) ? try site.files("d") : [:]
            let delay = Double(seed.next() % 1000) / 1000 * whole
            let note = "seed \(seed.value), round \(round), killed after \(delay) s"
            if try kill(site.start(arguments), after: delay) { killed += 1 }
            let now = FileManager.default.fileExists(atPath: site.path("d")) ? try site.files("d") : [:]
            expectOldOrNew(now, old, new, note)
            whole = try seconds {
                let report = try site.run(arguments)
                #expect(report.status == 0, "\(report.text) (\(note))")
            }
            #expect(try site.leftovers("d") == [], "\(note)")
            #expect(try site.files("d") == new, "\(note)")
            let differences = try site.differences("s", "d")
            #expect(differences.isEmpty, "\(differences) (\(note))")
        }
        #expect(killed > 0, "no run was killed before its end (seed \(seed.value))")
    }

    @Test("sync from tree to tree, first into nothing, then with edits, renames and deletions")
    func sync() throws {
        let site = try FaultSite()
        var seed = seed
        try source(site, &seed)
        try rounds(
            14, site, &seed, prepare: {}, arguments: ["sync", "@s", "@d", "--delete", "--max-delete", "100%"])
    }

    @Test("sync into nothing, again and again")
    func freshSync() throws {
        let site = try FaultSite()
        var seed = seed
        try source(site, &seed)
        try rounds(
            6, site, &seed, prepare: { _ = try site.shell("rm -rf d") }, arguments: ["sync", "@s", "@d", "--delete"])
    }

    @Test("restore from a vault over an older state")
    func restore() throws {
        let site = try FaultSite(vault: true)
        var seed = seed
        try source(site, &seed)
        try rounds(
            10, site, &seed,
            prepare: {
                let report = try site.run("snapshot", "@s", site.vault("d"), "--compress", "lz4")
                #expect(report.status == 0, "\(report.text)")
            }, arguments: ["sync", site.vault("d"), "@d", "--delete", "--max-delete", "100%"])
    }

    @Test("snapshot: the vault is sound after each kill, and the next run makes the snapshot")
    func snapshot() throws {
        let site = try FaultSite(vault: true)
        var seed = seed
        try source(site, &seed)
        var (whole, killed, made) = (0.4, 0, 0)
        for round in 1...10 {
            try change(site, round, &seed)
            let delay = Double(seed.next() % 1000) / 1000 * whole
            let note = "seed \(seed.value), round \(round), killed after \(delay) s"
            if try kill(site.start("snapshot", "@s", site.vault("d")), after: delay) { killed += 1 } else { made += 1 }
            let sound = try site.run("verify", site.vault(), "--data")
            #expect(sound.status == 0, "\(sound.text) (\(note))")
            whole = try seconds {
                let report = try site.run("snapshot", "@s", site.vault("d"))
                #expect(report.status == 0, "\(report.text) (\(note))")
            }
            made += 1
            if round % 3 == 0 {
                try site.shell("rm -rf r")
                #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
                let differences = try site.differences("s", "r")
                #expect(differences.isEmpty, "\(differences) (\(note))")
            }
        }
        let history = try site.run("log", site.vault("d")).document["snapshots"] as? [Any]
        // A run that was killed after its ref moved has made its snapshot too.
        #expect((made...(made + killed)).contains(history?.count ?? 0))
        #expect(killed > 0, "no run was killed before its end (seed \(seed.value))")
        #expect(try site.shell("ls vault/.staging 2>/dev/null | wc -l").text == "0\n", "what was staged is swept")
    }

    /// Starts a snapshot and kills it once a pack is in place; whether that was before its end.
    private func killOnceAPackStands(_ site: FaultSite) throws -> Bool {
        let process = try site.start("snapshot", "@s", site.vault("d"), "--compress", "stored")
        let packs = site.path("vault/packs")
        while process.isRunning {
            let names = (try? FileManager.default.subpathsOfDirectory(atPath: packs)) ?? []
            if names.contains(where: { $0.count > 60 }) { break }
            usleep(500)
        }
        process.send(SIGKILL)
        return try process.wait() == .killed(signal: SIGKILL)
    }

    @Test("a snapshot that was killed with packs in place uses them when it is run again")
    func reuse() throws {
        let site = try FaultSite(vault: true)
        var seed = seed
        for index in 0..<7 { try site.scratch.write("s/f\(index)", random: 24 << 20, &seed) }
        // A machine that is busy elsewhere may let the run end before it is killed: then again with another vault.
        var isKilled = false
        for _ in 0..<10 where !isKilled {
            try site.shell("rm -rf vault")
            #expect(try site.run("init", site.vault()).status == 0)
            isKilled = try killOnceAPackStands(site)
        }
        try #require(isKilled, "it ended each time before it could be killed")
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        let report = try site.run("snapshot", "@s", site.vault("d"), "--compress", "stored")
        #expect(report.status == 0, "\(report.text)")
        #expect(report["bytes", "logical"] == 7 * 24 << 20)
        #expect(report["bytes", "missing"] <= (7 * 24 << 20) - (24 << 20), "\(report.text)")
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        #expect(try site.run("restore", site.vault("d"), "@r").status == 0)
        #expect(try site.differences("s", "r").isEmpty)
    }
}
