import Foundation
import TestSupport
import Testing

@Suite("Generations", .serialized)
struct GenerationsTests {
    private func sync(_ site: FaultSite) throws -> FaultSite.Report {
        try site.run("sync", "@s", "@d", "--publish", "generations")
    }

    @Test("appear at once, share what did not change, and stay")
    func sharing() throws {
        let site = try FaultSite()
        try site.shell("mkdir -p s/sub; seq 5000 > s/same; seq 100 > s/edited; ln s/same s/sub/linked; sleep 0.3")
        let first = try sync(site)
        #expect(first.status == 0, "\(first.text)")
        #expect(try site.shell("readlink d/current").text.hasPrefix("generations/"))
        #expect(try site.differences("s", "d/current").isEmpty)
        let old = try site.shell("readlink d/current").text.trimmingCharacters(in: .newlines)
        try site.shell("echo new > s/edited; echo added > s/added; rm -f s/sub/none; sleep 0.3")
        let second = try sync(site)
        #expect(second.status == 0, "\(second.text)")
        #expect(second["bytes", "missing"] == 10, "\(second.text)")
        #expect(try site.differences("s", "d/current").isEmpty)
        #expect(try site.shell("[ d/current/same -ef d/\(old)/same ]").status == 0, "unchanged files are shared")
        #expect(try site.shell("[ d/current/edited -ef d/\(old)/edited ]").status != 0)
        #expect(try site.scratch.read("d/\(old)/edited") == Data((1...100).map { "\($0)\n" }.joined().utf8))
        #expect(try site.shell("ls d/generations | wc -l").text == "2\n")
    }

    @Test(
        "a source file that cannot be read keeps current where it is, is named, and leaves no half generation",
        .enabled(if: FaultSite.hasOrdinaryUser, "setpriv is needed to become an ordinary user"))
    func unreadable() throws {
        let site = try FaultSite()
        try site.shell("mkdir -p s/sub; echo a > s/a; echo b > s/sub/b; chmod 0 s/sub/b; sleep 0.3")
        try site.giveToOrdinary()
        func sync() throws -> FaultSite.Report {
            try site.runAsOrdinary("sync", "@s", "@d", "--publish", "generations")
        }
        func expectRefused() throws {
            let report = try sync()
            #expect(report.status == 4 && report.failures == ["sub/b": "denied"], "\(report.text)")
            let warnings = report.document["warnings"] as? [String] ?? []
            #expect(warnings.contains { $0.hasPrefix("current stays where it is") }, "\(report.text)")
            #expect(try site.leftovers("d") == [])
        }
        try expectRefused()
        #expect(try site.shell("ls -A d d/generations").text == "d:\ngenerations\n\nd/generations:\n")
        try site.shellAsOrdinary("chmod 644 s/sub/b; sleep 0.3")
        #expect(try sync().status == 0)
        let current = try site.shell("readlink d/current").text
        try site.shellAsOrdinary("echo new > s/a; echo new > s/sub/b; chmod 0 s/sub/b; sleep 0.3")
        try expectRefused()
        #expect(
            try site.shell("readlink d/current").text == current && site.shell("ls d/generations | wc -l").text == "1\n"
        )
        #expect(try site.shell("cat d/current/a d/current/sub/b").text == "a\nb\n")
        try site.shellAsOrdinary("chmod 644 s/sub/b; sleep 0.3")
        #expect(try sync().status == 0)
        #expect(try site.shell("cat d/current/a d/current/sub/b").text == "new\nnew\n")
    }

    @Test("a run that is killed leaves current where it was, and the next one sweeps up")
    func killed() throws {
        let site = try FaultSite()
        var seed = Seed.fromEnvironment()
        var old = [String: Data]()
        for round in 0..<8 {
            for index in 0..<30 where round == 0 || index % 4 == 0 {
                try site.scratch.write("s/d\(index % 5)/f\(index)", random: 200_000, &seed)
            }
            let new = try site.files("s")
            let process = try site.start("sync", "@s", "@d", "--publish", "generations")
            let delay = Double(seed.next() % 80) / 1000
            Thread.sleep(forTimeInterval: delay)
            process.send(SIGKILL)
            try process.wait()
            let note = "seed \(seed.value), round \(round), killed after \(delay) s"
            if try site.shell("[ -e d/current ]").status == 0 {
                let now = try site.files("d/current/.")
                #expect(now == old || now == new, "neither the old nor the new generation (\(note))")
            } else {
                #expect(round == 0, "current is gone (\(note))")
            }
            #expect(try sync(site).status == 0)
            #expect(try site.differences("s", "d/current").isEmpty, "\(note)")
            #expect(try site.leftovers("d") == [], "\(note)")
            old = new
        }
    }
}
