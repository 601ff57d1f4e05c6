internal import Catalog
internal import Model
internal import Scheduling

/// Runs in a table; those that are not done move while the page is open.
struct RunsPart {
    /// What a line says of a run.
    struct Line {
        let id: RunID
        let state: RunState
        let job: JobSpecification
        let reason: String
        let moved: UInt64?
        let since: Instant?
        let progress: DeskProgress?

        /// A run of the catalog; `open` is the same while it is not done.
        init(_ row: RunRow, _ open: DeskRun?) {
            (id, state, job, reason) = (row.id, row.state, row.job, row.reason)
            progress = open?.progress
            moved = row.state.isFinal ? row.spent.bytes : open?.progress?.wire
            since = row.ended ?? row.started ?? row.issued
        }

        /// A run that is not done.
        init(_ run: DeskRun) {
            (id, state, job, reason) = (run.id, run.state, run.job, run.reason)
            (progress, moved, since) = (run.progress, run.progress?.wire, run.started)
        }
    }

    let caption: String
    let lines: [Line]

    /// The table.
    func markup(empty: String) -> Markup {
        var grid = Grid(
            caption,
            [
                .words("Run"), .words("State"), .words("Work"), .words("Progress"), .figures("Left"),
                .figures("Moved"), .words("Since"),
            ])
        for line in lines {
            let left = line.state.isFinal ? "" : Words.duration(line.progress?.secondsLeft)
            grid.row(
                [
                    Self.link(line.id), Badge.state(line.state), .text("\(line.job)"), bar(line),
                    .tag("span", ["data-field": "left"], .text(left)),
                    .tag("span", ["data-field": "wire"], .text(Words.size(line.moved))), Words.time(line.since),
                ], run: line.id.description)
        }
        return grid.markup(empty: empty)
    }

    /// The name of a run, which leads to its page.
    static func link(_ id: RunID) -> Markup {
        .tag("a", ["href": "/runs/\(WebTarget.encoded(id.description))"], .text(id.description))
    }

    private func bar(_ line: Line) -> Markup {
        if line.state.isFinal { return .tag("span", ["class": "faint"], .text(line.reason)) }
        return Self.bar(line.progress, label: "Progress of \(line.id)", waiting: line.reason)
    }

    /// How far a run is, as a bar; words where it is not known.
    static func bar(_ progress: DeskProgress?, label: String, waiting: String) -> Markup {
        .group([
            .tag(
                "progress",
                [
                    "max": "1", "value": progress?.share.map { Words.number($0, 4) }, "aria-label": label,
                    "data-field": "bar", "hidden": progress == nil ? "" : nil,
                ]),
            .tag("span", ["class": "faint", "data-field": "phase"], .text(progress?.phase ?? waiting)),
        ])
    }
}
