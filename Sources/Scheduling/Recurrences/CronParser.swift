/// Reads cron expressions.
struct CronParser {
    private let text: String
    private var days = CronDays()

    private static let shorthands = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    init(_ text: String) { self.text = text }

    /// The expression that the text is.
    func expression() throws(SyntaxFault) -> CronExpression {
        guard text.utf8.count <= CronExpression.lengthMax else {
            throw fault(text.prefix(0), "the expression is too long", "write at most \(CronExpression.lengthMax) bytes")
        }
        let words = text.split { $0 == " " || $0 == "\t" }
        if words.count == 1, words[0].first == "@" { return try shorthand(words[0]) }
        try checkCount(words)
        var copy = self
        let minutes = try copy.field(.minute, words[0])
        let hours = try copy.field(.hour, words[1])
        copy.days.monthDays = UInt32(try copy.field(.dayOfMonth, words[2]))
        copy.days.months = UInt32(try copy.field(.month, words[3]))
        let weekdays = try copy.field(.dayOfWeek, words[4])
        copy.days.weekdays = UInt32((weekdays | weekdays >> 7) & 0x7f)
        copy.days.isMonthDayRestricted = words[2].first != "*"
        copy.days.isWeekdayRestricted = words[4].first != "*"
        let out = CronExpression(text: text, minutes: minutes, hours: UInt32(hours), days: copy.days)
        guard out.first(from: CivilMinute(0)) != nil else {
            throw fault(
                text[words[2].startIndex..<words[3].endIndex], "no year has such a day",
                "name a day that the month has; L is the last one")
        }
        return out
    }

    private func shorthand(_ word: Substring) throws(SyntaxFault) -> CronExpression {
        if let long = Self.shorthands[word.lowercased()] {
            let read = try CronExpression(parsing: long)
            return CronExpression(text: text, minutes: read.minutes, hours: read.hours, days: read.days)
        }
        if word.lowercased() == "@reboot" {
            throw fault(word, "@reboot is no time", "name a time; what was missed is made up for by catch_up: once")
        }
        throw fault(
            word, "\(word) is no schedule",
            "write @hourly, @daily, @weekly, @monthly, @yearly, or the five fields of cron")
    }

    private func checkCount(_ words: [Substring]) throws(SyntaxFault) {
        if words.count < 5 {
            let missing = CronField.allCases[words.count...].map(\.title).joined(separator: ", ")
            throw fault(
                text.suffix(0), "\(words.isEmpty ? "nothing is" : "only \(words.count) of five fields are") here",
                "add what is missing: \(missing); * is any")
        }
        if words.count > 5 {
            throw fault(
                text[words[5].startIndex...], "there are \(words.count) fields, and cron has five",
                words.count == 6
                    ? "leave the seconds away; schedules count minutes"
                    : "write minute, hour, day, month, day of the week")
        }
    }

    /// The bits of a field; what is said by letters goes into ``days``.
    private mutating func field(_ field: CronField, _ word: Substring) throws(SyntaxFault) -> UInt64 {
        var bits: UInt64 = 0
        for item in word.split(separator: ",", omittingEmptySubsequences: false) {
            if item.isEmpty {
                throw fault(word, "a part of the list is empty", "take the comma away")
            }
            if try !special(field, item) { bits |= try range(field, item) }
        }
        return bits
    }

    /// `*`, `5`, `1-5`, each but the second with a step.
    private func range(_ field: CronField, _ item: Substring) throws(SyntaxFault) -> UInt64 {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let step = try parts.count == 2 ? self.step(field, parts[1]) : 1
        let (low, high) = try bounds(field, parts[0], hasStep: parts.count == 2)
        return stride(from: low, through: high, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private func step(_ field: CronField, _ text: Substring) throws(SyntaxFault) -> Int {
        let most = field.range.upperBound - field.range.lowerBound + 1
        guard let step = CronField.minute.number(text), step > 0, step <= most else {
            throw fault(text, "\"\(text)\" is no step for the \(field.title)", "write a number from 1 to \(most)")
        }
        return step
    }

    private func bounds(_ field: CronField, _ text: Substring, hasStep: Bool) throws(SyntaxFault) -> (Int, Int) {
        if text == "*" { return (field.range.lowerBound, field == .dayOfWeek ? 6 : field.range.upperBound) }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let low = try number(field, ends[0])
        guard ends.count == 2 else {
            if hasStep {
                throw fault(
                    text, "a step needs a range to go through", "write \(low)-\(field.range.upperBound)/..., or */...")
            }
            return (low, low)
        }
        let high = try number(field, ends[1])
        // A range up to Sunday ends with the week: fri-sun is 5-7.
        if field == .dayOfWeek, high == 0, low > 0 { return (low, 7) }
        guard low <= high else {
            let (from, to) = (field.range.lowerBound, field == .dayOfWeek ? 6 : field.range.upperBound)
            throw fault(text, "the range ends before it begins", "write \(low)-\(to),\(from)-\(high)")
        }
        return (low, high)
    }

    private func number(_ field: CronField, _ text: Substring) throws(SyntaxFault) -> Int {
        let names = field.names.isEmpty ? "" : ", or \(field.names[0]) to \(field.names[field.names.count - 1])"
        let remedy = "write \(field.range.lowerBound) to \(field.range.upperBound)\(names)"
        guard let number = field.number(text) else {
            let hint = text == "?" ? "write * for any" : remedy
            throw fault(text, text.isEmpty ? "a number is missing" : "\"\(text)\" is no \(field.title)", hint)
        }
        guard field.range.contains(number) else {
            throw fault(text, "there is no \(field.title) \(number)", remedy)
        }
        return number
    }

    func fault(_ part: Substring, _ message: String, _ remedy: String) -> SyntaxFault {
        SyntaxFault(text, part, message, remedy: remedy)
    }
}

// What is said by letters.
extension CronParser {
    /// Reads `L`, `L-3`, `15W`, `LW`, `5L`, `fri#2`; false where `item` is none of these.
    private mutating func special(_ field: CronField, _ item: Substring) throws(SyntaxFault) -> Bool {
        let text = item.lowercased()
        switch field {
        case .dayOfMonth where text == "l": days.daysBeforeLast |= 1
        case .dayOfMonth where text == "lw": days.isLastWeekday = true
        case .dayOfMonth where text.hasPrefix("l-"): days.daysBeforeLast |= 1 << UInt32(try before(item.dropFirst(2)))
        case .dayOfMonth where text.hasSuffix("w"):
            days.nearestWeekdays |= 1 << UInt32(try number(field, item.dropLast()))
        case .dayOfWeek where text == "l":
            throw fault(item, "L alone is no day of the week", "write sat, or 5L for the last Friday of the month")
        case .dayOfWeek where text.hasSuffix("l"):
            days.lastWeekdays |= 1 << UInt32(try number(field, item.dropLast()) % 7)
        case .dayOfWeek where text.contains("#"): try numbered(item)
        default: return false
        }
        return true
    }

    private func before(_ text: Substring) throws(SyntaxFault) -> Int {
        guard let days = CronField.minute.number(text), days <= 30 else {
            throw fault(
                text, "\"\(text)\" is no number of days before the last", "write L-1 to L-30, or L for the last")
        }
        return days
    }

    private mutating func numbered(_ item: Substring) throws(SyntaxFault) {
        let parts = item.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let weekday = try number(.dayOfWeek, parts[0]) % 7
        guard let number = CronField.minute.number(parts[1]), (1...5).contains(number) else {
            throw fault(parts[1], "no month has such a week", "write \(parts[0])#1 to \(parts[0])#5")
        }
        days.numberedWeekdays |= 1 << UInt64(8 * number + weekday)
    }
}
