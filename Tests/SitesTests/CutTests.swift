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
        // What came is to be written before the cut, however busy the machine is.
        let (source, target) = (sites.source, sites.target)
        let settled: @Sendable () -> Void = {
            for _ in 0..<600 {
                guard Self.arrived(of: "\(source)/large", in: target) < 13 << 20 else { return }
                Thread.sleep(forTimeInterval: 0.1)
            }
        }
        #expect(throws: PerigeeError.self) {
            _ = try sites.sync(wrap: { CutStream($0, after: 16 << 20, settled: settled) })
        }
        #expect(try sites.leftovers().count == 1)
        let report = try sites.sync()
        #expect(report.bytes.missing < 12 << 20, "seed \(seed.value)")
        #expect(report.bytes.reused > 12 << 20)
        #expect(try sites.differences() == [])
        #expect(try sites.leftovers() == [])
    }

    /// How many bytes of `file` are there of what is being written in `folder`.
    private static func arrived(of file: String, in folder: String) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard let name = names.first(where: { $0.contains(".perigee-") }),
            let part = FileManager.default.contents(atPath: "\(folder)/\(name)"),
            let whole = FileManager.default.contents(atPath: file)
        else { return 0 }
        let block = 64 << 10
        return stride(from: 0, to: min(part.count, whole.count), by: block).reduce(0) { sum, start in
            let end = min(start + block, part.count, whole.count)
            return part[start..<end] == whole[start..<end] ? sum + end - start : sum
        }
    }
}
