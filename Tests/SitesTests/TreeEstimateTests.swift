import Foundation
import Model
import Replication
import TestSupport
import Testing
import Wire

/// What an estimate across two sites says, held against what the run then does.
@Suite struct TreeEstimateTests {
    @Test(arguments: TwoSites.Way.allCases)
    func `missing bytes are exact, and what crosses is within its spread`(way: TwoSites.Way) throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        try sites.write(seed.bytes(700_000), "random")
        try sites.write(TwoSites.text(900_000, &seed), "text")
        let shared = seed.bytes(300_000)
        try sites.write(shared, "again")
        // The destination has one of the three under another name.
        try FileManager.default.createDirectory(atPath: sites.target, withIntermediateDirectories: false)
        try Data(shared).write(to: URL(fileURLWithPath: "\(sites.target)/other name"))
        let foreseen = try sites.foresee(way)
        #expect(foreseen.bytes.missing.p50 == 1_600_000, "seed \(seed.value)")
        #expect(foreseen.files.new == 3 && foreseen.files.scanned == 3)
        #expect(foreseen.bytes.stored.p50 == 1_900_000)
        #expect(foreseen.failures.isEmpty && foreseen.method == .exact)
        #expect(try FileManager.default.contentsOfDirectory(atPath: sites.target) == ["other name"])

        let report = try sites.sync(way)
        #expect(report.files.new == 3)
        // Who passes on counts by what crossed to the other host, of which there is none here.
        guard way != .relay else { return }
        let crossed = report.bytes.wireSent
        #expect(
            crossed > foreseen.bytes.wireSent.p10 * 85 / 100 && crossed < foreseen.bytes.wireSent.p90 * 115 / 100,
            "\(crossed), foreseen \(foreseen.bytes.wireSent), seed \(seed.value)")
    }

    @Test(arguments: TwoSites.Way.allCases)
    func `what changed since the last run is told apart from what did not`(way: TwoSites.Way) throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        var large = seed.bytes(3_000_000)
        try sites.write(large, "large")
        try sites.write(seed.bytes(40_000), "small")
        try sites.write(seed.bytes(100_000), "touched")
        usleep(150_000)
        _ = try sites.sync(way)
        let nothing = try sites.foresee(way)
        #expect(nothing.files.unchanged == 3 && nothing.bytes.missing.p50 == 0 && nothing.chunks.total == 0)

        large.replaceSubrange(1_000_000..<1_000_010, with: seed.bytes(10))
        try sites.write(large, "large")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1e9)], ofItemAtPath: "\(sites.source)/touched")
        let foreseen = try sites.foresee(way, isExact: true)
        #expect(foreseen.files.changed == 2 && foreseen.files.unchanged == 1, "seed \(seed.value)")
        #expect(foreseen.bytes.missing.p50 > 10 && foreseen.bytes.missing.p50 < 1_100_000, "\(foreseen.bytes.missing)")
        #expect(foreseen.bytes.reused.p50 > 2_000_000)
        #expect(foreseen.method == .exact)
        // Nothing was written by it: the run finds the same.
        let report = try sites.sync(way)
        #expect(report.files.changed == 2 && report.files.unchanged == 1)
        #expect(try sites.differences() == [], "seed \(seed.value)")
    }

    @Test func `an estimate of many files costs a small part of what they hold`() throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        for index in 0..<200 { try sites.write(seed.bytes(20_000), "file \(index)") }
        var crossed: UInt64 = 0
        var missing: UInt64 = 0
        try sites.joined { connection, context in
            let options = EstimateOptions()
            let tree = RemoteTreeUnderTest(connection, sites.source)
            var report = EstimateReport(source: "", destination: "")
            try tree.estimator(to: sites.target, options, context).run(&report)
            missing = report.bytes.missing.p50
            crossed = connection.traffic.sent + connection.traffic.received
        }
        #expect(missing == 4_000_000)
        #expect(crossed < 40_000, "\(crossed) bytes, seed \(seed.value)")
    }
}
