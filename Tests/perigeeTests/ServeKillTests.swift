import Foundation
import TestSupport
import Testing

/// The daemon is killed again and again while it works: the catalog stays whole, and each run ends once.
@Suite("The daemon, killed at random instants", .serialized)
struct ServeKillTests {
    /// How often: `PERIGEE_KILLS` for more.
    private static let kills = ProcessInfo.processInfo.environment["PERIGEE_KILLS"].flatMap(Int.init) ?? 6

    @Test("has each run end once, and nothing done twice")
    func kills() throws {
        var seed = Seed.fromEnvironment()
        let count = 4
        let schedules = (0..<count).map {
            "  - { name: n\($0), snapshot: d\($0), to: lab, from: desk, retry: { attempts: 9, base: 1s, longest: 1s } }\n"
        }
        let host = try ServingSite(datasets: count, "schedules:\n\(schedules.joined())")
        var issued: Set<String> = []
        for _ in 0..<Self.kills {
            try host.start(waits: false)
            let end = Date(timeIntervalSinceNow: Double(UInt64.random(in: 50...2500, using: &seed)) / 1000)
            while Date() < end {
                let index = Int.random(in: 0..<count, using: &seed)
                try host.site.scratch.write("s\(index)/f0", random: 2000, &seed)
                let asked = try host.run("schedule", "run", "n\(index)")
                if let run = asked.document["run"] as? String { issued.insert(run) }
            }
            host.kill()
        }
        try host.start()
        for index in 0..<count { _ = try host.run("schedule", "run", "n\(index)") }
        try host.settle()
        #expect(try host.stop() == 0)

        let runs = try host.runs()
        #expect(Set(runs.compactMap { $0["run"] as? String }).count == runs.count, "seed \(seed.value)")
        #expect(issued.isSubset(of: runs.compactMap { $0["run"] as? String }), "seed \(seed.value)")
        let states = Set(runs.compactMap { $0["state"] as? String })
        #expect(states.isSubset(of: ["succeeded", "skipped"]), "seed \(seed.value): \(states)")
        #expect(try host.run("audit", "verify").status == 0)
        // One snapshot for each run that did its work: none is lost, and none was made twice.
        for index in 0..<count {
            let done = runs.count { $0["schedule"] as? String == "n\(index)" && $0["state"] as? String == "succeeded" }
            #expect(try host.snapshots("lab", "d\(index)").count == done, "seed \(seed.value), n\(index)")
        }
        let verified = try host.run("verify", "lab:d0")
        #expect(verified.status == 0, "\(verified.text)")
        let left = try FileManager.default.contentsOfDirectory(atPath: host.site.path("state/attempts"))
        #expect(left.allSatisfy { $0.hasSuffix(".lock") }, "\(left)")
    }
}
