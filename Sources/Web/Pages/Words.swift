internal import Model
internal import Scheduling

/// Figures for people, on pages.
enum Words {
    /// A size; a dash where it is not known.
    static func size(_ bytes: UInt64?) -> String { bytes.map { ByteCount($0).description } ?? "\u{2013}" }

    /// What something cost, in millionths of a dollar; nil where that is unknown, which is not the same as nothing.
    static func money(_ microdollars: Int64?) -> String {
        microdollars.map { "$\(Money(micros: $0).decimal)" } ?? "unknown"
    }

    /// Dollars with their cents: `$2,688.94`.
    static func dollars(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\u{2013}" }
        let cents = (abs(value) * 100).rounded()
        let sign = value < 0 && cents > 0 ? "-" : ""
        let fraction = Int(cents.truncatingRemainder(dividingBy: 100))
        return "\(sign)$\(Quantity.grouped(UInt64(cents / 100))).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    /// A speed; a dash where it is not known.
    static func rate(_ bytesPerSecond: Double?) -> String {
        bytesPerSecond.map { "\(ByteRate(bytesPerSecond: $0))" } ?? "\u{2013}"
    }

    /// A time that passes: `8 s`, `3 min`, `2 h 07 min`, `3 d 4 h`.
    static func duration(_ seconds: Double?) -> String {
        guard let seconds, seconds.isFinite, seconds >= 0, seconds < 1e12 else { return "\u{2013}" }
        if seconds == 0 { return "0 s" }
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        if whole < 86_400 { return "\(whole / 3600) h \(whole / 60 % 60) min" }
        return "\(whole / 86_400) d \(whole / 3600 % 24) h"
    }

    /// How long ago `instant` is, or how far away.
    static func distance(_ instant: Instant?, from now: Timestamp) -> String {
        guard let instant else { return "\u{2013}" }
        let seconds = instant.seconds - now.seconds
        return seconds >= 0 ? "in \(duration(Double(seconds)))" : "\(duration(Double(-seconds))) ago"
    }

    /// An instant, for people and machines.
    static func time(_ instant: Instant?) -> Markup {
        guard let instant else { return "\u{2013}" }
        let text = instant.rfc3339
        return .tag("time", ["datetime": text], .text(short(text)))
    }

    /// An instant, likewise.
    static func time(_ timestamp: Timestamp) -> Markup { time(Instant(timestamp)) }

    /// `2026-11-23 22:00:00` of the same as RFC 3339 has it.
    private static func short(_ text: String) -> String {
        guard text.utf8.count >= 20 else { return text }
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))"
    }

    /// A number with so many places.
    static func number(_ value: Double, _ places: Int = 2) -> String { Quantity.decimal(value, places: places) }

    /// A digest or ID, short.
    static func short(id: String) -> String { String(id.prefix(12)) }
}
