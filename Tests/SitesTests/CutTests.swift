import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

/// A line that is cut anywhere costs no more than what was under way.
@Suite struct CutTests {
    @Test(arguments: TwoSites.Way.allCases)
    func `After any cut the trees hold whole files, and the next run finishes`(way: TwoSites.Way) throws {
        var seed = Seed.fromEnvironment()
        for round in 0..<6 {
            let sites = try TwoSites()
            var maker = TreeMaker(Seed(seed.next()))
            maker.longestFile = 300_000
            try maker.make(120, in: FolderHandle(path: sites.source))
            try sites.write(seed.bytes(2 << 20), "large")
            let cut = Int(seed.next() % 3_000_000)
            let whole = try TreeComparison.items(sites.source)
            _ = try? sites.sync(way, wrap: { CutStream($0, after: cut) })
            if FileManager.default.fileExists(atPath: sites.target) {
                for (path, item) in try TreeComparison.items(sites.target) where !"\(path)".contains(".perigee-") {
                    #expect(whole[path]?.content == item.content, "\(path) after \(cut), seed \(seed.value), \(round)")
                }
            }
            let report = try sites.sync(way)
            #expect(report.failures == [], "cut after \(cut), seed \(seed.value)")
            #expect(try sites.differences() == [], "cut after \(cut), seed \(seed.value)")
            #expect(try sites.leftovers() == [])
        }
    }

    @Test func `What came of a large file before a cut does not cross again`() throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        try sites.write(seed.bytes(24 << 20), "large")
        #expect(throws: PerigeeError.self) { _ = try sites.sync(wrap: { CutStream($0, after: 16 << 20) }) }
        #expect(try sites.leftovers().count == 1)
        let report = try sites.sync()
        #expect(report.bytes.missing < 20 << 20, "seed \(seed.value)")
        #expect(report.bytes.reused > 4 << 20)
        #expect(try sites.differences() == [])
        #expect(try sites.leftovers() == [])
    }
}
