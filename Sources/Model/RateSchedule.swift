/// How much may pass in a second, by the time of day: `50MB/s`, or `08:00-18:00=10MB/s,22:00-06:00=none,else=1Gbit/s`.
public struct RateSchedule: Hashable, Sendable {
    /// A part of each day with a rate of its own.
    struct Window: Hashable, Sendable {
        /// The first minute of it, counted from midnight.
        var start: Int
        /// The first minute after it; before the start where it goes past midnight.
        var end: Int
        /// The rate; nil for no limit.
        var rate: ByteRate?

        func contains(_ minute: Int) -> Bool {
            start < end ? (start..<end).contains(minute) : minute >= start || minute < end
        }
    }

    private var windows: [Window] = []
    private var otherwise: ByteRate?

    /// The same rate all day; nil for no limit.
    public init(_ rate: ByteRate?) { otherwise = rate }

    /// Reads a rate, or windows with their rates and `else`; `none` is no limit, and so is the time that nothing names.
    ///
    /// - Returns: nil where the text is no such thing, or two windows overlap.
    public init?(parsing text: String) {
        if !text.contains("=") {
            guard let rate = Self.rate(text) else { return nil }
            otherwise = rate
            return
        }
        var hasElse = false
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let rate = Self.rate(String(sides[1])) else { return nil }
            let name = sides[0].filter { $0 != " " }
            if name == "else" {
                guard !hasElse else { return nil }
                (hasElse, otherwise) = (true, rate)
                continue
            }
            let times = name.split(separator: "-", omittingEmptySubsequences: false).map { Self.minute($0) }
            guard times.count == 2, let start = times[0], let end = times[1], start != end else { return nil }
            windows.append(Window(start: start, end: end, rate: rate))
        }
        let isOverlapping = (0..<1440).contains { minute in windows.count { $0.contains(minute) } > 1 }
        if isOverlapping { return nil }
    }

    /// The rate at `minute` of the day, counted from midnight; nil for no limit.
    public func rate(atMinute minute: Int) -> ByteRate? {
        guard let window = windows.first(where: { $0.contains(minute) }) else { return otherwise }
        return window.rate
    }

    /// A rate, or no limit; nil where it is neither.
    private static func rate(_ text: String) -> ByteRate?? {
        let trimmed = text.filter { $0 != " " }
        if trimmed == "none" { return .some(nil) }
        return ByteRate(parsing: trimmed).map { .some($0) }
    }

    /// `08:30` as minutes from midnight; `24:00` is the end of the day.
    private static func minute(_ text: some StringProtocol) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy { "0"..."9" ~= $0 } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }
}

extension RateSchedule {
    /// The tightest of several at each minute; no limit where there is none.
    public init(tightestOf schedules: [RateSchedule]) {
        let rates = (0..<1440).map { minute in schedules.compactMap { $0.rate(atMinute: minute) }.min() }
        self.init(rates[0])
        var start = 0
        while start < rates.count {
            let end = rates[start...].firstIndex { $0 != rates[start] } ?? rates.count
            if rates[start] != rates[0] { windows.append(Window(start: start, end: end, rate: rates[start])) }
            start = end
        }
    }
}

extension RateSchedule: CustomStringConvertible {
    /// The schedule as it can be read again.
    public var description: String {
        func text(_ rate: ByteRate?) -> String {
            guard let rate else { return "none" }
            let bytes = UInt64(min(rate.bytesPerSecond, 0x1p62).rounded(.up))
            let units: [(name: String, bytes: UInt64)] = [("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1000)]
            let unit = units.first { bytes % $0.bytes == 0 } ?? ("B", 1)
            return "\(bytes / unit.bytes)\(unit.name)/s"
        }
        func clock(_ minute: Int) -> String {
            [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        }
        if windows.isEmpty { return text(otherwise) }
        let parts = windows.map { "\(clock($0.start))-\(clock($0.end))=\(text($0.rate))" }
        return (parts + ["else=\(text(otherwise))"]).joined(separator: ",")
    }
}
