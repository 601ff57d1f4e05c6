import Foundation
import TestSupport
import Testing

/// Syncs between hosts of which either side is killed, again and again.
@Suite struct RemoteKillTests {
    private static let rounds = 200
    private static let fileCount = 30

    /// What file `index` holds in a generation: text that tells which it is, from its first byte to its last.
    private static func content(_ index: Int, _ generation: Int) -> Data {
        let line = "file \(index) of generation \(generation)\n"
        return Data(String(repeating: line, count: 1 + (index * 7919 + generation * 131) % 6000).utf8)
    }

    /// Files of the target that are none of the generations up to the current one.
    private func torn(_ site: FaultSite, _ generations: [Int]) throws -> [String] {
        guard FileManager.default.fileExists(atPath: site.path("r")) else { return [] }
        return try site.files("r").filter { name, bytes in
            let words = String(decoding: bytes.prefix(80), as: UTF8.self).prefix { $0 != "\n" }.split(separator: " ")
            guard words.count == 5, let index = Int(words[1]), let generation = Int(words[4]) else { return true }
            return generation > generations[index] || bytes != Self.content(index, generation)
        }.map(\.key)
    }

    @Test("leave whole files behind, two hundred times, and lose none")
    func killed() throws {
        var seed = Seed.fromEnvironment()
        let remote = try RemoteSite()
        let site = remote.site
        var generations = [Int](repeating: 0, count: Self.fileCount)
        func write(_ index: Int) throws {
            try site.scratch.write("s/d\(index % 3)/f\(index)", Self.content(index, generations[index]))
        }
        for index in 0..<Self.fileCount { try write(index) }
        var ended = 0
        for round in 0..<Self.rounds {
            for _ in 0..<5 {
                let index = Int.random(in: 0..<Self.fileCount, using: &seed)
                generations[index] += 1
                try write(index)
            }
            let pushes = Bool.random(using: &seed)
            let killsAgent = Bool.random(using: &seed)
            let delay = UInt32.random(in: 0..<90_000, using: &seed)
            try site.shell("rm -f agent-pid")
            let process = try remote.start(
                "sync", pushes ? "@s" : "me@there:\(site.path("s"))", pushes ? "me@there:\(site.path("r"))" : "@r",
                "--delete")
            usleep(delay)
            if killsAgent {
                try remote.killAgent()
            } else {
                process.send(SIGKILL)
            }
            if try process.status() != 0 { ended += 1 }
            let found = try torn(site, generations)
            let note = "\(killsAgent ? "agent" : "client") after \(delay) us, round \(round), seed \(seed.value)"
            #expect(found == [], "\(note)")
            guard found.isEmpty else { return }
        }
        #expect(ended > Self.rounds / 10, "\(ended) runs were ended by it")
        // What a killed client started may still be ending.
        let last = try remote.run("sync", "@s", "me@there:\(site.path("r"))", "--delete")
        #expect(last.status == 0, "\(last.text)")
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
        #expect(try site.leftovers("r").isEmpty, "seed \(seed.value)")
    }
}
