internal import Catalog
internal import Model

/// Runs, a page at a time.
struct RunsPage {
    let desk: any Desk
    let request: WebRequest

    /// The page.
    func markup() throws -> Markup {
        let query = try Api.query(request)
        let page = try desk.runs(query)
        let open = Dictionary(desk.open.map { ($0.id, $0) }) { first, _ in first }
        let part = RunsPart(
            caption: "Runs, the newest first", lines: page.rows.map { RunsPart.Line($0, open[$0.id]) })
        let kept = request.query.filter { $0.name != "before" && !$0.value.isEmpty }
        return PageFrame(title: "Runs", path: "/runs", caller: request.caller).page(
            filters(query),
            .tag("div", ["id": "part-runs", "data-part": ""], part.markup(empty: "There are no runs.")),
            OlderLink.markup("Older runs", "/runs", before: page.next, keeping: kept))
    }

    private func filters(_ query: RunQuery) -> Markup {
        let chosen = (try? request.query("state")) ?? ""
        let options = ([""] + RunState.allCases.map(\.rawValue)).map { word in
            Markup.tag(
                "option", ["value": word, "selected": word == chosen ? "" : nil], .text(word.isEmpty ? "any" : word))
        }
        return .tag(
            "form", ["method": "get", "action": "/runs", "class": "filters"],
            .tag("label", ["for": "schedule"], "Schedule"),
            .tag("input", ["id": "schedule", "name": "schedule", "value": query.schedule]),
            .tag("label", ["for": "state"], "State"),
            .tag("select", ["id": "state", "name": "state"], all: options), .tag("button", [:], "Show"))
    }
}
