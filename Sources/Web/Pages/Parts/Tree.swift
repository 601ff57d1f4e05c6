internal import Model

/// A JSON value for people: members below each other, lists one after the other.
enum Tree {
    /// So deep, and so many members of one value, are shown; the API has all.
    private static let limit = (depth: 6, count: 200)

    /// The value.
    static func markup(_ value: BodyReader.Value, depth: Int = 0) -> Markup {
        switch value {
        case .null: return "\u{2013}"
        case .flag(let flag): return .text(flag ? "yes" : "no")
        case .number(let number): return .text(figure(number))
        case .text(let text): return .text(text)
        case .list(let values):
            guard !values.isEmpty, depth < limit.depth else { return .text(values.isEmpty ? "none" : "\u{2026}") }
            return .tag(
                "ul", [:], all: values.prefix(limit.count).map { .tag("li", [:], markup($0, depth: depth + 1)) })
        case .object(let members):
            guard depth < limit.depth else { return "\u{2026}" }
            let rows = members.sorted { $0.key < $1.key }.prefix(limit.count).map { key, value in
                Markup.tag(
                    "div", [:], .tag("dt", [:], .text(key.split(separator: "_").joined(separator: " "))),
                    .tag("dd", [:], markup(value, depth: depth + 1)))
            }
            return .tag("dl", ["class": depth == 0 ? "tree" : nil], all: rows)
        }
    }

    /// A number: whole ones with groups of digits.
    static func figure(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e15 {
            return number < 0 ? "\(Int64(number))" : Quantity.grouped(UInt64(number))
        }
        return Words.number(number, 3)
    }
}
