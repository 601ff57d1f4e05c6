internal import Model

/// Reads recurrences that are written in words.
struct RecurrenceParser {
    private let text: String
    private var words: ArraySlice<Substring>

    init(_ text: String) {
        self.text = text
        words = text.split { $0 == " " || $0 == "\t" }[...]
    }

    /// Reads `every PERIOD [from INSTANT]`.
    func every() throws(SyntaxFault) -> Recurrence.Kind {
        var rest = self
        rest.words = rest.words.dropFirst()
        let word = try rest.take("a period is missing", "write every 6h, every 90m or every 7d")
        guard let period = Period(parsing: String(word))?.seconds else {
            throw fault(word, "\"\(word)\" is no period", "write 6h, 90m or 7d")
        }
        guard (Interval.periodMin...Interval.periodMax).contains(period) else {
            throw fault(word, "the period is too \(period < Interval.periodMin ? "short" : "long")", "write 1m to 10y")
        }
        guard let from = rest.words.popFirst() else { return .every(Interval(period: period)) }
        guard from.lowercased() == "from" else {
            throw fault(from, "\"\(from)\" cannot stand here", "end after the period, or write from and an instant")
        }
        let instant = try rest.take("an instant is missing", Self.instantRemedy)
        guard let anchor = Timestamp(rfc3339: String(instant)) else {
            throw fault(instant, "\"\(instant)\" is no instant", Self.instantRemedy)
        }
        try rest.end()
        return .every(Interval(period: period, anchor: Instant(anchor)))
    }

    /// Reads `nightly [on DAYS] between TIME and TIME [when cheapest]`.
    func nightly() throws(SyntaxFault) -> Recurrence.Kind {
        var rest = self
        rest.words = rest.words.dropFirst()
        var weekdays = NightWindow.allDays
        if rest.words.first?.lowercased() == "on" {
            rest.words.removeFirst()
            weekdays = try rest.days()
        }
        try rest.expect("between")
        let opens = try rest.time()
        try rest.expect("and")
        let closes = try rest.time()
        if opens == closes {
            throw fault(rest.lastWord, "the night closes as it opens", "write two times, as between 22:00 and 05:00")
        }
        let isCheapest = rest.words.first?.lowercased() == "when"
        if isCheapest {
            rest.words.removeFirst()
            try rest.expect("cheapest")
        }
        try rest.end()
        let window = NightWindow(opens: opens, closes: closes, weekdays: weekdays)
        return .nightly(window, isCheapest: isCheapest)
    }

    /// `[DAYS] TIME-TIME`, a window of each day or of some days of the week: `22:00-05:00`, `sat,sun 08:00-20:00`.
    func window() throws(SyntaxFault) -> NightWindow {
        var rest = self
        var weekdays = NightWindow.allDays
        if rest.words.count > 1 { weekdays = try rest.days() }
        let word = try rest.take("a window is missing", Self.windowRemedy)
        let ends = word.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let opens = Self.minute(ends[0]), let closes = Self.minute(ends[1]), opens != closes
        else {
            throw fault(word, "\"\(word)\" is no window", Self.windowRemedy)
        }
        try rest.end()
        return NightWindow(opens: opens, closes: closes, weekdays: weekdays)
    }

    private static let instantRemedy = "write an instant as 2026-01-01T00:30:00Z"
    private static let windowRemedy = "write 22:00-05:00, or mon-fri 22:00-05:00"
}

// The pieces of the text.
extension RecurrenceParser {
    private var lastWord: Substring { text.split { $0 == " " || $0 == "\t" }.dropLast(words.count).last ?? text[...] }

    private mutating func take(_ message: String, _ remedy: String) throws(SyntaxFault) -> Substring {
        guard let word = words.popFirst() else { throw fault(text.suffix(0), message, remedy) }
        return word
    }

    private mutating func expect(_ wanted: String) throws(SyntaxFault) {
        let remedy = "write nightly between 22:00 and 05:00, and when cheapest where you like"
        let word = try take("\"\(wanted)\" is missing", remedy)
        guard word.lowercased() == wanted else { throw fault(word, "\"\(wanted)\" should stand here", remedy) }
    }

    private func end() throws(SyntaxFault) {
        guard let word = words.first else { return }
        throw fault(word, "\"\(word)\" cannot stand here", "end before it")
    }

    private mutating func time() throws(SyntaxFault) -> Int {
        let word = try take("a time is missing", "write a time of the day as 22:00")
        guard let minute = Self.minute(word) else {
            throw fault(word, "\"\(word)\" is no time of the day", "write 00:00 to 23:59")
        }
        return minute
    }

    /// Days of the week, as cron writes them.
    private mutating func days() throws(SyntaxFault) -> UInt32 {
        let word = try take("the days are missing", "write days as mon-fri or sat,sun")
        do {
            return try CronExpression(parsing: "0 0 * * \(word)").days.weekdays
        } catch {
            throw fault(word, error.message, error.remedy)
        }
    }

    /// `08:30` as minutes from midnight.
    private static func minute(_ text: Substring) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            let hour = CronField.hour.number(parts[0]), let minute = CronField.minute.number(parts[1]), hour < 24,
            minute < 60
        else { return nil }
        return hour * 60 + minute
    }

    private func fault(_ part: Substring, _ message: String, _ remedy: String) -> SyntaxFault {
        SyntaxFault(text, part, message, remedy: remedy)
    }
}
