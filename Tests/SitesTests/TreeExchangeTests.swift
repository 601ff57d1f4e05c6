import Content
import Files
import Foundation
import Model
import Replication
import Storage
import TestSupport
import Testing

/// What a sync between two sites leaves at the destination, compared by plain calls.
@Suite struct TreeExchangeTests {
    @Test(arguments: TwoSites.Way.allCases, [31, 32, 33] as [UInt64])
    func `a tree of all kinds arrives whole`(way: TwoSites.Way, number: UInt64) throws {
        let sites = try TwoSites()
        var maker = TreeMaker(Seed(number))
        maker.longestFile = 900_000
        try maker.make(300, in: FolderHandle(path: sites.source))
        let report = try sites.sync(way)
        #expect(report.failures == [])
        if geteuid() == 0 { #expect(report.warnings == []) }
        #expect(try sites.differences() == [], "seed \(number)")
        let again = try sites.sync(way)
        #expect(again.files.new == 0 && again.files.changed == 0, "seed \(number)")
        #expect(try sites.differences() == [], "seed \(number)")
    }

    @Test(arguments: [41, 42, 43, 44] as [UInt64])
    func `any tree becomes any other`(number: UInt64) throws {
        let sites = try TwoSites()
        var maker = TreeMaker(Seed(number))
        try maker.make(200, in: FolderHandle(path: sites.source))
        _ = try sites.sync()
        // Another tree in its place, which has some names in common with it.
        try FileManager.default.removeItem(atPath: sites.source)
        try FileManager.default.createDirectory(atPath: sites.source, withIntermediateDirectories: false)
        var other = TreeMaker(Seed(number))
        try other.make(60, in: FolderHandle(path: sites.source))
        var third = TreeMaker(Seed(number + 1000))
        try third.make(140, in: FolderHandle(path: sites.source))
        let report = try sites.sync(.pull, TwoSites.replacing)
        #expect(report.failures == [], "seed \(number)")
        #expect(try sites.differences() == [], "seed \(number)")
        #expect(try sites.leftovers() == [])
    }

    @Test func `A root that is remembered and has changed at the destination is finished like any folder`() throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        // Enough that what changes is listed apart from the root.
        for folder in 0..<12 {
            let place = "\(sites.source)/d\(folder)"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            for index in 0..<50 { try sites.write(seed.bytes(10), "d\(folder)/f\(index)") }
        }
        for round in 0..<5 {
            // Written over: the root of the source stays as it is, that of the destination gets a name anew.
            try sites.write(seed.bytes(60_000 + round), "zz")
            usleep(150_000)
            let report = try sites.sync(.push)
            #expect(report.failures == [], "round \(round), seed \(seed.value)")
            #expect(try sites.differences() == [])
        }
    }

    @Test func `What a limit makes wait is compressed as hard as a slow link lets`() throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        let text = TwoSites.prose(24 << 20, &seed)
        let (block, part) = (2 << 20, 256 << 10)
        for start in stride(from: 0, to: text.count, by: part) {
            try sites.write(Array(text[start..<start + part]), "f\(start)")
        }
        let limit = TokenBucket(ByteRate(bytesPerSecond: 3e6))
        let report = try sites.sync(.push, limit: limit)
        #expect(try sites.differences() == [])
        // What all of it comes to at the level that is begun with, in the largest blocks.
        let compressor = try Compressor(.zstd(level: 3))
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Compressor.bound(block), alignment: 16)
        defer { room.deallocate() }
        let usual = try stride(from: 0, to: text.count, by: block).reduce(0) { sum, start in
            try text[start..<start + block].withUnsafeBytes { sum + (try compressor.compress($0, into: room).count) }
        }
        #expect(report.bytes.wireSent < UInt64(usual) * 97 / 100, "of \(usual), seed \(seed.value)")
    }

    @Test(arguments: [3, 4000])
    func `rules are kept to, whether they go along with what is asked first or are too many for that`(count: Int) throws
    {
        let sites = try TwoSites()
        for name in ["kept", "left 1"] { try sites.write([1, 2, 3], name) }
        let filter = try PathFilter(
            (0..<count).map { .exclude("left \($0), or another name that is as long as this") } + [.exclude("left 1")])
        let change = { (options: inout SyncOptions) in options.scan = ScanOptions(filter: filter) }
        _ = try sites.sync(.pull, change)
        #expect(try FileManager.default.contentsOfDirectory(atPath: sites.target) == ["kept"])
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "mounting needs the superuser"))
    func `A destination that is full ends the run, also where others wait for what the failing thread had`() throws {
        var seed = Seed(7)
        let sites = try TwoSites()
        let mount = try TemporaryMount(sites.folder.folder("target"), "size=700k")
        defer { withExtendedLifetime(mount) {} }
        // The head of the large file comes in the message that the device has no room for, its data in those after it.
        for index in 0..<255 { try sites.write(seed.bytes(2000), "a\(index)") }
        try sites.write(seed.bytes(20 << 20), "b")
        let error = #expect(throws: PerigeeError.self) { _ = try sites.sync() }
        #expect(error?.code == .noSpace)
        #expect(error?.place?.contains(".perigee-") == false, "the file that was to be: \(error?.place ?? "")")
    }

    @Test(.enabled(if: TemporaryMount.isPossible, "mounting needs the superuser"), arguments: TwoSites.Way.allCases)
    func `sizes that come to more than a number holds are counted up to the greatest number`(way: TwoSites.Way) throws {
        let sites = try TwoSites()
        let mount = try TemporaryMount(sites.source, "size=1m")
        defer { withExtendedLifetime(mount) {} }
        let root = try FolderHandle(path: sites.source)
        for name in ["f1", "f2", "f3"] {
            let file = try root.file(Array(name.utf8), .creating(mode: 0o644))
            try file.truncate(to: 9_223_372_036_854_771_712)
        }
        let report = try sites.sync(way, { $0.isDryRun = true })
        #expect(report.files.scanned == 3 && report.failures == [])
        #expect(report.bytes.logical == .max)
    }
}
