internal import Model

/// The days that the two day fields and the month field of a cron expression name.
struct CronDays: Hashable, Sendable {
    /// A bit for each month, from 1 on.
    var months: UInt32 = 0

    /// A bit for each day of the month, from 1 on.
    var monthDays: UInt32 = 0
    /// `L-3`: a bit for each number of days before the last of the month, from 0 on.
    var daysBeforeLast: UInt32 = 0
    /// `15W`: a bit for each day whose nearest weekday, Monday to Friday, in the same month is meant.
    var nearestWeekdays: UInt32 = 0
    /// `LW`: the last weekday, Monday to Friday, of the month.
    var isLastWeekday = false

    /// A bit for each day of the week, from 0, Sunday, to 6.
    var weekdays: UInt32 = 0
    /// `5L`: a bit for each day of the week whose last one of the month is meant.
    var lastWeekdays: UInt32 = 0
    /// `5#2`: a bit for each day of the week and number of it in the month, at 8 * number + day.
    var numberedWeekdays: UInt64 = 0

    /// Whether the field does not begin with `*`.
    var isMonthDayRestricted = false
    /// Whether the field does not begin with `*`.
    var isWeekdayRestricted = false

    /// Whether the day is named: by either field where both are restricted, else by both.
    func contains(_ date: CivilDate, weekday: Int) -> Bool {
        guard months.has(Int(date.month)) else { return false }
        let (day, length) = (Int(date.day), Int(CivilDate.days(inMonth: date.month, of: date.year)))
        let byMonth = hasMonthDay(day, length, weekday)
        if isMonthDayRestricted && isWeekdayRestricted { return byMonth || hasWeekday(day, length, weekday) }
        return byMonth && hasWeekday(day, length, weekday)
    }

    private func hasMonthDay(_ day: Int, _ length: Int, _ weekday: Int) -> Bool {
        if monthDays.has(day) || daysBeforeLast.has(length - day) { return true }
        if isLastWeekday, Self.nearestWeekday(to: length, length, weekday + length - day) == day { return true }
        guard nearestWeekdays != 0 else { return false }
        // No nearest weekday is further away than from the 1st, a Saturday, to the 3rd.
        return (max(1, day - 2)...min(length, day + 2)).contains { wanted in
            nearestWeekdays.has(wanted) && Self.nearestWeekday(to: wanted, length, weekday + wanted - day) == day
        }
    }

    private func hasWeekday(_ day: Int, _ length: Int, _ weekday: Int) -> Bool {
        if weekdays.has(weekday) || (lastWeekdays.has(weekday) && day + 7 > length) { return true }
        return numberedWeekdays >> UInt64(8 * ((day - 1) / 7 + 1) + weekday) & 1 == 1
    }

    /// The day from Monday to Friday that is nearest to `day`, which is a `weekday`, within the month.
    private static func nearestWeekday(to day: Int, _ length: Int, _ weekday: Int) -> Int {
        switch (weekday % 7 + 7) % 7 {
        case 6: day > 1 ? day - 1 : day + 2
        case 0: day < length ? day + 1 : day - 2
        default: day
        }
    }
}

extension FixedWidthInteger {
    /// Whether the bit at `index` is set; there are none outside.
    func has(_ index: Int) -> Bool { index >= 0 && index < Self.bitWidth && self >> Self(index) & 1 == 1 }
}
