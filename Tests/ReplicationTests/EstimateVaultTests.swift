import Content
import Files
import Foundation
import Model
import Replication
import TestSupport
import Testing

@Suite("Estimates of snapshots") struct EstimateVaultTests {
    @Test(arguments: [1, 2, 3, 4, 5, 6] as [UInt64])
    func `What is estimated to be missing is what a run then finds missing`(number: UInt64) throws {
        var seed = Seed(Seed.fromEnvironment().value &+ number)
        let fixture = try EstimateFixture()
        for round in 0..<3 {
            for index in 0..<40 where round == 0 || seed.next() % 4 == 0 {
                let count = Int(seed.next() % (index % 10 == 0 ? 6_000_000 : 60_000))
                let bytes = index % 3 == 0 ? seed.bytes(count) : EstimateFixture.text(count, &seed)
                // Twice the same content, so that chunks are met twice.
                try fixture.write("folder\(index % 5)/file\(index)", bytes)
                if index % 4 == 0 { try fixture.write("copy\(index)", bytes) }
            }
            let before = try fixture.storedBytes()
            let estimate = try fixture.estimateSnapshot()
            #expect(try fixture.storedBytes() == before, "an estimate writes nothing")
            let report = try fixture.snapshot()
            let hint: Comment = "seed \(seed.value), round \(round)"
            #expect(estimate.bytes.missing == Spread(exactly: report.bytes.missing), hint)
            #expect(estimate.chunks.missing == report.chunks.missing, hint)
            #expect(estimate.bytes.logical.p50 == report.bytes.logical, hint)
            #expect(estimate.bytes.read.p50 == report.bytes.read, hint)
            #expect(estimate.files == report.files, hint)
            #expect(estimate.bytes.wireSent.p10 <= estimate.bytes.wireSent.p50, hint)
            #expect(estimate.bytes.wireSent.p50 <= estimate.bytes.wireSent.p90, hint)
            #expect(estimate.seconds.total.p10 <= estimate.seconds.total.p50, hint)
            #expect(estimate.seconds.total.p50 <= estimate.seconds.total.p90, hint)
        }
        #expect(try fixture.estimateSnapshot().bytes.missing.p50 == 0)
    }

    @Test(arguments: [7, 8] as [UInt64])
    func `Trees with all that a file system allows are estimated right`(number: UInt64) throws {
        let fixture = try EstimateFixture()
        var maker = TreeMaker(Seed(number))
        try maker.make(300, in: .init(path: fixture.source))
        let estimate = try fixture.estimateSnapshot()
        let report = try fixture.snapshot()
        #expect(estimate.bytes.missing.p50 == report.bytes.missing, "seed \(number)")
        #expect(estimate.files == report.files, "seed \(number)")
    }

    @Test(arguments: [Compression.stored, .lz4, .zstd(level: 1)])
    func `An exact estimate says what the vault grows by`(compression: Compression) throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<30 { try fixture.write("a\(index)", EstimateFixture.text(100_000, &seed)) }
        for index in 0..<10 { try fixture.write("b\(index)", seed.bytes(100_000)) }
        let estimate = try fixture.estimateSnapshot(compression, isExact: true)
        let before = try fixture.storedBytes()
        let report = try fixture.snapshot(compression)
        let growth = try fixture.storedBytes() - before
        let wire = estimate.bytes.wireSent
        #expect(estimate.method == .exact && wire.p10 == wire.p90)
        // The snapshot's own page and its ref are known only roughly, and how many packs two threads fill.
        #expect(abs(Int(wire.p50) - Int(growth)) < 1500, "\(wire.p50) against \(growth)")
        #expect(wire.p50 > report.bytes.stored)
    }

    @Test func `A sample says about what all chunks compress to`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<60 {
            try fixture.write("t\(index)", EstimateFixture.text(200_000, &seed))
            if index % 2 == 0 { try fixture.write("r\(index)", seed.bytes(200_000)) }
        }
        let sampled = try fixture.estimateSnapshot(.zstd(level: 1))
        let exact = try fixture.estimateSnapshot(.zstd(level: 1), isExact: true)
        // A half of 1025 random IDs: fewer than 400 come once in a million million times.
        #expect(sampled.method == .sampled && sampled.sample.chunks <= 1024 && sampled.sample.chunks >= 400)
        #expect(sampled.bytes.missing == exact.bytes.missing)
        let (guess, truth) = (sampled.bytes.wireSent, Double(exact.bytes.wireSent.p50))
        #expect(guess.p10 < guess.p50 && guess.p50 < guess.p90)
        #expect(abs(Double(guess.p50) - truth) < 0.06 * truth, "\(guess) against \(truth)")
    }

    @Test func `What a killed run stored and listed is not missing`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        try fixture.write("a", seed.bytes(500_000))
        _ = try fixture.snapshot()
        try fixture.write("b", seed.bytes(300_000))
        let estimate = try fixture.estimateSnapshot()
        #expect(estimate.bytes.missing.p50 == 300_000)
        #expect(estimate.requests.put.p50 >= 4)
    }

    @Test func `A link that is named bounds the time from below`() throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        try fixture.write("a", seed.bytes(1_000_000))
        let link = try #require(LinkSpeed(parsing: "1KB/s,100ms"))
        let estimate = try fixture.estimateSnapshot(.stored, link: link)
        let wire = Double(estimate.bytes.wireSent.p50)
        #expect(abs(estimate.seconds.total.p50 - (wire / 1000 + 0.4)) < 1e-6)
    }

    @Test(arguments: [true, false])
    func `Chunks for a vault that is not on this host are compressed the harder the slower the link is`(
        isExact: Bool
    ) throws {
        var seed = Seed.fromEnvironment()
        let fixture = try EstimateFixture()
        for index in 0..<100 { try fixture.write("t\(index)", EstimateFixture.text(1_000_000, &seed)) }
        let unknown = try fixture.estimateSnapshot(isExact: isExact).bytes
        let slow = try fixture.estimateSnapshot(isExact: isExact, link: LinkSpeed(parsing: "100KB/s")).bytes
        let hint: Comment = "seed \(seed.value): \(slow.wireSent) after \(unknown.wireSent)"
        #expect(slow.missing == unknown.missing, hint)
        #expect(slow.wireSent.p50 < unknown.wireSent.p50, hint)
        #expect(slow.wireSent.p10 < slow.wireSent.p50 && slow.wireSent.p50 < slow.wireSent.p90, hint)
        let told = try fixture.estimateSnapshot(.zstd(level: 1), isExact: true, link: LinkSpeed(parsing: "100KB/s"))
        #expect(told.bytes.wireSent.p10 == told.bytes.wireSent.p90, hint)
    }

    @Test func `A new connection grows until the link is full, or all has been sent`() throws {
        let link = try #require(LinkSpeed(parsing: "100Mbit/s,40ms"))
        // 500,000 bytes fill it: 34 times what is sent at first, which is four round trips of doubling and a bit.
        #expect(abs(link.seconds(for: 10_000_000) - (0.8 + 4 * 0.04 + 0.1456)) < 1e-3)
        #expect(abs(link.seconds(for: 20_000_000) - link.seconds(for: 10_000_000) - 0.8) < 1e-9)
        #expect(abs(link.seconds(for: 10_000) - (0.0008 + 4 * 0.04)) < 1e-9)
        var last = 0.0
        for bytes in stride(from: UInt64(0), through: 2_000_000, by: 10_000) {
            let seconds = link.seconds(for: bytes)
            #expect(seconds >= last, "\(bytes) bytes take less than fewer")
            last = seconds
        }
    }

    @Test func `Links are written as bandwidth and round trip`() {
        #expect(LinkSpeed(parsing: "1Gbit/s")?.bandwidth.bytesPerSecond == 125e6)
        #expect(LinkSpeed(parsing: "1Gbit/s,20ms")?.roundTrip == 0.02)
        #expect(LinkSpeed(parsing: "50MB/s,1.5s")?.roundTrip == 1.5)
        for text in ["", ",", "fast", "1Gbit/s,", "1Gbit/s,20", "1Gbit/s,20ms,3", "0MB/s", "1Gbit/s,-2ms"] {
            #expect(LinkSpeed(parsing: text) == nil, "\(text)")
        }
    }

    @Test func `The document has the members of a report, and comes back as it went`() throws {
        let fixture = try EstimateFixture()
        try fixture.write("a", [1, 2, 3])
        let estimate = try fixture.estimateSnapshot()
        let data = try JSONEncoder().encode(estimate)
        #expect(try JSONDecoder().decode(EstimateReport.self, from: data) == estimate)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let report = RunReport(verb: "estimate", source: "", destination: "")
        let other = try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
        for (key, value) in other {
            #expect(object[key] != nil, "\(key)")
            guard let members = value as? [String: Any] else { continue }
            let mine = object[key] as? [String: Any]
            for member in members.keys { #expect(mine?[member] != nil, "\(key).\(member)") }
        }
    }
}
