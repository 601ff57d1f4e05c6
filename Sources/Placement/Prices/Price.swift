public import Model

/// A price of one unit in whole pico-dollars, fine enough for single requests and for gibibytes by the hour.
public struct Price: Hashable, Comparable, Sendable {
    /// So many dollars a unit at most; what costs more is a mistake in a file.
    public static let dollarsMax: Int64 = 1_000_000

    /// Pico-dollars, 10⁻¹² of a dollar; from 0 to 10^18.
    public let picos: Int64

    /// A price of `picos` pico-dollars a unit.
    public init(picos: Int64) { self.picos = max(0, min(picos, Self.dollarsMax * 1_000_000_000_000)) }

    /// Reads dollars: `0.0875`, `$55.04`, `2.7397e-05`; nil where the text is no price or finer than 10⁻¹².
    public init?(parsing text: String) {
        let bare = text.hasPrefix("$") ? text.dropFirst() : text[...]
        guard let picos = DecimalText.scaled(bare, places: 12), picos >= 0,
            picos <= Int128(Self.dollarsMax) * 1_000_000_000_000
        else { return nil }
        self.picos = Int64(picos)
    }

    /// Free.
    public static let zero = Price(picos: 0)

    /// Orders by amount.
    public static func < (a: Price, b: Price) -> Bool { a.picos < b.picos }

    /// What `count` units cost, rounded once to the micro-dollar.
    public func cost(units count: UInt64) -> Money { Self.rounded(Int128(picos) * Int128(count), per: 1) }

    /// What `bytes` cost where `unit` bytes are one unit, rounded once.
    public func cost(_ bytes: UInt64, unit: UInt64) -> Money {
        Self.rounded(Int128(picos) * Int128(bytes), per: unit)
    }

    /// What so many hours cost at this price an hour, seconds counted to the millisecond.
    public func cost(seconds: Double) -> Money {
        let milliseconds = (seconds * 1000).rounded()
        guard milliseconds > 0 else { return .zero }
        guard milliseconds < 0x1p62 else { return Money(micros: .max) }
        return Self.rounded(Int128(picos) * Int128(Int64(milliseconds)), per: 3_600_000)
    }

    /// The price times `factor`, to the pico-dollar.
    public func scaled(by factor: Double) -> Price {
        let product = (Double(picos) * factor).rounded()
        guard product > 0 else { return .zero }
        return Price(picos: product >= 0x1p62 ? .max : Int64(product))
    }

    /// Pico-dollars times a count over a divisor, as whole micro-dollars, half up.
    static func rounded(_ numerator: Int128, per divisor: UInt64) -> Money {
        let whole = Int128(divisor) * 1_000_000
        return Money(clampingMicros: (numerator + whole / 2) / whole)
    }
}

extension Price: CustomStringConvertible {
    /// Dollars as decimal text without needless zeros: `0.0875`, `12`.
    public var description: String {
        var fraction = String(picos % 1_000_000_000_000)
        fraction = String(repeating: "0", count: 12 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return String(picos / 1_000_000_000_000) + (fraction.isEmpty ? "" : "." + fraction)
    }
}
