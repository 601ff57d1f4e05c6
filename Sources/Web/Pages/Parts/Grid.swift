/// A table of a page.
struct Grid {
    /// A column: its name, and whether it holds figures.
    struct Column {
        let name: String
        var isFigure = false

        /// A column of words.
        static func words(_ name: String) -> Column { Column(name: name) }
        /// A column of figures, flush right.
        static func figures(_ name: String) -> Column { Column(name: name, isFigure: true) }
    }

    let caption: String
    let columns: [Column]
    private var rows: [Markup] = []

    init(_ caption: String, _ columns: [Column]) { (self.caption, self.columns) = (caption, columns) }

    /// Adds a row, a cell for each column; the first is its heading.
    mutating func row(_ cells: [Markup], run: String? = nil) {
        let cells = zip(columns, cells).enumerated().map { index, pair in
            let style = pair.0.isFigure ? "figure" : nil
            guard index > 0 else {
                return Markup.tag("th", ["scope": "row", "class": style, "data-label": pair.0.name], pair.1)
            }
            return .tag("td", ["class": style, "data-label": pair.0.name], pair.1)
        }
        rows.append(.tag("tr", ["data-run": run], all: cells))
    }

    /// The table; `empty` where it has no rows.
    func markup(empty: String) -> Markup {
        guard !rows.isEmpty else { return Notice.empty(empty) }
        let heads = columns.map { column in
            Markup.tag("th", ["scope": "col", "class": column.isFigure ? "figure" : nil], .text(column.name))
        }
        return Frame.markup(
            caption,
            .tag(
                "table", [:], .tag("caption", [:], .text(caption)), .tag("thead", [:], .tag("tr", [:], all: heads)),
                .tag("tbody", [:], all: rows)))
    }
}
