/// A span of time as people write it: `90s`, `15m`, `4h`, `7d`, `2w`, `1y`, or several such one behind the other.
///
/// A day has 24 hours, a week seven days, a year 365 days.
public struct Period: Hashable, Sendable {
    /// Its length.
    public let seconds: Int64

    private static let units: [Character: Int64] = [
        "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000,
    ]

    /// Reads a span; nil where `text` is none.
    public init?(parsing text: String) {
        guard !text.isEmpty else { return nil }
        var sum: Int64 = 0
        var digits = ""
        for character in text {
            if character.isASCII, character.isNumber {
                digits.append(character)
                continue
            }
            guard let unit = Self.units[character], let count = Int64(digits) else { return nil }
            let (part, tooLong) = count.multipliedReportingOverflow(by: unit)
            let (next, tooMuch) = sum.addingReportingOverflow(part)
            guard !tooLong, !tooMuch else { return nil }
            sum = next
            digits = ""
        }
        // A bare zero needs no unit.
        guard digits.isEmpty || text == "0" else { return nil }
        seconds = sum
    }
}
