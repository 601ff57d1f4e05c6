internal import Scheduling

/// The coming week: a line for each day, a mark for each run at its hour (UTC).
struct Calendar {
    let runs: [(String, Instant)]
    let now: Instant

    /// The last hour is written half beyond the last line.
    private static let (left, top, hour, line, right) = (72.0, 26.0, 30.0, 30.0, 36.0)
    /// So many days are shown.
    static let days = 7
    /// So many schedules are shown, and so many runs of each.
    static let (schedulesMax, runsMax) = (200, 50)
    /// So many runs are drawn at most.
    private static let marksMax = 500

    /// The picture, and the same as a list for those who do not see it.
    func markup() -> Markup {
        let midnight = Instant(now.seconds - ((now.seconds % 86_400) + 86_400) % 86_400)
        let end = midnight + Int64(Self.days) * 86_400
        let runs = runs.filter { $0.1 < end }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(Self.marksMax)
        guard !runs.isEmpty else { return Notice.empty("Nothing is due in the coming week.") }
        let width = Self.left + 24 * Self.hour + Self.right
        let height = Self.top + Double(Self.days) * Self.line + 6
        return .group([
            Frame.markup(
                "Calendar",
                .tag(
                    "svg",
                    [
                        "viewBox": "0 0 \(Int(width)) \(Int(height))", "width": "\(Int(width))",
                        "height": "\(Int(height))", "role": "img", "aria-label": "Calendar of coming runs",
                        "class": "calendar",
                    ], .group(hours(height)), .group(days(midnight, width)),
                    .group(runs.map { mark($0.0, $0.1, midnight) }))), list(runs),
        ])
    }

    private func hours(_ height: Double) -> [Markup] {
        stride(from: 0, through: 24, by: 3).map { hour in
            let x = Self.left + Double(hour) * Self.hour
            return .group([
                .tag("line", ["x1": n(x), "x2": n(x), "y1": n(Self.top), "y2": n(height - 6), "class": "rule"]),
                .tag("text", ["x": n(x), "y": "18", "class": "small"], "\(hour):00"),
            ])
        }
    }

    private func days(_ midnight: Instant, _ width: Double) -> [Markup] {
        (0...Self.days).map { day in
            let y = Self.top + Double(day) * Self.line
            let name = (midnight + Int64(day) * 86_400).rfc3339.prefix(10).dropFirst(5)
            return .group([
                .tag(
                    "line", ["x1": n(Self.left), "x2": n(width - Self.right), "y1": n(y), "y2": n(y), "class": "rule"]),
                day < Self.days
                    ? .tag("text", ["x": "4", "y": n(y + 20), "class": "day"], .text(String(name))) : .nothing,
            ])
        }
    }

    private func mark(_ name: String, _ due: Instant, _ midnight: Instant) -> Markup {
        let seconds = due - midnight
        let x = Self.left + Double(seconds % 86_400) / 3600 * Self.hour
        let y = Self.top + Double(seconds / 86_400) * Self.line + Self.line / 2
        return .tag(
            "circle", ["cx": n(x), "cy": n(y), "r": "5", "class": "mark"], .tag("title", [:], "\(name) \(due.rfc3339)"))
    }

    private func list(_ runs: ArraySlice<(String, Instant)>) -> Markup {
        var grid = Grid("Coming runs", [.words("Due"), .words("Schedule")])
        for run in runs.prefix(40) { grid.row([Words.time(run.1), .text(run.0)]) }
        return .tag("details", [:], .tag("summary", [:], "As a list"), grid.markup(empty: ""))
    }

    private func n(_ value: Double) -> String { Words.number(value, 1) }
}
