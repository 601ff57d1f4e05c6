internal import Model

/// Instants that are one period apart: `every 6h`, `every 90m from 2026-01-01T00:30:00Z`.
///
/// Counts real time, so clocks that are put forward or back change nothing. Without `from`, periods are counted from
/// 1970-01-01T00:00:00Z: `every 6h` is 00:00, 06:00, 12:00 and 18:00 UTC, whenever the program was started.
public struct Interval: Hashable, Sendable {
    /// The seconds between two instants.
    public let period: Int64
    /// One of the instants.
    public let anchor: Instant

    /// The shortest period.
    public static let periodMin: Int64 = 60
    /// The longest period: ten years of 365 days.
    public static let periodMax: Int64 = 10 * 31_536_000

    /// An interval; the period is brought within its limits.
    public init(period: Int64, anchor: Instant = Instant(0)) {
        self.period = min(max(period, Self.periodMin), Self.periodMax)
        self.anchor = anchor
    }

    /// The first instant after `instant`.
    public func next(after instant: Instant) -> Instant {
        anchor + ((instant - anchor).flooredQuotient(by: period) + 1) * period
    }

    /// The last instant before `instant`.
    public func previous(before instant: Instant) -> Instant {
        anchor + (instant - anchor - 1).flooredQuotient(by: period) * period
    }
}
