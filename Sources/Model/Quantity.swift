/// A number and the unit that follows it, as people write them: `64 KiB`, `1.5h`, `50MB/s`.
public struct Quantity: Hashable, Sendable {
    /// The number before the unit; finite and not negative.
    public let number: Double
    /// What follows the number, without the space between; possibly empty.
    public let unit: String

    /// Splits `text` into a decimal number and a unit; nil where it does not begin with a number.
    public init?(parsing text: String) {
        let trimmed = text.drop { $0 == " " }
        let digits = trimmed.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let number = Double(String(digits)), number.isFinite else { return nil }
        self.number = number
        var unit = trimmed.dropFirst(digits.count).drop { $0 == " " }
        while unit.last == " " { unit.removeLast() }
        self.unit = String(unit)
    }

    /// `value` with exactly `places` decimals, rounded half away from zero: `decimal(2, places: 1)` is `2.0`.
    public static func decimal(_ value: Double, places: Int) -> String {
        guard value.isFinite else { return "\(value)" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (value.magnitude * scale).rounded()
        guard scaled < 0x1p63 else { return "\(value)" }
        let whole = UInt64(scaled)
        let sign = value < 0 && whole > 0 ? "-" : ""
        guard places > 0 else { return sign + String(whole) }
        let fraction = String(whole % UInt64(scale))
        let padding = String(repeating: "0", count: places - fraction.count)
        return "\(sign)\(whole / UInt64(scale)).\(padding)\(fraction)"
    }

    /// `value` with thousands apart: `78,123`.
    public static func grouped(_ value: some BinaryInteger) -> String {
        let digits = String(value.magnitude)
        var out = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { out.append(",") }
            out.append(digit)
        }
        return (value < 0 ? "-" : "") + out
    }
}
