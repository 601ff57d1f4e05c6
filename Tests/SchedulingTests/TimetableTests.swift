import Model
import Scheduling
import TestSupport
import Testing

/// Timetables against a walk through all minutes.
@Suite("The occurrences of a timetable")
struct TimetableTests {
    /// What is due in `range`, by walking through the minutes and looking at the clock.
    ///
    /// A named time is due when clocks first show it or, where they skip it, a later one; an expression for all hours is due
    /// whenever clocks show one of its minutes.
    private func walk(_ cron: RandomCron, _ zone: Zone, _ range: Range<Instant>) -> [Instant] {
        var out: [Instant] = []
        // Three days before, for what clocks have shown already.
        var time = range.lowerBound - 3 * 86_400
        var shown = zone.minute(at: time - 60).index
        var span = zone.span(at: time)
        var days: [CivilDate: Bool] = [:]
        func matches(_ index: Int64) -> Bool {
            let minute = CivilMinute(index)
            guard cron.hasTime(minute.minuteOfDay) else { return false }
            if let known = days[minute.date] { return known }
            days[minute.date] = cron.hasDay(minute.date)
            return days[minute.date] ?? false
        }
        while time < range.upperBound {
            if time >= span.end { span = zone.span(at: time) }
            let minute = (time.seconds + span.clock.offset) / 60
            var isDue = cron.isHourly && matches(minute)
            if minute > shown {
                if !cron.isHourly { isDue = (shown + 1...minute).contains { matches($0) } }
                shown = minute
            }
            if isDue, time >= range.lowerBound { out.append(time) }
            time = time + 60
        }
        return out
    }

    /// A week or two around a change of clocks, or anywhere.
    private func range(_ zone: Zone, _ seed: inout Seed) throws -> Range<Instant> {
        var instant = try at("1973-01-01T00:00:00Z") + Int64.random(in: 0..<2_100_000_000, using: &seed) / 60 * 60
        let end = zone.span(at: instant).end
        if Int.random(in: 0..<4, using: &seed) > 0, end.seconds < 4_000_000_000 {
            instant = Instant(end.seconds / 60 * 60)
        }
        let start = instant - Int64.random(in: 0..<6000, using: &seed) * 60
        return start..<start + Int64.random(in: 5000..<15_000, using: &seed) * 60
    }

    @Test(
        "are those of a walk through all minutes, forwards and backwards, wherever clocks change",
        arguments: Zones.strange)
    func bruteForce(name: String) throws {
        let zone = try Zones.zone(name)
        var seed = Seed.fromEnvironment()
        for _ in 0..<Seed.runs(usual: 12) {
            let cron = RandomCron(&seed)
            let timetable = Timetable(try Recurrence(parsing: cron.text), in: zone)
            let range = try range(zone, &seed)
            let expected = walk(cron, zone, range)
            let note: Comment = "\"\(cron.text)\" in \(name), \(range), seed \(seed.value)"
            #expect(Array(timetable.occurrences(in: range)) == expected, note)
            for _ in 0..<20 {
                let length = range.upperBound - range.lowerBound
                let instant = range.lowerBound + Int64.random(in: 0..<length, using: &seed)
                let next = timetable.next(after: instant).flatMap { range.contains($0) ? $0 : nil }
                #expect(next == expected.first { $0 > instant }, note)
                let previous = timetable.previous(before: instant).flatMap { range.contains($0) ? $0 : nil }
                #expect(previous == expected.last { $0 < instant }, note)
            }
        }
    }

    @Test("are exact in zones whose clocks once had seconds")
    func seconds() throws {
        // Liberia was 44 minutes and 30 seconds behind UTC until 7 January 1972.
        let monrovia = try Zones.zone("Africa/Monrovia")
        let daily = Timetable(try Recurrence(parsing: "0 12 * * *"), in: monrovia)
        #expect(try daily.next(after: at("1972-01-05T00:00:00Z")) == at("1972-01-05T12:44:30Z"))
        #expect(try daily.next(after: at("1972-01-07T00:00:00Z")) == at("1972-01-07T12:00:00Z"))
        // Midnight there was at 00:44:30; the change skipped on to 00:44:30, so that 00:20 and 00:40 are not shown.
        let hourly = Timetable(try Recurrence(parsing: "*/20 * * * *"), in: monrovia)
        #expect(try hourly.next(after: at("1972-01-07T00:44:29Z")) == at("1972-01-07T01:00:00Z"))
        #expect(try hourly.previous(before: at("1972-01-07T00:44:30Z")) == at("1972-01-07T00:24:30Z"))
    }

    @Test("lead forwards and backwards over each other for many years", arguments: Zones.strange)
    func chains(name: String) throws {
        let zone = try Zones.zone(name)
        var seed = Seed.fromEnvironment()
        for _ in 0..<6 {
            let text = "\(Int.random(in: 0..<60, using: &seed)) \(Int.random(in: 0..<4, using: &seed)) * * *"
            let timetable = Timetable(try Recurrence(parsing: text), in: zone)
            let range = try at("1990-01-01T00:00:00Z")..<at("2020-01-01T00:00:00Z")
            let forwards = Array(timetable.occurrences(in: range))
            #expect(forwards.count >= 10_955, "a run for nearly each day: \(forwards.count) of \(text) in \(name)")
            var backwards: [Instant] = []
            var instant = range.upperBound
            while let previous = timetable.previous(before: instant), previous >= range.lowerBound {
                backwards.append(previous)
                instant = previous
            }
            #expect(backwards.reversed() == forwards, "\(text) in \(name), seed \(seed.value)")
        }
    }

    @Test("are found from any instant, and end where time does")
    func ends() throws {
        for text in ["* * * * *", "0 3 * * *", "every 6h", "nightly between 22:00 and 05:00", "0 0 29 2 *"] {
            for zone in [Zone.utc, try Zones.zone("Europe/Berlin")] {
                let timetable = Timetable(try Recurrence(parsing: text), in: zone)
                for instant in [Instant.distantPast, .distantFuture, Instant(.min), Instant(.max)] {
                    #expect(timetable.next(after: instant) == nil && timetable.previous(before: instant) == nil)
                }
                let far = Instant(400_000_000_000)
                #expect(
                    try #require(timetable.next(after: far)) > far && #require(timetable.previous(before: far)) < far)
            }
        }
    }
}
