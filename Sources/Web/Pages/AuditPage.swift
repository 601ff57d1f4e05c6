internal import Catalog
internal import Model

/// What was asked of the daemon.
struct AuditPage {
    let desk: any Desk
    let request: WebRequest

    private static let pageMax = 100

    /// The page.
    func markup() throws -> Markup {
        let before = try request.number("before", 0...Int64.max)
        let rows = try desk.audit(before: before, limit: Self.pageMax)
        let next = rows.count < Self.pageMax ? nil : rows.last?.sequence
        var grid = Grid(
            "Entries, the newest first",
            [
                .figures("Number"), .words("When"), .words("Who"), .words("What"), .words("On"), .words("Came of it"),
                .words("More"),
            ])
        for row in rows {
            let style = row.draft.outcome == .done ? "good" : row.draft.outcome == .refused ? "warn" : "bad"
            grid.row([
                "\(row.sequence)", Words.time(row.at), .text(row.draft.actor), .text(row.draft.action),
                .text(row.draft.subject), Badge.word(row.draft.outcome.rawValue, style), Self.more(row.draft.detail),
            ])
        }
        return PageFrame(title: "Audit", path: "/audit", caller: request.caller).page(
            check, grid.markup(empty: "Nothing was asked yet."),
            OlderLink.markup("Older entries", "/audit", before: next))
    }

    /// What is said besides; of a request that was refused, why, and then from where it came.
    private static func more(_ detail: String) -> Markup {
        guard detail.hasPrefix("{"), let value = try? BodyReader.Value(document: Array(detail.utf8)),
            case .text(let reason) = value["reason"]
        else { return .text(detail) }
        let others = value["not_noted_before"].double ?? 0
        let facts = [
            value["status"].string, value["address"].string, "request \(value["request"].string)",
            others > 0 ? "\(value["not_noted_before"].string) before it are not listed" : "",
        ].filter { !$0.isEmpty }
        return .group([.text(reason), .tag("span", ["class": "line faint"], .text(facts.joined(separator: ", ")))])
    }

    /// Each entry names the one before it; whether all do is looked at when somebody asks.
    private var check: Markup {
        guard (try? request.query("verify")) == "yes" else {
            return .tag("p", [:], .tag("a", ["href": "/audit?verify=yes"], "Check that no entry was changed"))
        }
        do {
            switch try desk.verifyAudit() {
            case .sound(let entries, _):
                return .tag(
                    "p", ["class": "notice good", "role": "status"], "All \(entries) entries follow the one before.")
            case .broken(let sequence, let message):
                return Notice.markup(PerigeeError(.damaged, message, at: "entry \(sequence)"))
            }
        } catch {
            return Notice.markup(Problem(error).fault)
        }
    }
}
