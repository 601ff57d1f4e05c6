import Content
import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

@Suite("Estimates of syncs and restores") struct EstimateTreeTests {
    @Test func `Nothing is at the destination, so all is missing, and nothing is written there`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<20 { try fixture.write("f\(index)", seed.bytes(50_000 + index)) }
        try fixture.write("large", seed.bytes(9_000_000))
        let estimate = try fixture.estimateSync()
        #expect(!FileManager.default.fileExists(atPath: fixture.destination))
        let report = try fixture.sync()
        #expect(estimate.bytes.missing.p50 == report.bytes.logical)
        #expect(estimate.bytes.wireSent == Spread(exactly: report.bytes.wireSent))
        #expect(estimate.files == report.files)
        let again = try fixture.estimateSync()
        #expect(again.bytes.missing.p50 == 0 && again.bytes.wireSent.p50 == 0)
    }

    @Test func `What the destination holds under any name is not missing`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        let (a, b) = (seed.bytes(3_000_000), seed.bytes(700_000))
        try fixture.write("a", a, in: fixture.destination)
        try fixture.write("deep/b", b, in: fixture.destination)
        // The same bytes by other names, one with a new beginning.
        try fixture.write("c", a)
        try fixture.write("d", seed.bytes(1000) + b)
        let look = try EstimateFixture.look(fixture.destination)
        let first = try fixture.estimateSync()
        #expect(first.bytes.missing.p50 >= 1000 && first.bytes.missing.p50 <= 300_000, "seed \(seed.value)")
        #expect(first.bytes.wireSent.p50 == 3_701_000)
        #expect(try EstimateFixture.look(fixture.destination) == look)
    }

    @Test func `The second look at a destination reads only what changed there`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<30 { try fixture.write("old/\(index)", seed.bytes(20_000), in: fixture.destination) }
        try fixture.write("large", seed.bytes(6_000_000), in: fixture.destination)
        try fixture.write("new", seed.bytes(1_000_000))
        // States that are younger than a tick of the clock are not remembered.
        Thread.sleep(forTimeInterval: 0.25)
        func read(_ estimate: EstimateReport) -> String {
            estimate.assumptions.first { $0.contains("were read") } ?? ""
        }
        let first = try fixture.estimateSync()
        #expect(read(first).contains("\(ByteCount(UInt64(6_600_000)))"))
        let second = try fixture.estimateSync()
        #expect(read(second).contains("\(ByteCount(UInt64(0)))"))
        #expect(second.bytes.missing == first.bytes.missing)
        try fixture.write("old/3", seed.bytes(30_000), in: fixture.destination)
        #expect(read(try fixture.estimateSync()).contains("\(ByteCount(UInt64(30_000)))"))
    }

    @Test(arguments: [0, 20, 200, 4000])
    func `A damaged memory of chunks is read past, not believed`(place: Int) throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<40 { try fixture.write("old/\(index)", seed.bytes(100_000), in: fixture.destination) }
        try fixture.write("new", seed.bytes(100_000))
        Thread.sleep(forTimeInterval: 0.25)
        let first = try fixture.estimateSync()
        let folder = fixture.folder.path("state/chunks")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder).first)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
        bytes[place] ^= 0x40
        try bytes.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        #expect(try fixture.estimateSync().bytes.missing == first.bytes.missing)
        try bytes.prefix(place).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
        #expect(try fixture.estimateSync().bytes.missing == first.bytes.missing)
    }

    @Test func `Touched, renamed and removed files move nothing`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<10 { try fixture.write("f\(index)", seed.bytes(40_000)) }
        Thread.sleep(forTimeInterval: 0.25)
        _ = try fixture.sync()
        try FileManager.default.moveItem(atPath: fixture.source + "/f1", toPath: fixture.source + "/g")
        try FileManager.default.removeItem(atPath: fixture.source + "/f2")
        try FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: fixture.source + "/f3")
        var wishes = SyncOptions()
        wishes.deletes = true
        wishes.deletionLimit = .count(5)
        let estimate = try fixture.estimateSync(wishes)
        let report = try fixture.sync(wishes)
        #expect(estimate.bytes.missing.p50 == 0 && estimate.bytes.wireSent.p50 == 0)
        #expect(estimate.files == report.files)
        #expect(report.bytes.wireSent == 0)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `A restore is estimated to the byte`(number: UInt64) throws {
        let fixture = try EstimateFixture()
        var seed = Seed(number)
        var maker = TreeMaker(seed)
        try maker.make(150, in: .init(path: fixture.source))
        _ = try fixture.snapshot()
        let whole = try fixture.estimateRestore()
        #expect(!FileManager.default.fileExists(atPath: fixture.destination))
        let report = try fixture.restore()
        #expect(whole.bytes.missing.p50 == report.bytes.missing, "seed \(number)")
        #expect(whole.files == report.files, "seed \(number)")
        #expect(whole.bytes.wireSent.p50 >= whole.chunks.missing * 80 && whole.bytes.wireReceived.p50 == 0)
        #expect(near(whole, report), "seed \(number): \(whole.bytes) \(report.bytes)")
        Thread.sleep(forTimeInterval: 0.25)
        let nothing = try fixture.estimateRestore()
        #expect(nothing.bytes.missing.p50 == 0, "seed \(number)")
        // Pages of the tree alone.
        #expect(nothing.bytes.wireSent.p50 < whole.bytes.wireSent.p50 / 2, "seed \(number)")
        // Same length, other bytes.
        try fixture.write("changed", seed.bytes(60_000))
        _ = try fixture.snapshot(.stored)
        try fixture.write("changed", seed.bytes(60_000), in: fixture.destination)
        let one = try fixture.estimateRestore()
        #expect(one.bytes.missing.p50 == 60_000)
        let made = try fixture.restore()
        #expect(made.bytes.missing == 60_000 && made.bytes.wireSent >= 60_000 + 80 * one.chunks.missing)
        #expect(near(one, made), "seed \(number): \(one.bytes) \(made.bytes)")
    }

    /// Whether what was foreseen to come out of the vault is what came, but for pages that are looked at once more at the end.
    private func near(_ foreseen: EstimateReport, _ report: RunReport) -> Bool {
        let (expected, came) = (foreseen.bytes.wireSent.p50, report.bytes.wireSent)
        return expected <= came && came - expected <= 8192
    }
}
