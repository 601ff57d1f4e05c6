/// When something is due, again and again, as people write it.
///
/// - `30 2 * * mon-fri`, `@daily`: see ``CronExpression``;
/// - `every 6h`, `every 90m from 2026-01-01T00:30:00Z`: see ``Interval``;
/// - `nightly between 22:00 and 05:00`, with `on mon-fri` for the days on which the nights begin, and `when cheapest` for a
///   start at the best price within the night instead of at once: see ``NightWindow`` and ``PriceCurve``.
public struct Recurrence: Hashable, Sendable {
    /// The three ways to say when.
    public enum Kind: Hashable, Sendable {
        /// Minutes by the calendar.
        case cron(CronExpression)
        /// Instants one period apart.
        case every(Interval)
        /// Once in each night, due as it opens.
        case nightly(NightWindow, isCheapest: Bool)
    }

    /// The text that it was read from.
    public let text: String
    /// Which way.
    public let kind: Kind

    /// Reads a recurrence.
    public init(parsing text: String) throws(SyntaxFault) {
        self.text = text
        let first = text.drop { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }.lowercased()
        switch first {
        case "every": kind = try RecurrenceParser(text).every()
        case "nightly": kind = try RecurrenceParser(text).nightly()
        default: kind = .cron(try CronExpression(parsing: text))
        }
    }
}
