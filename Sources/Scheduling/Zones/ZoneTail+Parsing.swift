extension ZoneTail {
    /// Reads the form of the variable TZ; nil where it is anything else.
    init?(parsing text: String) {
        var rest = Array(text.utf8)[...]
        guard let standard = Self.takeName(&rest), let west = Self.takeTime(&rest, hoursMax: 24) else { return nil }
        self.standard = ZoneClock(offset: -west, abbreviation: standard)
        guard !rest.isEmpty else {
            summer = nil
            return
        }
        guard let name = Self.takeName(&rest) else { return nil }
        var offset = 3600 - west
        if let first = rest.first, first != UInt8(ascii: ",") {
            guard let west = Self.takeTime(&rest, hoursMax: 24) else { return nil }
            offset = -west
        }
        guard let begins = Self.takeDay(&rest), let ends = Self.takeDay(&rest), rest.isEmpty else { return nil }
        summer = (ZoneClock(offset: offset, isSummer: true, abbreviation: name), begins, ends)
    }

    /// `CET` or `<+0545>`.
    private static func takeName(_ rest: inout ArraySlice<UInt8>) -> String? {
        let isQuoted = take(&rest, "<")
        let name = rest.prefix { byte in
            let isLetter = (0x41...0x5a).contains(byte & 0xdf)
            return isLetter || isQuoted && (isDigit(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-"))
        }
        rest = rest.dropFirst(name.count)
        guard name.count >= 3, name.count <= 31, !isQuoted || take(&rest, ">") else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    /// `,M3.5.0/2`.
    private static func takeDay(_ rest: inout ArraySlice<UInt8>) -> ZoneTailDay? {
        guard take(&rest, ","), let rule = takeRule(&rest) else { return nil }
        guard take(&rest, "/") else { return ZoneTailDay(rule: rule, time: 7200) }
        return takeTime(&rest, hoursMax: 167).map { ZoneTailDay(rule: rule, time: $0) }
    }

    private static func takeRule(_ rest: inout ArraySlice<UInt8>) -> ZoneTailDay.Rule? {
        if take(&rest, "J") { return takeNumber(&rest, 1...365).map { .julian($0) } }
        guard take(&rest, "M") else { return takeNumber(&rest, 0...365).map { .zeroBased($0) } }
        guard let month = takeNumber(&rest, 1...12), take(&rest, "."), let week = takeNumber(&rest, 1...5),
            take(&rest, "."), let weekday = takeNumber(&rest, 0...6)
        else { return nil }
        return .weekday(month: month, week: week, weekday: weekday)
    }

    /// `-1`, `10:30`, `2:00:00`, as seconds.
    private static func takeTime(_ rest: inout ArraySlice<UInt8>, hoursMax: Int64) -> Int64? {
        let isNegative = take(&rest, "-")
        if !isNegative { _ = take(&rest, "+") }
        guard let hours = takeNumber(&rest, 0...hoursMax) else { return nil }
        var seconds = hours * 3600
        for unit: Int64 in [60, 1] {
            guard take(&rest, ":") else { break }
            guard let part = takeNumber(&rest, 0...59) else { return nil }
            seconds += part * unit
        }
        return isNegative ? -seconds : seconds
    }

    private static func takeNumber(_ rest: inout ArraySlice<UInt8>, _ range: ClosedRange<Int64>) -> Int64? {
        let digits = rest.prefix { isDigit($0) }
        guard !digits.isEmpty, digits.count <= 3 else { return nil }
        rest = rest.dropFirst(digits.count)
        let value = digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        return range.contains(value) ? value : nil
    }

    private static func take(_ rest: inout ArraySlice<UInt8>, _ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
