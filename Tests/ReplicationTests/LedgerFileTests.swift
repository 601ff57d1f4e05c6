import Calibration
import Foundation
import Model
import Replication
import TestSupport
import Testing

@Suite("The ledger of transfers") struct LedgerFileTests {
    private let folder: TemporaryFolder
    private let state: StateFolder
    private var path: String { folder.path("state/transfers") }

    init() throws {
        folder = try TemporaryFolder()
        state = StateFolder(path: folder.path("state"))
    }

    private func record(_ number: UInt64, source: String = "/a b=c\n%d") -> TransferRecord {
        var out = TransferRecord(
            at: Timestamp(seconds: Int64(number), nanoseconds: 9), verb: "sync", source: source,
            destination: "vault:/ü#d", bytes: number, missing: number + 1, seconds: 0.5 + Double(number) / 3,
            requests: 7)
        guard number % 2 == 0 else { return out }
        (out.link, out.isAsked, out.money) = ("berlin -> virginia", number % 4 == 0, Money(micros: 123_456))
        out.tariffs = ["aws.egress.internet.us_eu", "aws.s3.us-east-1.requests"]
        out.expected = .init(
            bytes: Spread(p10: 1, p50: 2, p90: 3), seconds: Spread(p10: 0, p50: 1e-9, p90: 12.5),
            requests: number % 4 == 0 ? Spread(exactly: 3) : nil,
            money: number % 4 == 0 ? nil : Spread(p10: .zero, p50: Money(micros: 5), p90: Money(micros: 9)))
        return out
    }

    @Test func `What is kept comes back as it was, unknown money as unknown`() throws {
        let ledger = LedgerFile(state: state)
        #expect(try ledger.last(10).isEmpty)
        let records = (0..<9).map { record($0) }
        for one in records { try ledger.record(one) }
        #expect(try ledger.last(100) == records)
        #expect(try ledger.last(2) == Array(records.suffix(2)))
        #expect(try ledger.last(0).isEmpty)
        #expect(try ledger.last(100).map(\.money).contains(nil))
    }

    @Test func `Texts of any length keep a line short`() throws {
        let ledger = LedgerFile(state: state)
        try ledger.record(record(1, source: String(repeating: "é", count: 100_000)))
        #expect(try ledger.last(1).first?.source.utf8.count ?? 0 <= 1024 + 2)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count < 8192)
    }

    @Test func `A file that grows keeps its last lines and stays within its bound`() throws {
        let limit = 64 << 10
        let ledger = LedgerFile(state: state, sizeMax: limit)
        for number in 0..<1000 { try ledger.record(record(UInt64(number))) }
        let kept = try ledger.last(10_000)
        #expect(kept.last == record(999))
        #expect(kept.count >= 32 && kept == (1000 - kept.count..<1000).map { record(UInt64($0)) })
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).count <= limit)
    }

    @Test func `What a crash cuts is passed over, and the next line is whole`() throws {
        let ledger = LedgerFile(state: state)
        for number in 0..<3 { try ledger.record(record(UInt64(number))) }
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        for cut in stride(from: 1, to: 300, by: 7) {
            try whole.dropLast(cut).write(to: URL(fileURLWithPath: path))
            try ledger.record(record(50))
            let read = try ledger.last(10)
            #expect(read.last == record(50) && read.count >= 2, "cut by \(cut)")
            #expect(read.dropLast().enumerated().allSatisfy { $1 == record(UInt64($0)) }, "cut by \(cut)")
        }
    }

    @Test func `Damage is passed over, and files of others are begun anew, whatever they hold`() throws {
        let ledger = LedgerFile(state: state)
        let records = (0..<8).map { record($0) }
        for one in records { try ledger.record(one) }
        let truth = try Data(contentsOf: URL(fileURLWithPath: path))
        var seed = Seed.fromEnvironment()
        for _ in 0..<300 {
            var bytes = truth
            for _ in 0..<(1 + seed.next() % 4) {
                let place = Int(seed.next() % UInt64(bytes.count))
                switch seed.next() % 3 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: seed.next())
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: seed.next()), at: place)
                }
            }
            try bytes.write(to: URL(fileURLWithPath: path))
            let read = try ledger.last(100)
            #expect(read.allSatisfy { records.contains($0) }, "seed \(seed.value)")
        }
        for foreign in [Data([0xff, 0, 10]), Data(seed.bytes(9_000_000)), Data("perigee transfers 2\n".utf8)] {
            try foreign.write(to: URL(fileURLWithPath: path))
            #expect(try ledger.last(100).isEmpty)
            try ledger.record(records[0])
            #expect(try ledger.last(100) == [records[0]])
        }
    }

    @Test func `Several writers at once lose nothing`() throws {
        let state = state
        DispatchQueue.concurrentPerform(iterations: 8) { writer in
            let ledger = LedgerFile(state: state, sizeMax: 1 << 20)
            for number in 0..<20 { try? ledger.record(self.record(UInt64(writer * 100 + number))) }
        }
        let read = try LedgerFile(state: state, sizeMax: 1 << 20).last(1000)
        #expect(Set(read.map(\.bytes)).count == 160)
    }

    @Test func `A link or a pipe in its place is no ledger, and nobody waits for it`() throws {
        try FileManager.default.createDirectory(atPath: state.path, withIntermediateDirectories: true)
        #expect(mkfifo(path, 0o600) == 0)
        #expect(throws: PerigeeError.self) { try LedgerFile(state: state).record(record(1)) }
        unlink(path)
        symlink(folder.path("elsewhere"), path)
        #expect(throws: PerigeeError.self) { try LedgerFile(state: state).record(record(1)) }
        #expect(!FileManager.default.fileExists(atPath: folder.path("elsewhere")))
    }

    @Test func `A link is as fast as probes and transfers have shown, each way by itself`() throws {
        let memory = LinkMemory(state: state, host: "far")
        #expect(memory.rate(up: true) == nil && memory.speed(up: true) == nil && memory.roundTrip == 0)
        try memory.record(
            LinkMemory.Sample(at: Timestamp(seconds: 1), roundTrips: [0.02], up: [1e6], down: [8e6]))
        #expect(memory.rate(up: true)?.probes == 1 && memory.roundTrip == 0.02)
        for second in 2..<12 {
            try memory.record(
                LinkObservation(at: Timestamp(seconds: Int64(second)), kind: .transfer, rate: 2e6), up: true)
        }
        let up = try #require(memory.rate(up: true))
        #expect(up.transfers == 10 && up.rate.p50 > 1.8e6 && up.rate.p50 < 2e6 && up.at == Timestamp(seconds: 11))
        let down = try #require(memory.rate(up: false))
        #expect(down.transfers == 0 && abs(down.rate.p50 - 8e6) < 1)
        #expect(memory.samples.count == 1)
        for second in 20..<200 {
            try memory.record(
                LinkObservation(at: Timestamp(seconds: Int64(second)), kind: .transfer, rate: 3e6), up: true)
        }
        #expect(memory.rate(up: true)?.transfers == LinkMemory.samplesMax && memory.samples.count == 1)
        let speed = try #require(memory.speed(up: true))
        let seconds = speed.seconds(for: Spread(exactly: 30_000_000))
        #expect(seconds.p10 < seconds.p50 && seconds.p50 < seconds.p90)
    }

    @Test func `What a destination lacks is known by the last run, or by an estimate since`() throws {
        let ledger = Ledger(state: state, pair: EndpointPair(source: "/a", destination: "/b"))
        #expect(ledger.known == nil)
        var report = RunReport(verb: "sync", source: "/a", destination: "/b")
        (report.bytes.logical, report.snapshot) = (1000, String(repeating: "ab", count: 32))
        try ledger.record(report: report, at: Timestamp(seconds: 10))
        #expect(ledger.known?.missing == 0 && ledger.known?.logical == 1000 && ledger.known?.isRun == true)
        #expect(ledger.known?.root == report.snapshot)
        let wishes = RunWishes.betweenTrees(SyncOptions())
        let estimate = RunReport.Estimate(bytes: Spread(exactly: 50), seconds: Spread(exactly: 1))
        try ledger.save(
            estimate, of: RunBasis(wishes, report), seen: .init(logical: 1200, missing: 200, root: nil),
            at: Timestamp(seconds: 20))
        let known = try #require(ledger.known)
        #expect(known.missing == 200 && known.logical == 1200 && !known.isRun && known.wire == Spread(exactly: 50))
        try ledger.record(report: report, at: Timestamp(seconds: 30))
        #expect(ledger.known?.missing == 0)
    }
}
