import Foundation
import Model
import Scheduling
import TestSupport
import Testing

@Suite("A time zone")
struct ZoneTests {
    /// All zones where `PERIGEE_TEST_RUNS` is large; zdump looks at each half day, which takes it long.
    @Test("has the changes that zdump lists in two centuries: strange zones, and others at random")
    func zdump() throws {
        var seed = Seed.fromEnvironment()
        let others = Zones.names.shuffled(using: &seed).prefix(Seed.runs(usual: 40))
        #expect(Zones.names.count > 300, "the system has its table of time zones")
        let lines = try ZoneDump.lines(Zones.strange.filter { $0.contains("/") } + others, years: 1850..<2045)
        #expect(lines.count > 5000, "zdump lists changes")
        for line in lines {
            let clock = try Zones.zone(line.zone).span(at: line.instant).clock
            if clock.offset == line.offset, clock.isSummer == line.isSummer, clock.abbreviation == line.abbreviation {
                continue
            }
            Issue.record("\(line) has \(clock)")
        }
    }

    @Test("goes on by its rules for ever, as the calendar repeats after 400 years")
    func farAway() throws {
        let cycle: Int64 = 146_097 * 86_400
        var seed = Seed.fromEnvironment()
        for name in ["Europe/Berlin", "Australia/Lord_Howe", "Europe/Dublin", "America/Nuuk", "Asia/Tokyo"] {
            let zone = try Zones.zone(name)
            for _ in 0..<500 {
                let instant = Instant(Int64.random(in: 2_600_000_000..<2_600_000_000 + cycle, using: &seed))
                for times: Int64 in [1, 2, 7] {
                    let (near, far) = (zone.span(at: instant), zone.span(at: instant + times * cycle))
                    #expect(near.clock == far.clock, "\(name) \(instant) seed \(seed.value)")
                    if name != "Asia/Tokyo" {
                        #expect(near.start + times * cycle == far.start && near.end + times * cycle == far.end)
                    }
                }
            }
        }
    }

    @Test("says of each civil time when it is, once, twice or never")
    func readings() throws {
        let berlin = try Zones.zone("Europe/Berlin")
        func minute(_ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int, _ minute: Int) throws -> CivilMinute {
            CivilMinute(try #require(CivilDate(year: year, month: month, day: day)), minuteOfDay: hour * 60 + minute)
        }
        #expect(try berlin.reading(of: minute(2026, 7, 1, 12, 0)) == .once(at("2026-07-01T10:00:00Z")))
        #expect(try berlin.reading(of: minute(2026, 3, 29, 2, 0)) == .skipped(at("2026-03-29T01:00:00Z")))
        #expect(try berlin.reading(of: minute(2026, 3, 29, 2, 59)) == .skipped(at("2026-03-29T01:00:00Z")))
        #expect(try berlin.reading(of: minute(2026, 3, 29, 3, 0)) == .once(at("2026-03-29T01:00:00Z")))
        #expect(
            try berlin.reading(of: minute(2026, 10, 25, 2, 30))
                == .twice(at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z")))
        #expect(try berlin.reading(of: minute(2026, 10, 25, 3, 0)) == .once(at("2026-10-25T02:00:00Z")))
        // Samoa went over the date line: 30 December 2011 was not.
        let apia = try Zones.zone("Pacific/Apia")
        #expect(try apia.reading(of: minute(2011, 12, 30, 12, 0)) == .skipped(at("2011-12-30T10:00:00Z")))
        // Lord Howe Island puts its clocks by half an hour.
        let howe = try Zones.zone("Australia/Lord_Howe")
        #expect(try howe.reading(of: minute(2026, 10, 4, 2, 15)) == .skipped(at("2026-10-03T15:30:00Z")))
        #expect(
            try howe.reading(of: minute(2026, 4, 5, 1, 45))
                == .twice(at("2026-04-04T14:45:00Z"), at("2026-04-04T15:15:00Z")))
    }

    @Test("gives back the civil time of each instant, and no other", arguments: Zones.strange)
    func roundTrip(name: String) throws {
        let zone = try Zones.zone(name)
        var seed = Seed.fromEnvironment()
        for _ in 0..<4000 {
            let minute = Int64.random(in: 0..<70_000_000, using: &seed)
            let instant = Instant(minute * 60)
            let reading = zone.reading(of: zone.minute(at: instant))
            let shown = Instant(instant.seconds - zone.local(at: instant) % 60)
            let isRight =
                switch reading {
                case .once(let only): only == shown
                case .twice(let first, let second): first < second && (first == shown || second == shown)
                case .skipped: false
                }
            if !isRight { Issue.record("\(name) \(instant) is \(reading), seed \(seed.value)") }
        }
    }

    @Test("is known by names, by its distance from UTC, and by nothing else")
    func names() throws {
        #expect(try Zones.zone("UTC").offset(at: Instant(0)) == 0)
        #expect(try Zones.zone("-03:30").offset(at: Instant(0)) == -12_600)
        for name in [
            "", "Europe", "Europe/Nowhere", "../zoneinfo/UTC", "/etc/localtime", "Europe//Berlin", "+15:00", "+1:00",
            "+01:60",
            "Europe/Berlin\0", "ÄÖ", String(repeating: "a", count: 65),
        ] {
            let error = #expect(throws: PerigeeError.self) { try Zones.zone(name) }
            #expect(error?.code == .usage && error?.remedy != nil, "\(name): \(String(describing: error))")
        }
    }

    @Test("is read from no damaged file, whatever the damage")
    func damage() throws {
        let bytes = try #require(FileManager.default.contents(atPath: "\(Zones.folder)/Europe/Dublin")).map { $0 }
        for count in 0..<bytes.count - 1 {
            #expect(throws: PerigeeError.self) { try ZoneFile.zone("cut", Array(bytes.prefix(count))) }
        }
        var seed = Seed.fromEnvironment()
        for _ in 0..<3000 {
            var copy = bytes
            for _ in 0..<Int.random(in: 1...4, using: &seed) {
                copy[Int.random(in: 0..<copy.count, using: &seed)] = UInt8.random(in: 0...255, using: &seed)
            }
            // Either it is refused, or it is a zone that answers.
            guard let zone = try? ZoneFile.zone("damaged", copy) else { continue }
            for year in stride(from: Int64(-200), to: 900, by: 50) {
                let instant = Instant(year * 31_556_952)
                if zone.span(at: instant).start > instant {
                    Issue.record("\(instant) is not in its span, seed \(seed.value)")
                }
                _ = zone.reading(of: CivilMinute(year * 525_949))
            }
        }
    }
}
