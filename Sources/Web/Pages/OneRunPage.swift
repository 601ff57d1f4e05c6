internal import Catalog
internal import FoundationEssentials
internal import Model
internal import Scheduling

/// A run: how far it is, and what came of it.
struct OneRunPage {
    let desk: any Desk
    let request: WebRequest

    /// The page.
    func markup() throws -> Markup {
        let row = try Api.row(request, desk)
        let open = desk.open.first { $0.id == row.id }
        return PageFrame(title: row.id.description, path: "/runs", caller: request.caller).page(
            .tag(
                "div", ["id": "part-run", "data-part": "", "data-run": row.id.description], facts(row, open),
                row.state.isFinal
                    ? .nothing
                    : PageFrame.button(
                        "Stop this run", "/runs/\(WebTarget.encoded(row.id.description))/cancel", request.caller,
                        style: "bad")),
            .tag(
                "section", ["aria-labelledby": "log"], .tag("h2", ["id": "log"], "Log"),
                .tag(
                    "div", ["role": "log", "aria-labelledby": "log"],
                    .tag(
                        "ol",
                        [
                            "id": "log-lines", "class": "log", "data-part": "", "data-log": row.id.description,
                            "tabindex": "0",
                        ], all: lines(row)))),
            .tag("div", ["id": "part-report", "data-part": ""], report(row)))
    }

    private func facts(_ row: RunRow, _ open: DeskRun?) -> Markup {
        let progress = open?.progress
        var facts: [(String, Markup)] = [
            ("State", .group([Badge.state(row.state), .text(row.reason.isEmpty ? "" : " \(row.reason)")])),
            ("Work", .text("\(row.job)")), ("Due", Words.time(row.id.due)), ("Started", Words.time(row.started)),
        ]
        if let options = row.job.options {
            facts.insert(("Told", .tag("code", [:], .text(options.joined(separator: " ")))), at: 2)
        }
        if row.state.isFinal {
            facts += [
                ("Ended", Words.time(row.ended)), ("Moved", .text(Words.size(row.spent.bytes))),
                ("Money", .text(Words.money(row.spent.price))),
            ]
        } else {
            facts += [
                ("Progress", RunsPart.bar(progress, label: "Progress", waiting: row.reason)),
                ("Logical", field("logical", Words.size(progress?.logical))),
                ("Wire", field("wire", Words.size(progress?.wire))),
                ("Rate", field("rate", Words.rate(progress?.wirePerSecond))),
                ("Left", field("left", Words.duration(progress?.secondsLeft))),
            ]
            if let starts = open?.startsAt, row.state == .waiting { facts.append(("Not before", Words.time(starts))) }
            if let stops = open?.stopsAt { facts.append(("Has to stop", Words.time(stops))) }
        }
        facts.append(("Attempts", "\(row.attempts)"))
        return Facts.markup(facts)
    }

    private func field(_ name: String, _ text: String) -> Markup {
        .tag("span", ["data-field": name], .text(text))
    }

    /// What happened, the oldest first; of runs from before there were logs what is known besides.
    private func lines(_ row: RunRow) -> [Markup] {
        var out = row.log.map { (at: $0.at, text: $0.text) }
        if out.isEmpty {
            out = [(row.issued, "issued: \(row.cause.rawValue.split(separator: "_").joined(separator: " "))")]
            if let started = row.started { out.append((started, "started")) }
            if let ended = row.ended {
                out.append((ended, row.state.rawValue + (row.reason.isEmpty ? "" : ": \(row.reason)")))
            }
        }
        return out.map { .tag("li", [:], Words.time($0.at), .text(" "), .tag("span", [:], .text($0.text))) }
    }

    private func report(_ row: RunRow) -> Markup {
        guard let text = row.report, let value = try? JSONDecoder().decode(BodyReader.Value.self, from: Data(text.utf8))
        else { return .nothing }
        return .tag(
            "section", ["aria-labelledby": "report"], .tag("h2", ["id": "report"], "Report"), Tree.markup(value))
    }
}
