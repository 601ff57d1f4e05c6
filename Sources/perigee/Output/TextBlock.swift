/// An aligned block for people: a heading, then a key and its values on each line.
struct TextBlock {
    private let title: String
    private var rows: [(key: String, value: String)] = []

    /// A block below `title`.
    init(_ title: String) { self.title = title }

    /// Adds a line, its values set apart by three spaces; a line without values is left away.
    mutating func row(_ key: String, _ values: String?...) {
        let values = values.compactMap { $0 }
        if !values.isEmpty { rows.append((key, values.joined(separator: "   "))) }
    }

    /// The block, its last line ended.
    func rendered(_ style: Style) -> String {
        let width = rows.map(\.key.unicodeScalars.count).max() ?? 0
        return rows.reduce(into: style.strong(title) + "\n") { out, row in
            let padding = String(repeating: " ", count: width - row.key.unicodeScalars.count)
            out += "  " + style.faint(row.key) + padding + "  " + row.value + "\n"
        }
    }
}
