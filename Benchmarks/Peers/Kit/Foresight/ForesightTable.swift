/// What was foreseen beside what came about, in Markdown.
package struct ForesightTable {
    private let all: [Foreseen]

    /// A table of `all`.
    package init(_ all: [Foreseen]) { self.all = all }

    /// A row for each transfer; of several of a kind the one with the median error of time.
    package var markdown: String {
        var out = """
            | link | data | to | which has | bytes foreseen | came | off | seconds foreseen | took | off | requests |
            |---|---|---|---|---:|---:|---:|---:|---:|---:|---:|

            """
        for row in rows {
            let requests =
                row.expectedRequests == row.requests
                ? "\(Int(row.requests))" : "\(Int(row.expectedRequests)) / \(Int(row.requests))"
            let cells = [
                row.link, row.workload.title, "a \(row.end)", row.there, Words.bytes(Int(row.expectedBytes.p50)),
                Words.bytes(Int(row.bytes)), Self.percent(row.byteError, 2),
                Words.seconds(row.expectedSeconds.p50), Words.seconds(row.seconds), Self.percent(row.timeError, 0),
                requests,
            ]
            out += "| " + cells.joined(separator: " | ") + " |\n"
        }
        return out + "\n" + summary
    }

    private var rows: [Foreseen] {
        var groups: [(key: String, rows: [Foreseen])] = []
        for row in all {
            let key = "\(row.link) \(row.workload) \(row.end) \(row.there)"
            if let place = groups.firstIndex(where: { $0.key == key }) {
                groups[place].rows.append(row)
            } else {
                groups.append((key, [row]))
            }
        }
        return groups.map { group in group.rows.sorted { $0.timeError < $1.timeError }[group.rows.count / 2] }
    }

    /// What all of them say together.
    package var summary: String {
        guard !all.isEmpty else { return "" }
        let bytes = all.map { abs($0.byteError) }
        let times = all.map { abs($0.timeError) }
        let (near, covered) = (bytes.count { $0 <= 0.005 }, all.count { $0.isTimeCovered })
        let mean = times.reduce(0, +) / Double(all.count)
        return """
            \(Words.count(all.count, "transfer")): bytes within 0.5 % in \(near), at worst \
            \(Self.percent(bytes.max() ?? 0, 2)) off; time \(Self.percent(mean, 0)) off on average, and in \(covered) \
            within the interval of nine in ten.

            """
    }

    private static func percent(_ share: Double, _ decimals: Int) -> String {
        "\(Words.fixed(share * 100, decimals)) %"
    }
}
