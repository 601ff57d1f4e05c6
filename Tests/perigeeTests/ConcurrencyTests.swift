import Foundation
import TestSupport
import Testing

@Suite("Runs at once")
struct ConcurrencyTests {
    @Test("a second run on one destination says that somebody else writes there")
    func sameDestination() throws {
        let site = try FaultSite()
        try site.scratch.write("s/a", "a")
        try site.shell("mkdir d")
        for options in [[], ["--publish", "generations"]] {
            // The lock that a run holds, held by another program.
            let words = ["sync", site.path("s"), site.path("d"), "--json", "--quiet"] + options
            let held = try site.shell("flock -n d \"$P\" " + words.joined(separator: " "))
            #expect(held.status == 1)
            #expect(held.text.contains("\"conflict\""), "\(held.text) \(held.errors)")
            #expect(try site.shell("ls d").text.isEmpty)
        }
        #expect(try site.run("sync", "@s", "@d").status == 0)
    }

    @Test("two syncs of one pair started together leave a whole copy and no leftovers")
    func twoSyncs() throws {
        let site = try FaultSite()
        var seed = Seed.fromEnvironment()
        for index in 0..<60 { try site.scratch.write("s/f\(index)", random: 300_000, &seed) }
        let runs = try (0..<3).map { _ in try site.start("sync", "@s", "@d") }
        let statuses = try runs.map { try $0.status() }
        #expect(statuses.allSatisfy { [0, 1].contains($0) })
        #expect(statuses.contains(0))
        #expect(try site.differences("s", "d").isEmpty)
        #expect(try site.leftovers("d") == [])
        #expect(try site.run("sync", "@s", "@d")["files", "unchanged"] == 60)
    }

    @Test("snapshots at once into one dataset are all in its history, with one state folder for both")
    func twoSnapshots() throws {
        let site = try FaultSite(vault: true)
        var seed = Seed.fromEnvironment()
        for name in ["s", "t"] {
            for index in 0..<40 { try site.scratch.write("\(name)/f\(index)", random: 100_000, &seed) }
        }
        let runs = try ["s", "s", "t", "t"].map { try site.start("snapshot", "@\($0)", site.vault("d")) }
        #expect(try runs.map { try $0.status() }.allSatisfy { $0 == 0 })
        let history = try site.run("log", site.vault("d")).document["snapshots"] as? [[String: Any]]
        #expect(history?.count == 4)
        #expect(try site.run("verify", site.vault(), "--data").status == 0)
        for name in ["s", "t"] {
            let report = try site.run("snapshot", "@\(name)", site.vault("d"))
            #expect(report.status == 0 && report["bytes", "missing"] == 0, "\(report.text)")
            #expect(try site.run("restore", site.vault("d"), "@r-\(name)").status == 0)
            #expect(try site.differences(name, "r-\(name)").isEmpty)
        }
    }
}
