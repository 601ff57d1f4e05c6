internal import Model

// From what local clocks show to instants, and back.
extension Zone {
    /// The seconds since 1970-01-01T00:00:00 that local clocks show at `instant`.
    public func local(at instant: Instant) -> Int64 { instant.seconds + offset(at: instant) }

    /// The minute that local clocks show at `instant`.
    public func minute(at instant: Instant) -> CivilMinute {
        CivilMinute(local(at: instant).flooredQuotient(by: 60))
    }

    /// When local clocks show the beginning of `minute`.
    public func reading(of minute: CivilMinute) -> CivilReading { reading(ofLocal: minute.seconds) }

    /// The first instant at which local clocks show `minute`; where they skip it, the first instant after the gap.
    public func first(of minute: CivilMinute) -> Instant { reading(of: minute).first }

    /// The last instant at which local clocks come to `minute`; where they skip it, the first instant after the gap.
    public func last(of minute: CivilMinute) -> Instant { reading(of: minute).last }

    /// When local clocks show a number of seconds since 1970-01-01T00:00:00.
    func reading(ofLocal local: Int64) -> CivilReading {
        let reach = ZoneClock.offsetMax + 1
        let near = span(at: Instant(local))
        if near.start.seconds < local - 2 * reach, near.end.seconds > local + 2 * reach {
            return .once(Instant(local - near.offset))
        }
        var found: [Instant] = []
        var gap: Instant?
        var span = span(at: Instant(local - reach))
        while true {
            let instant = Instant(local - span.offset)
            if span.contains(instant) { found.append(instant) }
            guard span.end.seconds <= local + reach else { break }
            let next = self.span(at: span.end)
            let skipped =
                span.end.seconds + span.offset..<max(span.end.seconds + next.offset, span.end.seconds + span.offset)
            if gap == nil, skipped.contains(local) { gap = span.end }
            span = next
        }
        if found.count > 1 { return .twice(found[0], found[found.count - 1]) }
        return found.first.map { .once($0) } ?? .skipped(gap ?? Instant(local - near.offset))
    }
}

/// When local clocks show a time.
public enum CivilReading: Hashable, Sendable {
    /// At one instant, as nearly always.
    case once(Instant)
    /// At two, because the clocks were put back in between.
    case twice(Instant, Instant)
    /// Never, because the clocks were put forward at this instant, over it.
    case skipped(Instant)

    /// The first of the instants, or the end of the gap.
    public var first: Instant {
        switch self {
        case .once(let instant), .twice(let instant, _), .skipped(let instant): instant
        }
    }

    /// The last of the instants, or the end of the gap.
    public var last: Instant {
        switch self {
        case .once(let instant), .twice(_, let instant), .skipped(let instant): instant
        }
    }
}

extension Int64 {
    /// The quotient rounded down; `divisor` is positive.
    func flooredQuotient(by divisor: Int64) -> Int64 { flooredDivision(by: divisor).quotient }
}
