/// What an option costs, line by line, as bars that go on where the one before ended; the other options below.
struct Waterfall {
    /// The choice first.
    let columns: [BodyReader.Value]

    private static let (width, label, line) = (640.0, 170.0, 22.0)

    /// The picture of the choice, and a table of all options.
    func markup() -> Markup {
        guard let choice = columns.first else { return .nothing }
        let lines = choice["lines"].members.compactMap { member in
            member.value.double.flatMap { $0 != 0 ? (name: member.name, money: $0) : nil }
        }
        return .group([picture(choice, lines), table()])
    }

    private func picture(_ choice: BodyReader.Value, _ lines: [(name: String, money: Double)]) -> Markup {
        let total = choice["total"].double ?? 0
        let most = max(
            total, lines.reduce((sum: 0.0, most: 0.0)) { ($0.sum + $1.money, max($0.most, $0.sum + $1.money)) }.most)
        guard most > 0, most.isFinite else { return Notice.empty("It costs nothing.") }
        let height = Self.line * Double(lines.count + 1) + 8
        let scale = (Self.width - Self.label - 110) / most
        var below = 0.0
        var bars: [Markup] = []
        for (index, line) in (lines + [(name: "total", money: total)]).enumerated() {
            let isTotal = index == lines.count
            let start = isTotal ? 0 : min(below, below + line.money)
            bars.append(bar(line.name, line.money, start, scale, Double(index), isTotal))
            if !isTotal { below += line.money }
        }
        let picture = Markup.tag(
            "svg",
            [
                "viewBox": "0 0 \(Int(Self.width)) \(Int(height))", "role": "img", "class": "chart waterfall",
                "aria-label": "Costs of \(choice["option"].string): "
                    + lines.map { "\($0.name) \(Words.dollars($0.money))" }.joined(separator: ", "),
            ], all: bars)
        return Frame.markup("Costs", picture)
    }

    private func bar(
        _ name: String, _ money: Double, _ start: Double, _ scale: Double, _ index: Double, _ isTotal: Bool
    ) -> Markup {
        let y = 4 + index * Self.line
        let x = Self.label + start * scale
        let width = max(1, abs(money) * scale)
        return .group([
            .tag("text", ["x": n(Self.label - 8), "y": n(y + 14), "class": "end"], .text(name)),
            .tag(
                "rect",
                [
                    "x": n(x), "y": n(y), "width": n(width), "height": "16",
                    "class": isTotal ? "bar total" : money < 0 ? "bar good" : "bar",
                ]),
            .tag("text", ["x": n(x + width + 6), "y": n(y + 14), "class": "start"], .text(Words.dollars(money))),
        ])
    }

    private func table() -> Markup {
        let names = columns.flatMap { $0["lines"].members.map(\.name) }.reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        var grid = Grid("Costs by option", [.words("Money")] + columns.map { .figures($0["option"].string) })
        for name in names { grid.row([.text(name)] + columns.map { .text($0["lines"][name].dollars) }) }
        grid.row(["total"] + columns.map { .text($0["total"].dollars) })
        return .tag("details", [:], .tag("summary", [:], "All options, line by line"), grid.markup(empty: ""))
    }

    private func n(_ value: Double) -> String { Words.number(value, 1) }
}
