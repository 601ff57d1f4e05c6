internal import Catalog
internal import Model
internal import Scheduling

/// What was expected beside what came.
struct LedgerPage {
    let desk: any Desk
    let request: WebRequest

    private static let pageMax = 100

    /// The page.
    func markup() throws -> Markup {
        let before = try request.number("before", 0...Int64.max)
        let rows = try desk.ledger(before: before, limit: Self.pageMax)
        let next = rows.count < Self.pageMax ? nil : rows.last?.run
        return PageFrame(title: "Ledger", path: "/ledger", caller: request.caller).page(
            .tag("p", ["class": "faint"], "How right the estimates were: a run on the line came as expected."),
            LedgerChart(entries: rows).markup(), table(rows),
            OlderLink.markup("Older runs", "/ledger", before: next))
    }

    private func table(_ rows: [LedgerEntry]) -> Markup {
        var grid = Grid(
            "Runs, the newest first",
            [
                .words("Run"), .words("Work"), .figures("Bytes expected"), .figures("Bytes"),
                .figures("Time expected"), .figures("Time"), .words("Within"),
            ])
        for row in rows {
            grid.row([
                .tag("a", ["href": "/runs/\(WebTarget.encoded(row.id.description))"], .text(row.id.description)),
                .text("\(row.job)"), .text(Words.size(row.expectedBytes.map { UInt64(max(0, min($0.p50, 1e18))) })),
                .text(Words.size(row.bytes)), .text(Words.duration(row.expectedSeconds?.p50)),
                .text(Words.duration(row.seconds)), within(row),
            ])
        }
        return grid.markup(empty: "No run has ended yet of which anything was expected.")
    }

    private func within(_ row: LedgerEntry) -> Markup {
        guard let range = row.expectedBytes else { return "\u{2013}" }
        let isWithin = (range.p10...max(range.p10, range.p90)).contains(Double(row.bytes))
        return isWithin ? Badge.word("within p10 to p90", "good") : Badge.word("outside", "warn")
    }
}
