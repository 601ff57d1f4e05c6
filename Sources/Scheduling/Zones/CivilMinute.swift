public import Model

/// A minute as calendars and clocks show it, without a zone: `2026-03-29 02:30`.
public struct CivilMinute: Hashable, Comparable, Sendable {
    /// Minutes since 1970-01-01 00:00.
    public let index: Int64

    /// The minutes of a day.
    static let perDay: Int64 = 1440

    /// The minute so many after 1970-01-01 00:00.
    public init(_ index: Int64) { self.index = index }

    /// A minute of a day, counted from midnight; beyond 1439 it is one of the days after.
    public init(_ date: CivilDate, minuteOfDay: Int) {
        index = date.daysSince1970 * Self.perDay + Int64(minuteOfDay)
    }

    /// A minute of the day that comes `day` days after 1970-01-01.
    init(day: Int64, minuteOfDay: Int) { index = day * Self.perDay + Int64(minuteOfDay) }

    /// The days from 1970-01-01 to its day.
    var day: Int64 { index.flooredQuotient(by: Self.perDay) }

    /// Its day.
    public var date: CivilDate { CivilDate(daysSince1970: day) }

    /// The minutes since midnight.
    public var minuteOfDay: Int { Int(index.flooredDivision(by: Self.perDay).remainder) }

    /// The day of the week: 0 is Sunday, 6 is Saturday.
    public var weekday: Int { Self.weekday(ofDay: day) }

    /// The day of the week of the day that comes `day` days after 1970-01-01, which was a Thursday.
    static func weekday(ofDay day: Int64) -> Int { Int((day + 4).flooredDivision(by: 7).remainder) }

    /// Seconds from 1970-01-01 00:00:00 to its beginning.
    var seconds: Int64 { index * 60 }

    /// Orders by time.
    public static func < (a: CivilMinute, b: CivilMinute) -> Bool { a.index < b.index }
}

extension CivilMinute: CustomStringConvertible {
    /// `2026-03-29 02:30`.
    public var description: String {
        Timestamp(seconds: seconds).rfc3339.dropLast(":00Z".count).split(separator: "T").joined(separator: " ")
    }
}
