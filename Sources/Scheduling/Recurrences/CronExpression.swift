internal import Model

/// Minutes that recur, named as cron does: minute, hour, day of the month, month, day of the week.
///
/// Each field is `*`, or a list of numbers or names and ranges of them, with steps: `*/15`, `1-5`, `mon-fri`, `8-18/2,22`.
/// Sunday is 0 and 7. The day of the month knows `L` (the last), `L-3` (three before it), `15W` (the weekday nearest to
/// the 15th, in the same month) and `LW` (the last weekday); the day of the week knows `5L` (the last Friday) and
/// `fri#2` (the second). `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` are known.
///
/// **Both day fields**: where neither begins with `*`, a day is meant that *either* names; else one that both name.
public struct CronExpression: Hashable, Sendable {
    /// The text that it was read from.
    public let text: String
    /// A bit for each minute of the hour.
    let minutes: UInt64
    /// A bit for each hour of the day.
    let hours: UInt32
    let days: CronDays

    /// How far a next minute is looked for: the longest wait of all is for a 29 February that is the fifth of its weekday,
    /// 40 years across a turn of the century.
    static let searchDaysMax: Int64 = 366 * 41

    /// The longest text that is read, in bytes.
    public static let lengthMax = 512

    /// Reads an expression.
    ///
    /// - Throws: where it is none, or names no day that any calendar has.
    public init(parsing text: String) throws(SyntaxFault) { self = try CronParser(text).expression() }

    init(text: String, minutes: UInt64, hours: UInt32, days: CronDays) {
        self.text = text
        self.minutes = minutes
        self.hours = hours
        self.days = days
    }

    /// Whether it names a minute in each hour of the day, and so follows the clock rather than the day.
    var isHourly: Bool { hours == 0xff_ffff }

    /// Whether it names `minute`.
    public func contains(_ minute: CivilMinute) -> Bool {
        let (hour, rest) = minute.minuteOfDay.quotientAndRemainder(dividingBy: 60)
        return minutes.has(rest) && hours.has(hour) && days.contains(minute.date, weekday: minute.weekday)
    }

    /// The first minute from `minute` on that it names.
    public func first(from minute: CivilMinute) -> CivilMinute? {
        var minuteOfDay = minute.minuteOfDay
        for day in minute.day..<minute.day + Self.searchDaysMax {
            if hasDay(day), let found = firstMinute(from: minuteOfDay) {
                return CivilMinute(day: day, minuteOfDay: found)
            }
            minuteOfDay = 0
        }
        return nil
    }

    /// The last minute up to `minute` that it names.
    public func last(upTo minute: CivilMinute) -> CivilMinute? {
        var minuteOfDay = minute.minuteOfDay
        for back in 0..<Self.searchDaysMax {
            let day = minute.day - back
            if hasDay(day), let found = lastMinute(upTo: minuteOfDay) {
                return CivilMinute(day: day, minuteOfDay: found)
            }
            minuteOfDay = 1439
        }
        return nil
    }

    private func hasDay(_ day: Int64) -> Bool {
        days.contains(CivilDate(daysSince1970: day), weekday: CivilMinute.weekday(ofDay: day))
    }

    private func firstMinute(from minuteOfDay: Int) -> Int? {
        let (hour, minute) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        let rest = (minutes >> UInt64(minute)) << UInt64(minute)
        if hours.has(hour), rest != 0 { return hour * 60 + rest.trailingZeroBitCount }
        let later = (hours >> UInt32(hour + 1)) << UInt32(hour + 1)
        return later == 0 ? nil : later.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount
    }

    private func lastMinute(upTo minuteOfDay: Int) -> Int? {
        let (hour, minute) = minuteOfDay.quotientAndRemainder(dividingBy: 60)
        let rest = minutes & (.max >> UInt64(63 - minute))
        if hours.has(hour), rest != 0 { return hour * 60 + 63 - rest.leadingZeroBitCount }
        let earlier = hours & ((1 << UInt32(hour)) - 1)
        return earlier == 0 ? nil : (31 - earlier.leadingZeroBitCount) * 60 + 63 - minutes.leadingZeroBitCount
    }
}
