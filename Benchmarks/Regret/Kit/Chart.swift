/// A study as a picture: mean regret over presence, a line for each rule; SVG that needs nothing else.
package struct Chart {
    private let study: Study
    private let note: String

    private static let (width, height) = (820.0, 460.0)
    private static let (left, right, top, bottom) = (64.0, 168.0, 52.0, 66.0)
    /// Colours that people with colour blindness tell apart (Okabe and Ito, 2008).
    private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8c6d00", "#555555"]
    /// Regret below this is drawn as if it were this; the axis is of factors.
    private static let least = 0.001
    /// The least distance between two names.
    private static let label = 17.0
    private static let decades = [0.001, 0.01, 0.1, 1, 10]

    /// A chart; `note` says what it rests on.
    package init(_ study: Study, note: String) { (self.study, self.note) = (study, note) }

    /// The picture.
    package var svg: String {
        var out = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" \
            font-family="Helvetica, Arial, sans-serif" font-size="13" role="img">
            <title>What decisions cost more than the best ones, by how much of the data is there already</title>
            <rect width="100%" height="100%" fill="#ffffff"/>
            <text x="\(Self.text(Self.left))" y="24" font-size="16" font-weight="bold" fill="#111111">\
            What decisions cost more than the best</text>
            <text x="\(Self.text(Self.left))" y="42" fill="#555555">mean of \(study.count) decisions at each point</text>

            """
        out += axes()
        for (index, rule) in Rule.allCases.enumerated() { out += line(index, rule) }
        out += labels()
        return out + "</svg>\n"
    }

    private func axes() -> String {
        var out = ""
        for value in Self.decades where value <= most {
            let y = y(value)
            out += """
                <line x1="\(Self.text(Self.left))" x2="\(Self.text(Self.width - Self.right))" y1="\(Self.text(y))" \
                y2="\(Self.text(y))" stroke="#dddddd"/>
                <text x="\(Self.text(Self.left - 8))" y="\(Self.text(y + 4))" text-anchor="end" fill="#333333">\
                \(value > Self.least ? "" : "&#8804; ")\(Study.percent(value)) %</text>

                """
        }
        for share in [0, 0.2, 0.4, 0.6, 0.8, 1] {
            out += """
                <text x="\(Self.text(x(share)))" y="\(Self.text(Self.height - Self.bottom + 20))" \
                text-anchor="middle" fill="#333333">\(Int((share * 100).rounded())) %</text>

                """
        }
        let middle = (Self.left + Self.width - Self.right) / 2
        return out + """
            <text x="\(Self.text(middle))" y="\(Self.text(Self.height - 26))" text-anchor="middle" fill="#333333">\
            share of the data that two other regions hold</text>
            <text x="\(Self.text(Self.left))" y="\(Self.text(Self.height - 8))" font-size="11" fill="#777777">\
            \(note)</text>

            """
    }

    private func line(_ index: Int, _ rule: Rule) -> String {
        let points = zip(study.shares, study.cells[index]).map { share, cell in
            "\(Self.text(x(share))),\(Self.text(y(cell.mean)))"
        }
        let width = rule == .perigee ? 3.5 : 2
        // Who stays decides as who goes by bytes does, almost to the end: the line below shows through.
        let dashes = rule == .stay ? " stroke-dasharray=\"9 7\"" : ""
        return """
            <polyline points="\(points.joined(separator: " "))" fill="none" stroke="\(Self.colours[index])" \
            stroke-width="\(width)" stroke-linejoin="round"\(dashes)/>

            """
    }

    /// The name of each line at its end, none upon another.
    private func labels() -> String {
        let places = Rule.allCases.indices.map { ($0, y(study.cells[$0].last?.mean ?? Self.least)) }
        let ends = places.sorted { $0.1 < $1.1 }
        // Downwards as far as they have to, and up again where the last one would leave the picture.
        var lines: [Double] = []
        for (_, place) in ends { lines.append(max(place, (lines.last ?? -Self.label) + Self.label)) }
        var next = Self.height - Self.bottom + Self.label
        for index in lines.indices.reversed() {
            lines[index] = min(lines[index], next - Self.label)
            next = lines[index]
        }
        var out = ""
        for ((index, _), y) in zip(ends, lines) {
            out += """
                <text x="\(Self.text(Self.width - Self.right + 10))" y="\(Self.text(y + 4))" \
                fill="\(Self.colours[index])"\(index == 0 ? " font-weight=\"bold\"" : "")>\
                \(Rule.allCases[index].rawValue)</text>

                """
        }
        return out
    }

    private var most: Double {
        let largest = study.cells.joined().map(\.mean).max() ?? 1
        return Self.decades.first { $0 >= largest } ?? Self.decades[Self.decades.count - 1]
    }

    private func x(_ share: Double) -> Double { Self.left + share * (Self.width - Self.left - Self.right) }

    private func y(_ regret: Double) -> Double {
        let span = Self.decimals(most) - Self.decimals(Self.least)
        let place = (Self.decimals(min(max(regret, Self.least), most)) - Self.decimals(Self.least)) / span
        return Self.height - Self.bottom - place * (Self.height - Self.top - Self.bottom)
    }

    /// The logarithm to the base ten, to four digits: enough for a picture, and the same on every machine.
    private static func decimals(_ value: Double) -> Double {
        var (rest, whole) = (value, 0.0)
        while rest >= 10 { (rest, whole) = (rest / 10, whole + 1) }
        while rest < 1 { (rest, whole) = (rest * 10, whole - 1) }
        var fraction = 0.0
        var step = 0.5
        for _ in 0..<20 {
            rest *= rest
            if rest >= 10 { (rest, fraction) = (rest / 10, fraction + step) }
            step /= 2
        }
        return whole + fraction
    }

    private static func text(_ value: Double) -> String {
        let tenths = (value * 10).rounded() / 10
        return tenths == tenths.rounded() ? "\(Int(tenths))" : "\(tenths)"
    }
}
