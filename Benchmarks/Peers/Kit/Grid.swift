/// A table of text: a head and rows, the first column to the left, the others to the right if they are figures.
package struct Grid: Equatable {
    /// A row; an emphasised one is set in bold where the form has bold.
    package struct Row: Equatable {
        let cells: [String]
        let isEmphasised: Bool

        /// A row of `cells`.
        package init(_ cells: [String], isEmphasised: Bool = false) {
            self.cells = cells
            self.isEmphasised = isEmphasised
        }
    }

    private let head: [String]
    private let rows: [Row]
    private let hasFigures: Bool

    /// A table with a head and rows of as many cells, of figures or of words.
    package init(head: [String], rows: [Row], hasFigures: Bool = true) {
        self.head = head
        self.rows = rows
        self.hasFigures = hasFigures
    }

    /// The table in columns, for a terminal.
    package var text: String {
        let lines = [head] + rows.map(\.cells)
        let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let line = cells.indices.map { column in
                let space = String(repeating: " ", count: widths[column] - cells[column].count)
                return column == 0 || !hasFigures ? cells[column] + space : space + cells[column]
            }.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }

    /// The table in Markdown.
    package var markdown: String {
        func line(_ cells: [String]) -> String {
            "|" + cells.map { $0.isEmpty ? " |" : " \($0) |" }.joined()
        }
        let rule = "|---|" + String(repeating: hasFigures ? "---:|" : "---|", count: head.count - 1)
        let body = rows.map { row in
            line(
                row.cells.map { cell in
                    let cell = cell.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
                    return row.isEmphasised && !cell.isEmpty ? "**\(cell)**" : cell
                })
        }
        return ([line(head), rule] + body).joined(separator: "\n")
    }
}
