public import Model

/// An instant to the second, as schedules count: seconds since 1970 (UTC, no leap seconds).
///
/// Held within ``Instant/distantPast`` and ``Instant/distantFuture``, so that sums of instants and periods never overflow.
public struct Instant: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z.
    public let seconds: Int64

    private static let limit: Int64 = 1 << 40

    /// The earliest instant, some 34,000 years before 1970.
    public static let distantPast = Instant(-limit)
    /// The latest instant, some 34,000 years after 1970.
    public static let distantFuture = Instant(limit)

    /// The instant so many seconds after 1970; what lies beyond the limits becomes the limit.
    public init(_ seconds: Int64) { self.seconds = min(max(seconds, -Self.limit), Self.limit) }

    /// The second in which `timestamp` lies.
    public init(_ timestamp: Timestamp) { self.init(timestamp.seconds) }

    /// The instant in the form that the rest of the program uses.
    public var timestamp: Timestamp { Timestamp(seconds: seconds) }

    /// The instant in UTC: `2026-11-23T13:05:00Z`.
    public var rfc3339: String { timestamp.rfc3339 }

    /// Orders by time.
    public static func < (a: Instant, b: Instant) -> Bool { a.seconds < b.seconds }

    /// The instant so many seconds later.
    public static func + (a: Instant, seconds: Int64) -> Instant {
        let (sum, overflow) = a.seconds.addingReportingOverflow(seconds)
        return overflow ? (seconds > 0 ? .distantFuture : .distantPast) : Instant(sum)
    }

    /// The instant so many seconds earlier.
    public static func - (a: Instant, seconds: Int64) -> Instant {
        seconds == .min ? .distantFuture : a + -seconds
    }

    /// The seconds from `b` to `a`.
    public static func - (a: Instant, b: Instant) -> Int64 { a.seconds - b.seconds }
}

extension Instant: CustomStringConvertible {
    /// The instant in UTC.
    public var description: String { rfc3339 }
}

extension Instant: Codable {
    /// Decodes seconds since 1970.
    public init(from decoder: any Decoder) throws {
        self.init(try decoder.singleValueContainer().decode(Int64.self))
    }

    /// Encodes seconds since 1970.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(seconds)
    }
}
