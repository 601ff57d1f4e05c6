import Foundation
import Model
import Replication
import TestSupport
import Testing

/// A new file is held against another of its series that the destination has.
@Suite struct KinTests {
    @Test(arguments: TwoSites.Way.allCases)
    func `Of the next of a series only what changed crosses`(way: TwoSites.Way) throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        var step = seed.bytes(5 << 20)
        for number in [8, 9] { try sites.write(step + seed.bytes(100), "step-\(number).bin") }
        _ = try sites.sync(way)
        for round in 10..<13 {
            let place = Int(seed.next() % 4_000_000)
            step.replaceSubrange(place..<(place + 1000), with: seed.bytes(1003))
            try sites.write(step, "step-\(round).bin")
            let report = try sites.sync(way)
            #expect(report.files.new == 1 && report.bytes.missing < 700_000, "seed \(seed.value)")
            #expect(report.bytes.reused > 4 << 20, "seed \(seed.value)")
        }
        #expect(try sites.differences() == [])
        #expect(try sites.leftovers() == [])
    }

    @Test func `A series that has nothing in common arrives whole, whatever was guessed`() throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        for number in 0..<14 { try sites.write(seed.bytes(1 << 20), "photo \(number).raw") }
        _ = try sites.sync()
        for number in 14..<30 { try sites.write(seed.bytes((1 << 20) + number), "photo \(number).raw") }
        let report = try sites.sync()
        #expect(report.files.new == 16 && report.failures == [], "seed \(seed.value)")
        #expect(try sites.differences() == [])
    }

    @Test func `A file that goes while its successor is made harms nothing`() throws {
        var seed = Seed.fromEnvironment()
        let sites = try TwoSites()
        var step = seed.bytes(3 << 20)
        try sites.write(step, "step-1")
        _ = try sites.sync()
        step[1_000_000] ^= 1
        try sites.write(step, "step-2")
        try FileManager.default.removeItem(atPath: "\(sites.source)/step-1")
        let report = try sites.sync(.pull, TwoSites.replacing)
        #expect(report.failures == [] && report.bytes.missing < 600_000, "seed \(seed.value)")
        #expect(try sites.differences() == [])
    }
}
