internal import Model

/// A part of each day, or of some days of the week, by the clocks of a zone: `22:00` to `05:00`.
///
/// It belongs to the day on which it opens. Where clocks are put back, it opens at the first and closes at the last of two
/// equal times; where they skip a time, that time is the end of the gap. A window whose two ends a gap swallows is none.
public struct NightWindow: Hashable, Sendable {
    /// The minute of the day at which it opens.
    public let opens: Int
    /// The minute of the day before which it closes; on the next day where it is not after ``opens``.
    public let closes: Int
    /// A bit for each day of the week, from 0, Sunday, to 6.
    let weekdays: UInt32

    /// All days of the week.
    static let allDays: UInt32 = 0x7f

    /// For how many days a window is looked for: a skipped one is rare, and the next week has it again.
    private static let searchDaysMax: Int64 = 30

    init(opens: Int, closes: Int, weekdays: UInt32 = Self.allDays) {
        self.opens = opens
        self.closes = closes
        self.weekdays = weekdays
    }

    /// The window that opens on the day that comes `day` days after 1970-01-01.
    func instants(onDay day: Int64, in zone: Zone) -> Range<Instant>? {
        guard weekdays.has(CivilMinute.weekday(ofDay: day)) else { return nil }
        let open = zone.first(of: CivilMinute(day: day, minuteOfDay: opens))
        let close = zone.last(of: CivilMinute(day: closes > opens ? day : day + 1, minuteOfDay: closes))
        return open < close ? open..<close : nil
    }

    /// The first window that opens after `instant`.
    public func next(after instant: Instant, in zone: Zone) -> Range<Instant>? {
        let today = zone.minute(at: instant).day
        return (today - 1..<today + Self.searchDaysMax).lazy.compactMap { instants(onDay: $0, in: zone) }
            .first { $0.lowerBound > instant }
    }

    /// The last window that opens before `instant`.
    public func previous(before instant: Instant, in zone: Zone) -> Range<Instant>? {
        let today = zone.minute(at: instant).day
        return (-2..<Self.searchDaysMax).lazy.compactMap { instants(onDay: today - $0, in: zone) }
            .first { $0.lowerBound < instant }
    }

    /// The window that is open at `instant`.
    public func open(at instant: Instant, in zone: Zone) -> Range<Instant>? {
        previous(before: instant + 1, in: zone).flatMap { $0.contains(instant) ? $0 : nil }
    }
}
