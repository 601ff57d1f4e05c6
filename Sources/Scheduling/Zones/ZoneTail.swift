internal import Model

/// The rules that go on after a zone's last known change: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// The form is that of the variable TZ in POSIX.1-2017, section 8.3, with the hours from -167 to 167 that RFC 9636 adds.
struct ZoneTail {
    /// The clock of standard time.
    let standard: ZoneClock
    /// The other clock, and the days on which it begins and ends; nil where there is none.
    let summer: (clock: ZoneClock, begins: ZoneTailDay, ends: ZoneTailDay)?

    /// The last year that the change from which rules go on may lie in.
    private static let yearMax: Int64 = 9999

    /// Appends what the rules give for 400 years after the last of `changes`.
    ///
    /// - Returns: from when on those 400 years repeat; nil where the last clock stays for ever.
    func extend(_ changes: inout [ZoneChange]) -> Int64? {
        guard let summer else { return nil }
        let last = changes.last?.at
        let firstYear = last.map { CivilMinute($0.flooredQuotient(by: 60)).date.year } ?? 1800
        guard firstYear <= Self.yearMax else { return nil }
        for year in firstYear...firstYear + 401 {
            for change in self.changes(in: year, summer) where last.map({ change.at > $0 }) ?? true {
                // Where one ends as the other begins, as in a zone that is always in summer time, the latter counts.
                if changes.last?.at == change.at { changes.removeLast() }
                changes.append(change)
            }
        }
        return ZoneTailDay.start(of: firstYear + 401) * 86_400
    }

    /// The two changes of a year, in the order of time; of two at once the beginning of summer time comes last.
    private func changes(
        in year: Int64, _ summer: (clock: ZoneClock, begins: ZoneTailDay, ends: ZoneTailDay)
    ) -> [ZoneChange] {
        let begin = ZoneChange(at: summer.begins.local(in: year) - standard.offset, clock: summer.clock)
        let end = ZoneChange(at: summer.ends.local(in: year) - summer.clock.offset, clock: standard)
        return begin.at < end.at ? [begin, end] : [end, begin]
    }
}

/// A day of the year on which clocks change, and when.
struct ZoneTailDay {
    /// How the day is named.
    enum Rule {
        /// `M3.5.0`: a weekday (0 is Sunday) of a week of a month; week 5 is the last.
        case weekday(month: Int64, week: Int64, weekday: Int64)
        /// `J60`: a day from 1 to 365, which is the same date in each year: 29 February has no number.
        case julian(Int64)
        /// `59`: a day from 0 to 365.
        case zeroBased(Int64)
    }

    let rule: Rule
    /// Seconds after midnight; possibly negative, or more than a day.
    let time: Int64

    /// The seconds since 1970-01-01T00:00:00, as clocks show them before the change.
    func local(in year: Int64) -> Int64 { day(in: year) * 86_400 + time }

    private func day(in year: Int64) -> Int64 {
        switch rule {
        case .zeroBased(let day): return Self.start(of: year) + day
        case .julian(let day):
            let isLeap = CivilDate.days(inMonth: 2, of: year) == 29
            return Self.start(of: year) + day - 1 + (isLeap && day >= 60 ? 1 : 0)
        case .weekday(let month, let week, let weekday):
            let first = Self.start(of: year, month: month)
            let ahead = (weekday - Int64(CivilMinute.weekday(ofDay: first)) + 7) % 7
            let day = ahead + (week - 1) * 7
            return first + (day < CivilDate.days(inMonth: month, of: year) ? day : day - 7)
        }
    }

    /// The days from 1970 to the first day of a month.
    static func start(of year: Int64, month: Int64 = 1) -> Int64 {
        CivilDate(year: year, month: month, day: 1)?.daysSince1970 ?? 0
    }
}
