import Foundation
import Model
import TestSupport
import Testing

@Suite("An instant")
struct TimestampTests {
    @Test(
        "is written as RFC 3339 says and read back",
        arguments: [
            (0, 0, "1970-01-01T00:00:00Z"),
            (1_795_439_100, 250_000_000, "2026-11-23T13:05:00.25Z"),
            (951_782_400, 0, "2000-02-29T00:00:00Z"),
            (-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"),
            (-62_167_219_200, 0, "0000-01-01T00:00:00Z"),
            (253_402_300_799, 1, "9999-12-31T23:59:59.000000001Z"),
        ] as [(Int64, UInt32, String)])
    func written(seconds: Int64, nanoseconds: UInt32, text: String) {
        let instant = Timestamp(seconds: seconds, nanoseconds: nanoseconds)
        #expect(instant.rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == instant)
    }

    @Test(
        "is read with offsets, small letters, a space, long fractions and leap seconds",
        arguments: [
            ("2026-11-23T14:05:00+01:00", 1_795_439_100, 0),
            ("2026-11-23t07:35:00-05:30", 1_795_439_100, 0),
            ("2026-11-23 13:05:00z", 1_795_439_100, 0),
            ("2026-11-23T13:05:00.1234567899Z", 1_795_439_100, 123_456_789),
            ("1990-12-31T15:59:60-08:00", 662_688_000, 0),
        ] as [(String, Int64, UInt32)])
    func read(text: String, seconds: Int64, nanoseconds: UInt32) {
        #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(
        "is nothing where the text is not one",
        arguments: [
            "", "2026-11-23", "2026-11-23T13:05Z", "2026-11-23T13:05:00", "2026-11-23T13:05:00.Z", "26-11-23T13:05:00Z",
            "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T13:60:00Z", "2026-11-23T13:05:61Z",
            "2026-11-23T13:05:00+24:00", "2026-11-23T13:05:00+0100", "2026-11-23T13:05:00ZZ", " 2026-11-23T13:05:00Z",
            "+026-11-23T13:05:00Z", "２026-11-23T13:05:00Z",
        ])
    func refused(text: String) { #expect(Timestamp(rfc3339: text) == nil) }

    @Test("keeps its value through text, and agrees with Foundation's calendar")
    func roundTrip() {
        var seed = Seed.fromEnvironment()
        let formatter = ISO8601DateFormatter()
        for _ in 0..<2000 {
            let instant = Timestamp(
                // Foundation's calendar is Julian before 1582; the years compared are later.
                seconds: Int64.random(in: -12_212_553_600...253_402_300_799, using: &seed),
                nanoseconds: UInt32.random(in: 0..<1_000_000_000, using: &seed))
            #expect(Timestamp(rfc3339: instant.rfc3339) == instant, "seed \(seed.value)")
            let whole = Timestamp(seconds: instant.seconds)
            let reference = formatter.string(from: Date(timeIntervalSince1970: Double(instant.seconds)))
            #expect(whole.rfc3339 == reference, "seed \(seed.value)")
        }
    }

    @Test("has a text even at the ends of its range")
    func extremes() {
        #expect(Timestamp(seconds: .max, nanoseconds: 999_999_999).rfc3339 == "+292277026596-12-04T15:30:07.999999999Z")
        #expect(Timestamp(seconds: .min).rfc3339 == "-292277022657-01-27T08:29:52Z")
    }

    @Test("tells the seconds since another")
    func difference() {
        let early = Timestamp(seconds: 10, nanoseconds: 750_000_000)
        #expect(Timestamp(seconds: 12, nanoseconds: 250_000_000).seconds(since: early) == 1.5)
        #expect(early < Timestamp(seconds: 11))
    }

    @Test("tells the seconds between the ends of its range")
    func longest() {
        let (first, last) = (Timestamp(seconds: .min), Timestamp(seconds: .max))
        #expect(last.seconds(since: first) == 0x1p64)
        #expect(first.seconds(since: last) == -0x1p64)
        #expect(Timestamp(seconds: 1).seconds(since: first) == 0x1p63)
    }
}

@Suite("A day of the calendar")
struct CivilDateTests {
    @Test("is the same day after counting days and back, over four eras")
    func roundTrip() {
        for days in stride(from: Int64(-900_000), through: 900_000, by: 1) {
            let date = CivilDate(daysSince1970: days)
            guard date.daysSince1970 == days, CivilDate(year: date.year, month: date.month, day: date.day) == date
            else {
                Issue.record("day \(days) became \(date)")
                return
            }
        }
    }
}
