/// An amount of money in whole micro-dollars; no binary fraction ever stands for it.
///
/// Sums that would pass ±9.2 million million dollars stay at the bound, where ``isAtBound`` tells; so a sum of many is
/// checked once, at its end.
public struct Money: Hashable, Comparable, Sendable, AdditiveArithmetic {
    /// Micro-dollars.
    public var micros: Int64

    /// An amount of `micros` micro-dollars.
    public init(micros: Int64) { self.micros = micros }

    /// An amount that may pass the bounds, and then stays at them.
    public init(clampingMicros micros: Int128) {
        self.micros = Int64(clamping: micros)
    }

    /// The amount nearest to so many dollars, half away from zero; NaN is nothing.
    public init(nearestDollars dollars: Double) {
        let micros = (dollars * 1e6).rounded()
        self.micros = micros.isNaN ? 0 : micros >= 0x1p63 ? .max : micros <= -0x1p63 ? .min : Int64(micros)
    }

    /// Reads `12.30`, `$12.30`, `-0.000001`: at most six decimals; nil where the text is no such amount.
    public init?(parsing text: String) {
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative { rest.removeFirst() }
        if rest.first == "$" { rest.removeFirst() }
        guard let value = DecimalText.scaled(rest, places: 6), let micros = Int64(exactly: value) else { return nil }
        self.micros = isNegative ? -micros : micros
    }

    /// Nothing.
    public static let zero = Money(micros: 0)

    /// Whether a sum has reached what this type can hold, so that the amount is not true.
    public var isAtBound: Bool { micros == .max || micros == .min }

    /// The amount in dollars, rounded to binary; for ratios and pictures, never for sums.
    public var dollars: Double { Double(micros) / 1e6 }

    /// Orders by amount.
    public static func < (a: Money, b: Money) -> Bool { a.micros < b.micros }

    /// The sum; stays at the bound where it would pass it.
    public static func + (a: Money, b: Money) -> Money { Money(clampingMicros: Int128(a.micros) + Int128(b.micros)) }

    /// The difference; stays at the bound where it would pass it.
    public static func - (a: Money, b: Money) -> Money { Money(clampingMicros: Int128(a.micros) - Int128(b.micros)) }

    /// So many times the amount.
    public static func * (a: Money, times: Int) -> Money { Money(clampingMicros: Int128(a.micros) * Int128(times)) }
}

extension Money: CustomStringConvertible {
    /// Dollars as exact decimal text with cents at least: `12.30`, `0.000012`, `-3.00`.
    public var decimal: String {
        var fraction = String(micros.magnitude % 1_000_000)
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2, fraction.last == "0" { fraction.removeLast() }
        return (micros < 0 ? "-" : "") + String(micros.magnitude / 1_000_000) + "." + fraction
    }

    /// The amount rounded to cents, half away from zero: `12.30`.
    public var cents: String {
        let cents = micros.magnitude / 10_000 + (micros.magnitude % 10_000 >= 5000 ? 1 : 0)
        let fraction = cents % 100
        let sign = micros < 0 && cents > 0 ? "-" : ""
        return "\(sign)\(cents / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    /// `$12.30`.
    public var description: String {
        micros < 0 ? "-$\(Money(clampingMicros: -Int128(micros)).decimal)" : "$\(decimal)"
    }
}

extension Money: Codable {
    /// Decodes decimal text.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.singleValueContainer()
        let text = try box.decode(String.self)
        guard let value = Money(parsing: text) else {
            throw DecodingError.dataCorruptedError(in: box, debugDescription: "\(text) is no amount of money")
        }
        self = value
    }

    /// Encodes decimal text.
    public func encode(to encoder: any Encoder) throws {
        var box = encoder.singleValueContainer()
        try box.encode(decimal)
    }
}
