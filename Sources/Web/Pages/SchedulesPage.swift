internal import Catalog
internal import Model
internal import Scheduling

/// Schedules, and a calendar of what is to come.
struct SchedulesPage {
    let desk: any Desk
    let request: WebRequest

    /// The page.
    func markup() -> Markup {
        let schedules = desk.state.schedules
        return PageFrame(title: "Schedules", path: "/schedules", caller: request.caller).page(
            .tag("div", ["id": "part-schedules", "data-part": ""], table(schedules)),
            .tag(
                "section", ["aria-labelledby": "calendar"], .tag("h2", ["id": "calendar"], "The coming week"),
                .tag(
                    "div", ["id": "part-calendar", "data-part": ""],
                    calendar(schedules))))
    }

    private func calendar(_ schedules: [DeskSchedule]) -> Markup {
        let now = Instant(request.now)
        let end = now + Int64(Calendar.days) * 86_400
        let runs = schedules.filter { !$0.isPaused && $0.next != nil }.prefix(Calendar.schedulesMax).flatMap {
            schedule in
            desk.coming(schedule.name, count: Calendar.runsMax, before: end).map { (schedule.name, $0) }
        }
        return Calendar(runs: runs, now: now).markup()
    }

    private static func others(_ schedule: DeskSchedule) -> String {
        if let rule = schedule.rule { return "when the rule \(rule) asks for it" }
        return schedule.needs.isEmpty ? "by hand" : "after \(schedule.needs.joined(separator: ", "))"
    }

    private func table(_ schedules: [DeskSchedule]) -> Markup {
        var grid = Grid(
            "Those of the configuration, and those of its rules",
            [
                .words("Schedule"), .words("When"), .words("Work"), .words("Next"), .words("Open runs"),
                .words("Do"),
            ])
        for schedule in schedules {
            let way = "/schedules/\(WebTarget.encoded(schedule.name))"
            let zone = schedule.at.map { "\($0)  \(schedule.zone)" } ?? Self.others(schedule)
            grid.row([
                .text(schedule.name), .text(zone), .text("\(schedule.job)"),
                schedule.isPaused ? Badge.word("paused", "warn") : Words.time(schedule.next),
                .group(
                    schedule.open.prefix(5).map { id in
                        .tag(
                            "a", ["href": "/runs/\(WebTarget.encoded(id.description))", "class": "line"],
                            .text(id.due.rfc3339))
                    }),
                .tag(
                    "div", ["class": "actions"],
                    PageFrame.button("Run now", way + "/run", request.caller, on: schedule.name),
                    schedule.isPaused
                        ? PageFrame.button("Resume", way + "/resume", request.caller, on: schedule.name)
                        : PageFrame.button("Pause", way + "/pause", request.caller, style: "plain", on: schedule.name)),
            ])
        }
        return grid.markup(empty: "The configuration describes no schedules.")
    }
}
