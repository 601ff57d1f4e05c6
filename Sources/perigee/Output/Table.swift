/// A table for people: columns as wide as their widest cell, two spaces apart.
struct Table {
    /// On which side a column is flush.
    enum Side { case left, right }

    private let columns: [(title: String, side: Side)]
    private var rows: [[String]] = []

    /// A table with these columns.
    init(_ columns: (String, Side)...) { self.columns = columns.map { (title: $0.0, side: $0.1) } }

    /// Adds a row, a cell for each column.
    mutating func row(_ cells: String...) {
        precondition(cells.count == columns.count, "a cell for each column")
        rows.append(cells)
    }

    /// The table with its headings, the last line ended; without rows nothing.
    func rendered(_ style: Style) -> String {
        guard !rows.isEmpty else { return "" }
        let widths = columns.indices.map { index in
            max(columns[index].title.unicodeScalars.count, rows.map { $0[index].unicodeScalars.count }.max() ?? 0)
        }
        let lines = [columns.map(\.title)] + rows
        return lines.enumerated().reduce(into: "") { out, line in
            let text = columns.indices.map { cell(line.element[$0], widths[$0], columns[$0].side) }
                .joined(separator: "  ")
            let trimmed = String(text.reversed().drop { $0 == " " }.reversed())
            out += (line.offset == 0 ? style.faint(trimmed) : trimmed) + "\n"
        }
    }

    private func cell(_ text: String, _ width: Int, _ side: Side) -> String {
        let padding = String(repeating: " ", count: width - text.unicodeScalars.count)
        return side == .left ? text + padding : padding + text
    }
}
