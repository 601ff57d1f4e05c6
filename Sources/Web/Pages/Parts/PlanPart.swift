/// What will fit into tonight's window and budget, and what will not.
enum PlanPart {
    /// The plan of a document that `perigee schedule plan --json` prints too.
    static func markup(_ document: [UInt8]) throws -> Markup {
        let plan = try BodyReader.Value(document: document)
        var grid = Grid(
            "Jobs of tonight",
            [
                .words("Schedule"), .words("Work"), .words("Verdict"), .words("Begins"), .words("Ends"),
                .figures("Moves"), .figures("Costs"), .words("Why"),
            ])
        for row in plan["rows"].values {
            let verdict = row["verdict"].string
            let style = ["fits": "good", "likely": "good", "carried_over": "warn", "left": "bad"][verdict] ?? ""
            grid.row([
                .text(row["schedule"].string), .text(row["work"].string),
                Badge.word(verdict.split(separator: "_").joined(separator: " "), style),
                time(row["start"].string), time(row["end"].string), .text(Words.size(row["bytes"].bytes)),
                .text(Words.money(row["microdollars"].double.flatMap { Int64(exactly: $0.rounded()) })),
                .text(row["reason"].string),
            ])
        }
        return grid.markup(empty: "Nothing is due tonight.")
    }

    private static func time(_ text: String) -> Markup {
        text.isEmpty
            ? "\u{2013}" : .tag("time", ["datetime": text], .text(String(text.dropFirst(11).prefix(5))))
    }
}
