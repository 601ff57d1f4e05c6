/// A time during which the clocks of a zone are ahead of UTC by one amount.
public struct ZoneSpan: Hashable, Sendable {
    /// The first instant of it.
    public let start: Instant
    /// The first instant after it.
    public let end: Instant
    /// What clocks show in it.
    public let clock: ZoneClock

    /// The seconds by which clocks are ahead of UTC.
    var offset: Int64 { clock.offset }

    func contains(_ instant: Instant) -> Bool { start <= instant && instant < end }
}

/// How the clocks of a zone are set.
public struct ZoneClock: Hashable, Sendable {
    /// The seconds by which they are ahead of UTC; negative in the west.
    public let offset: Int64
    /// Whether the zone's own rules call it summer time.
    public let isSummer: Bool
    /// What people call it: `CET`, `+0545`.
    public let abbreviation: String

    /// Clocks further from UTC than this are not believed (RFC 9636 allows less than 26 hours).
    static let offsetMax: Int64 = 26 * 3600 - 1

    /// Clocks that are ahead by `offset` seconds.
    public init(offset: Int64, isSummer: Bool = false, abbreviation: String) {
        self.offset = offset
        self.isSummer = isSummer
        self.abbreviation = abbreviation
    }
}
