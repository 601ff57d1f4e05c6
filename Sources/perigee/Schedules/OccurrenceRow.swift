internal import Model
internal import Scheduling

/// An occurrence of a schedule, as it is printed.
struct OccurrenceRow: Encodable {
    /// When it is due, in UTC.
    let due: String
    /// The same by the clocks of the zone: `2026-03-29T03:00:00+02:00`.
    let local: String
    /// The day of the week by these clocks.
    let weekday: String
    /// What people call them: `CEST`.
    let clock: String
    /// When the night ends, in UTC; nil where the schedule is not nightly.
    let closes: String?
    /// What clocks do about it; nil where they do nothing.
    let note: String?

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    /// The occurrence of `timetable` at `due`.
    init(_ due: Instant, of timetable: Timetable) {
        let clock = timetable.zone.span(at: due).clock
        self.due = due.rfc3339
        local = (due + clock.offset).rfc3339.dropLast() + Self.distance(clock.offset)
        weekday = Self.weekdays[timetable.zone.minute(at: due).weekday]
        self.clock = clock.abbreviation
        closes = timetable.night(of: due)?.upperBound.rfc3339
        note = Self.note(due, timetable)
    }

    /// How far clocks are ahead: `+02:00`; seconds, which some old ones had, are left away.
    private static func distance(_ offset: Int64) -> String {
        let minutes = offset.magnitude / 60
        func two(_ value: UInt64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    }

    private static func note(_ due: Instant, _ timetable: Timetable) -> String? {
        guard case .cron(let cron) = timetable.recurrence.kind else { return nil }
        let minute = timetable.zone.minute(at: due)
        guard cron.contains(minute) else { return "clocks are put forward over the time that is named" }
        guard case .twice(let first, _) = timetable.zone.reading(of: minute) else { return nil }
        return due == first ? "clocks come to this time twice: the first" : "clocks come to this time twice: the second"
    }
}
