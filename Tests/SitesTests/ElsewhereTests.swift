import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

/// First runs into a tree that has the content already, under other names.
@Suite struct ElsewhereTests {
    private func put(_ bytes: [UInt8], _ name: String, in sites: TwoSites) throws {
        let path = "\(sites.target)/\(name)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    @Test(arguments: TwoSites.Way.allCases)
    func `what lies elsewhere in the destination is not sent again`(way: TwoSites.Way) throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        let large = seed.bytes(5_000_000)
        try sites.write(large, "large")
        try put(seed.bytes(70_000) + large + seed.bytes(5), "old/name", in: sites)
        for index in 0..<80 {
            let bytes = seed.bytes(9_000 + index)
            try sites.write(bytes, "small \(index)")
            try put(bytes, "old/s\(index)", in: sites)
        }
        // Of the same length as one that is there, and yet another.
        try sites.write(seed.bytes(9_000), "another")
        let report = try sites.sync(way, { $0.verification = .full })
        #expect(report.failures == [])
        #expect(report.files.new == 82, "seed \(seed.value)")
        // The chunks at the edges of the large one are cut otherwise in the other file.
        #expect(report.bytes.wireSent < 500_000, "\(report.bytes), seed \(seed.value)")
        #expect(report.bytes.missing < 450_000 && report.bytes.reused > 5_000_000, "\(report.bytes)")
        #expect(
            try sites.differences().filter { !$0.contains("old") } == [], "seed \(seed.value)")
    }

    @Test(arguments: [51, 52, 53, 54] as [UInt64])
    func `any tree arrives in any tree, whatever that has`(number: UInt64) throws {
        let sites = try TwoSites()
        try FileManager.default.createDirectory(atPath: sites.target, withIntermediateDirectories: true)
        var maker = TreeMaker(Seed(number))
        maker.longestFile = 400_000
        try maker.make(150, in: FolderHandle(path: sites.source))
        // The destination has another tree made of the same bytes, and files of the source below other names.
        var other = TreeMaker(Seed(number + 1))
        try other.make(60, in: FolderHandle(path: sites.target))
        let files = try FileManager.default.subpathsOfDirectory(atPath: sites.source).filter {
            (try? FileManager.default.attributesOfItem(atPath: "\(sites.source)/\($0)")[.type] as? FileAttributeType)
                == .typeRegular
        }
        for (index, name) in files.enumerated() where index % 2 == 0 {
            guard let bytes = FileManager.default.contents(atPath: "\(sites.source)/\(name)") else { continue }
            try put(Array(bytes), "kept elsewhere/\(index)", in: sites)
        }
        let report = try sites.sync(.pull, TwoSites.replacing)
        #expect(report.failures == [], "seed \(number)")
        #expect(try sites.differences() == [], "seed \(number)")
        #expect(try sites.leftovers() == [])
    }
}
