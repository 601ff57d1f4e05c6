internal import Catalog
internal import Foundation
internal import Model
internal import Scheduling

/// Runs for people.
enum RunText {
    /// A page of runs.
    static func page(_ page: RunPage, _ style: Style) -> String {
        guard !page.rows.isEmpty else { return "no runs\n" }
        var table = Table(
            ("RUN", .left), ("WORK", .left), ("STATE", .left), ("TRIES", .right), ("TOOK", .right), ("BYTES", .right),
            ("REASON", .left))
        for row in page.rows {
            table.row(
                "\(row.id)", "\(row.job)", row.state.rawValue, "\(row.attempts)", took(row),
                row.spent.bytes > 0 ? Format.size(row.spent.bytes) : "", row.reason)
        }
        return table.rendered(style) + (page.next.map { "older ones: perigee runs --before \($0)\n" } ?? "")
    }

    /// A run with its report.
    static func one(_ row: RunRow, _ style: Style) -> String {
        var block = TextBlock("run  \(row.id)")
        block.row("work", "\(row.job)")
        block.row("state", row.state.rawValue, row.reason.isEmpty ? nil : row.reason)
        block.row("cause", row.cause.rawValue, Format.count(row.attempts, "attempt"))
        block.row("issued", row.issued.rfc3339)
        block.row("started", row.started?.rfc3339)
        block.row("ended", row.ended?.rfc3339, row.ended == nil ? nil : took(row))
        block.row("wire", row.spent.bytes > 0 ? Format.size(row.spent.bytes) : nil)
        block.row("cost", row.spent.price.map { "\(Money(micros: $0))" } ?? "unknown")
        let text = block.rendered(style) + "\n" + row.log.map { "\($0.at.rfc3339)  \($0.text)\n" }.joined()
        guard let report = row.report else { return text }
        if let read = try? JSONDecoder().decode(RunReport.self, from: Data(report.utf8)) {
            return text + "\n" + ReportText.render(read, style)
        }
        return text + "\n" + report + (report.hasSuffix("\n") ? "" : "\n")
    }

    private static func took(_ row: RunRow) -> String {
        guard let started = row.started, let ended = row.ended else { return "" }
        return Format.duration(Double(max(0, ended - started)))
    }
}
