/// A recurrence by the clocks of a zone: the instants at which something is due.
///
/// **Where clocks are put forward** over a time that a cron expression names, it is due at the first instant after the gap;
/// several such times are due there once. **Where they are put back**, it is due at the first of two equal times. An
/// expression that names all 24 hours follows the clock instead: it is due whenever clocks show a minute that it names, so
/// a skipped minute is left out and a repeated one is due twice. Intervals count real time. Nights open at the first of two
/// equal times and close at the last.
///
/// No two occurrences are at one instant, and they are found in any order with the same result.
public struct Timetable: Hashable, Sendable {
    /// What recurs.
    public let recurrence: Recurrence
    /// By whose clocks.
    public let zone: Zone

    /// A timetable.
    public init(_ recurrence: Recurrence, in zone: Zone) {
        self.recurrence = recurrence
        self.zone = zone
    }

    /// The first occurrence after `instant`; nil where there is none for decades.
    public func next(after instant: Instant) -> Instant? {
        guard Self.range.contains(instant) else { return nil }
        return switch recurrence.kind {
        case .cron(let cron): cron.isHourly ? nextByClock(cron, instant) : nextByDay(cron, instant)
        case .every(let interval): interval.next(after: instant)
        case .nightly(let window, _): window.next(after: instant, in: zone)?.lowerBound
        }
    }

    /// The last occurrence before `instant`; nil where there was none for decades.
    public func previous(before instant: Instant) -> Instant? {
        guard Self.range.contains(instant) else { return nil }
        return switch recurrence.kind {
        case .cron(let cron): cron.isHourly ? previousByClock(cron, instant) : previousByDay(cron, instant)
        case .every(let interval): interval.previous(before: instant)
        case .nightly(let window, _): window.previous(before: instant, in: zone)?.lowerBound
        }
    }

    /// The occurrences within `range`, the earliest first, found as they are asked for.
    public func occurrences(in range: Range<Instant>) -> some Sequence<Instant> {
        sequence(state: range.lowerBound - 1) { last -> Instant? in
            guard let next = next(after: last), next < range.upperBound else { return nil }
            last = next
            return next
        }
    }

    /// The night that belongs to an occurrence; nil where the recurrence is not nightly.
    public func night(of due: Instant) -> Range<Instant>? {
        guard case .nightly(let window, _) = recurrence.kind else { return nil }
        return window.open(at: due, in: zone)
    }

    /// The instants from which occurrences are looked for: some 17,000 years around 1970.
    private static let range = Instant(-1 << 39)...Instant(1 << 39)

    /// How far clocks can have been put back shortly before an instant: the longest known is a day.
    private static let reach = ZoneClock.offsetMax + 1
}

// Expressions that name a time of the day: each civil minute is due once.
extension Timetable {
    private func nextByDay(_ cron: CronExpression, _ instant: Instant) -> Instant? {
        // Minutes before this one are due at or before `instant`.
        var from = zone.minute(at: instant)
        while let minute = cron.first(from: from) {
            let due = zone.first(of: minute)
            if due > instant { return due }
            from = CivilMinute(minute.index + 1)
        }
        return nil
    }

    private func previousByDay(_ cron: CronExpression, _ instant: Instant) -> Instant? {
        // Clocks that were put back have shown later minutes already.
        let latest = max(zone.offset(at: instant), zone.offset(at: instant - Self.reach), latestOffset(before: instant))
        var from = CivilMinute((instant.seconds + latest).flooredQuotient(by: 60))
        while let minute = cron.last(upTo: from) {
            let due = zone.first(of: minute)
            if due < instant { return due }
            from = CivilMinute(minute.index - 1)
        }
        return nil
    }

    /// The largest offset of clocks in the day before `instant`.
    private func latestOffset(before instant: Instant) -> Int64 {
        var span = zone.span(at: instant - Self.reach)
        var latest = span.offset
        while span.end <= instant {
            span = zone.span(at: span.end)
            latest = max(latest, span.offset)
        }
        return latest
    }
}

// Expressions that name all hours: due whenever clocks show a minute that is named.
extension Timetable {
    private func nextByClock(_ cron: CronExpression, _ instant: Instant) -> Instant? {
        var (span, after) = (zone.span(at: instant + 1), instant)
        while true {
            // The first minute that begins after `after`, by the clocks of this span.
            let from = CivilMinute((after.seconds + span.offset).flooredQuotient(by: 60) + 1)
            guard let minute = cron.first(from: from) else { return nil }
            let due = Instant(minute.seconds - span.offset)
            if due < span.end { return due }
            after = span.end - 1
            span = zone.span(at: span.end)
        }
    }

    private func previousByClock(_ cron: CronExpression, _ instant: Instant) -> Instant? {
        var (span, before) = (zone.span(at: instant - 1), instant)
        while true {
            // The last minute that begins before `before`, by the clocks of this span.
            let upTo = CivilMinute((before.seconds - 1 + span.offset).flooredQuotient(by: 60))
            guard let minute = cron.last(upTo: upTo) else { return nil }
            let due = Instant(minute.seconds - span.offset)
            if due >= span.start { return due }
            before = span.start
            span = zone.span(at: span.start - 1)
        }
    }
}
