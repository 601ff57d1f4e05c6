extension Timestamp {
    /// Reads an instant as RFC 3339 writes it: `2026-11-23T13:05:00Z`, `2026-11-23 14:05:00.25+01:00`.
    ///
    /// Letters may be small and a space may stand for the `T`; digits of a second beyond the ninth are dropped; a leap
    /// second (`:60`) is the second after `:59`, as POSIX counts.
    ///
    /// - Returns: nil where the text is anything else or names a day that no calendar has.
    public init?(rfc3339 text: String) {
        var rest = Array(text.utf8)[...]
        guard let days = Self.takeDate(&rest), Self.take(&rest, oneOf: "Tt "), let time = Self.takeTime(&rest),
            let fraction = Self.takeFraction(&rest), let offset = Self.takeOffset(&rest), rest.isEmpty
        else { return nil }
        self.init(seconds: days * 86_400 + time - offset, nanoseconds: fraction)
    }

    /// The instant in UTC as RFC 3339 writes it, with as many digits of a second as it has: `2026-11-23T13:05:00.25Z`.
    ///
    /// Years outside 0 ... 9999, which RFC 3339 has no form for, are written with their sign and all their digits.
    public var rfc3339: String {
        let (day, second) = seconds.flooredDivision(by: 86_400)
        let date = CivilDate(daysSince1970: day)
        var out = "\(Self.year(date.year))-\(Self.padded(date.month, to: 2))-\(Self.padded(date.day, to: 2))T"
        out += "\(Self.padded(second / 3600, to: 2)):\(Self.padded(second / 60 % 60, to: 2)):"
        out += Self.padded(second % 60, to: 2)
        if nanoseconds > 0 {
            var digits = Self.padded(Int64(nanoseconds), to: 9)
            while digits.last == "0" { digits.removeLast() }
            out += "." + digits
        }
        return out + "Z"
    }
}

// The pieces of the text.
extension Timestamp {
    /// `YYYY-MM-DD`, as days since 1970-01-01.
    private static func takeDate(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let year = takeNumber(&rest, digits: 4), take(&rest, oneOf: "-"),
            let month = takeNumber(&rest, digits: 2), take(&rest, oneOf: "-"),
            let day = takeNumber(&rest, digits: 2)
        else { return nil }
        return CivilDate(year: year, month: month, day: day)?.daysSince1970
    }

    /// `hh:mm:ss`, as seconds of the day.
    private static func takeTime(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        guard let hour = takeNumber(&rest, digits: 2), hour < 24, take(&rest, oneOf: ":"),
            let minute = takeNumber(&rest, digits: 2), minute < 60, take(&rest, oneOf: ":"),
            let second = takeNumber(&rest, digits: 2), second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// `.` and digits, if there are any, as nanoseconds.
    private static func takeFraction(_ rest: inout ArraySlice<UInt8>) -> UInt32? {
        guard take(&rest, oneOf: ".") else { return 0 }
        let digits = rest.prefix { isDigit($0) }
        guard !digits.isEmpty else { return nil }
        rest = rest.dropFirst(digits.count)
        var nanoseconds: UInt32 = 0
        for index in 0..<9 {
            nanoseconds *= 10
            if index < digits.count { nanoseconds += UInt32(digits[digits.startIndex + index] - 0x30) }
        }
        return nanoseconds
    }

    /// `Z` or `+hh:mm` or `-hh:mm`, as seconds east of Greenwich.
    private static func takeOffset(_ rest: inout ArraySlice<UInt8>) -> Int64? {
        if take(&rest, oneOf: "Zz") { return 0 }
        guard let sign = rest.first, take(&rest, oneOf: "+-"),
            let hours = takeNumber(&rest, digits: 2), hours < 24, take(&rest, oneOf: ":"),
            let minutes = takeNumber(&rest, digits: 2), minutes < 60
        else { return nil }
        return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    private static func takeNumber(_ rest: inout ArraySlice<UInt8>, digits: Int) -> Int64? {
        let head = rest.prefix(digits)
        guard head.count == digits, head.allSatisfy({ isDigit($0) }) else { return nil }
        rest = rest.dropFirst(digits)
        return head.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, oneOf characters: StaticString) -> Bool {
        let found = characters.withUTF8Buffer { rest.first.map($0.contains) ?? false }
        if found { rest = rest.dropFirst() }
        return found
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func padded(_ value: Int64, to width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func year(_ year: Int64) -> String {
        if (0...9999).contains(year) { return padded(year, to: 4) }
        return (year < 0 ? "-" : "+") + padded(Int64(year.magnitude), to: 4)
    }
}
