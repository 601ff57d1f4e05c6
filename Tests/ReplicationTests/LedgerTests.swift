import Content
import Foundation
import Hashing
import Model
import Replication
import TestSupport
import Testing

@Suite("The ledger") struct LedgerTests {
    private let folder: TemporaryFolder
    private let ledger: Ledger
    private let pair = EndpointPair(source: "/a", destination: "/b")

    init() throws {
        folder = try TemporaryFolder()
        ledger = Ledger(state: StateFolder(path: folder.path("state")), pair: pair)
    }

    private func report(wire: UInt64, seconds: Double, estimate: RunReport.Estimate? = nil) -> RunReport {
        var report = RunReport(verb: "sync", source: "/a", destination: "/b")
        report.files.scanned = 10
        report.bytes.read = wire + 1
        report.bytes.missing = wire
        report.bytes.wireSent = wire
        report.seconds.total = seconds
        report.estimate = estimate
        return report
    }

    private func estimate(_ wire: UInt64) -> RunReport.Estimate {
        RunReport.Estimate(
            bytes: Spread(p10: wire - 1, p50: wire, p90: wire + 1), seconds: Spread(p10: 1e-9, p50: 0.1, p90: 12.5),
            requests: Spread(exactly: 3))
    }

    /// What a run of some files was asked and met.
    private func basis(
        scanned: UInt64 = 1000, new: UInt64 = 10, logical: UInt64 = 1_000_000, missing: UInt64 = 50_000,
        _ wishes: RunWishes = .intoVault(after: nil, compression: .auto, scan: ScanOptions(), rereads: false)
    ) -> RunBasis {
        var report = RunReport(verb: "sync", source: "/a", destination: "/b")
        (report.files.scanned, report.files.new) = (scanned, new)
        (report.bytes.logical, report.bytes.missing) = (logical, missing)
        return RunBasis(wishes, report)
    }

    private func at(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds, nanoseconds: 7) }

    /// The one file of the ledger of a kind.
    private func file(_ kind: String) throws -> URL {
        let path = folder.path("state/\(kind)")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: path).first)
        return URL(fileURLWithPath: "\(path)/\(name)")
    }

    @Test func `Runs come back as they were recorded`() throws {
        var runs: [Ledger.Run] = []
        for index in 0..<5 {
            let report = report(
                wire: UInt64(index) * 1_000_003, seconds: 0.1 + Double(index) / 3,
                estimate: index % 2 == 0 ? nil : estimate(UInt64(index) * 77))
            try ledger.record(report: report, at: at(Int64(index)))
            runs.append(Ledger.Run(report, at: at(Int64(index))))
        }
        #expect(ledger.runs == runs)
    }

    @Test func `Nothing is expected where nothing is known, and dry runs teach nothing`() throws {
        #expect(ledger.estimate(for: basis()) == nil)
        var dry = report(wire: 5, seconds: 1)
        dry.dryRun = true
        try ledger.record(report: dry, at: at(1))
        #expect(ledger.estimate(for: basis()) == nil)
        let none = Ledger(state: nil, pair: pair)
        try none.record(report: report(wire: 5, seconds: 1), at: at(1))
        try none.save(estimate(5), of: basis(), at: at(1))
        #expect(none.estimate(for: basis()) == nil && none.runs.isEmpty)
    }

    @Test func `An estimate holds until the next run, then the runs are asked`() throws {
        try ledger.save(estimate(500), of: basis(), at: at(10))
        #expect(ledger.estimate(for: basis()) == estimate(500))
        try ledger.record(report: report(wire: 100, seconds: 2), at: at(20))
        let one = try #require(ledger.estimate(for: basis()))
        #expect(one.bytes.p50 == 100 && one.seconds.p50 == 2)
        // One run says little of the next: by the deviation of 1.5 that is thought beforehand, as worked out by hand.
        #expect(one.bytes.p10 == 7 && one.bytes.p90 == 1516, "\(one.bytes)")
        try ledger.record(report: report(wire: 300, seconds: 4), at: at(30))
        let two = try #require(ledger.estimate(for: basis())?.bytes)
        #expect(two.p50 == 200 && two.p10 < 120 && two.p90 > 280, "\(two)")
        #expect(ledger.estimate(for: basis())?.seconds.p50 == 3)
        try ledger.save(estimate(900), of: basis(), at: at(40))
        #expect(ledger.estimate(for: basis()) == estimate(900))
    }

    @Test func `What filled the destination says nothing of the runs after it`() throws {
        var first = report(wire: 1000, seconds: 9)
        first.bytes.logical = 1100
        try ledger.record(report: first, at: at(1))
        #expect(ledger.estimate(for: basis()) == nil)
        var second = report(wire: 20, seconds: 1)
        second.bytes.logical = 1110
        try ledger.record(report: second, at: at(2))
        #expect(ledger.estimate(for: basis())?.bytes.p50 == 20)
        // What is new as a whole each time is expected to be so again.
        try ledger.record(report: first, at: at(3))
        #expect(ledger.estimate(for: basis())?.bytes.p50 == 510)
    }

    @Test func `An estimate is put beside no run but one that was asked the same and met the same`() throws {
        try ledger.record(report: report(wire: 100, seconds: 2), at: at(5))
        let usual = ledger.estimate(for: basis())
        try ledger.save(estimate(500), of: basis(), at: at(10))
        for near in [basis(), basis(scanned: 1040), basis(logical: 960_000), basis(missing: 52_000)] {
            #expect(ledger.estimate(for: near) == estimate(500))
        }
        let filter = try PathFilter([.exclude("*.o")])
        for other in [
            basis(scanned: 1200), basis(new: 11), basis(logical: 900_000), basis(missing: 60_000), basis(missing: 0),
            basis(.intoVault(after: nil, compression: .stored, scan: ScanOptions(), rereads: false)),
            basis(.intoVault(after: nil, compression: .auto, scan: ScanOptions(filter: filter), rereads: false)),
            basis(.intoVault(after: nil, compression: .auto, scan: ScanOptions(), rereads: true)),
            basis(.betweenTrees(SyncOptions())), basis(.outOfVault(SomeID.some)),
            basis(.intoVault(after: SomeID.some, compression: .auto, scan: ScanOptions(), rereads: false)),
        ] {
            #expect(ledger.estimate(for: other) == usual)
        }
    }

    @Test func `Files that were only touched do not part an estimate between trees from its run`() throws {
        func trees(changed: UInt64, new: UInt64 = 10, _ wishes: RunWishes = .betweenTrees(SyncOptions())) -> RunBasis {
            var report = RunReport(verb: "sync", source: "/a", destination: "/b")
            (report.files.scanned, report.files.new, report.files.changed) = (1000, new, changed)
            report.bytes.logical = 1_000_000
            return RunBasis(wishes, report)
        }
        try ledger.save(estimate(500), of: trees(changed: 300), at: at(10))
        #expect(ledger.estimate(for: trees(changed: 0)) == estimate(500))
        #expect(ledger.estimate(for: trees(changed: 120)) == estimate(500))
        #expect(ledger.estimate(for: trees(changed: 0, new: 20)) == nil)
        try ledger.save(estimate(500), of: trees(changed: 0), at: at(11))
        #expect(ledger.estimate(for: trees(changed: 300)) == nil)
        // Into a vault both compare what files hold.
        let vault = RunWishes.intoVault(after: nil, compression: .auto, scan: ScanOptions(), rereads: false)
        try ledger.save(estimate(500), of: trees(changed: 300, vault), at: at(12))
        #expect(ledger.estimate(for: trees(changed: 0, vault)) == nil)
    }

    @Test func `Files that change after an estimate make it one of another run, at every pair of ends`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<10 { try fixture.write("a\(index)", seed.bytes(50_000)) }
        let ledger = Ledger(state: fixture.context.state, pair: fixture.intoVault)
        let wishes = RunWishes.intoVault(after: nil, compression: .auto, scan: ScanOptions(), rereads: false)
        let foreseen = try fixture.estimateSnapshot()
        try fixture.write("new", seed.bytes(500_000))
        let report = try fixture.snapshot()
        #expect(ledger.estimate(for: RunBasis(wishes, report)) == nil, "seed \(seed.value)")
        #expect(foreseen.estimate.bytes.p50 < report.bytes.wireSent)

        let trees = Ledger(state: fixture.context.state, pair: fixture.betweenTrees)
        let expected = try fixture.estimateSync().estimate
        let synced = try fixture.sync()
        #expect(trees.estimate(for: RunBasis(.betweenTrees(SyncOptions()), synced)) == expected)
        _ = try fixture.estimateSync()
        try fixture.write("newer", seed.bytes(1000))
        #expect(trees.estimate(for: RunBasis(.betweenTrees(SyncOptions()), try fixture.sync())) == nil)
    }

    @Test func `The last two hundred runs are kept`() throws {
        for index in 0..<210 { try ledger.record(report: report(wire: 1, seconds: 1), at: at(Int64(index))) }
        #expect(ledger.runs.count == Ledger.runsMax)
        #expect(ledger.runs.first?.at == at(10) && ledger.runs.last?.at == at(209))
    }

    @Test func `A damaged line is passed over, whatever was done to it`() throws {
        for index in 0..<8 {
            try ledger.record(
                report: report(wire: UInt64(index), seconds: 1, estimate: estimate(9)), at: at(Int64(index)))
        }
        let file = try file("ledger")
        let truth = try Data(contentsOf: file)
        let runs = ledger.runs
        var seed = Seed.fromEnvironment()
        for _ in 0..<300 {
            var bytes = truth
            let damages = 1 + Int(seed.next() % 4)
            for _ in 0..<damages {
                let place = Int(seed.next() % UInt64(bytes.count))
                switch seed.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: seed.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: seed.next()), at: place)
                }
            }
            try bytes.write(to: file)
            let read = ledger.runs
            #expect(read.allSatisfy { runs.contains($0) }, "seed \(seed.value)")
            // A line's end that is gone takes two lines.
            #expect(read.count >= runs.count - 2 * damages || read.isEmpty, "seed \(seed.value)")
        }
        try seed.data(3_000_000).write(to: file)
        #expect(ledger.runs.isEmpty)
        try ledger.record(report: report(wire: 1, seconds: 1), at: at(1))
        #expect(ledger.runs.count == 1)
    }

    @Test func `A real run meets the estimate that was made for it`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        try fixture.write("a", seed.bytes(200_000))
        let estimate = try fixture.estimateSnapshot(.stored)
        let ledger = Ledger(state: fixture.context.state, pair: fixture.intoVault)
        var report = try fixture.snapshot(.stored)
        let wishes = RunWishes.intoVault(after: nil, compression: .stored, scan: ScanOptions(), rereads: false)
        let expected = try #require(ledger.estimate(for: RunBasis(wishes, report)))
        #expect(expected == estimate.estimate)
        report.estimate = expected
        try ledger.record(report: report, at: fixture.context.now())
        #expect(ledger.runs.last?.estimate == expected)
        #expect(ledger.runs.last?.missing == 200_000)
        // What earlier runs did in a second is what the next estimate goes by.
        try fixture.write("b", seed.bytes(200_000))
        let next = try fixture.estimateSnapshot()
        #expect(next.assumptions.contains { $0.contains("1 earlier run ") })
    }
}

/// An ID of something.
private enum SomeID {
    static let some = ContentID([1, 2, 3].withUnsafeBytes { Blake3.hash($0) })
}

extension Seed {
    fileprivate mutating func data(_ count: Int) -> Data { Data(bytes(count)) }
}
