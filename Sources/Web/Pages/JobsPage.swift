internal import Catalog
internal import Model

/// Jobs: work that was sent to where it was decided.
struct JobsPage {
    let desk: any Desk
    let request: WebRequest

    /// So many of the newest are shown.
    private static let jobsMax = 100

    /// The page.
    func markup() throws -> Markup {
        let jobs = try BodyReader.Value(document: desk.document(.jobs(open: false, limit: Self.jobsMax)))["jobs"].values
        return PageFrame(title: "Jobs", path: "/jobs", caller: request.caller).page(
            .tag(
                "p", ["class": "faint"],
                "Work of scenarios, done where it was decided: the newest first. What is not done is carried on by this daemon."
            ), table(jobs))
    }

    private func table(_ jobs: [BodyReader.Value]) -> Markup {
        var grid = Grid(
            "Jobs, the newest first",
            [
                .words("Job"), .words("State"), .words("Workload"), .words("Site"), .figures("Time expected"),
                .figures("Time"), .figures("Money expected"), .figures("Money"), .words("Why"), .words(""),
            ])
        for job in jobs {
            let (expected, actual, state) = (job["expected"], job["actual"], job["state"].string)
            grid.row([
                .text(job["id"].string), Badge.word(state, Self.styles[state] ?? "live"), .text(job["workload"].string),
                .text("\(job["site"].string): \(job["way"].string)"), .text(Words.duration(expected["seconds"].double)),
                .text(Self.isFinal(state) ? Words.duration(actual["seconds"].double) : "\u{2013}"),
                .text(expected["money"].dollars), .text(Self.isFinal(state) ? actual["money"].dollars : "\u{2013}"),
                .text(job["reason"].string),
                Self.isFinal(state)
                    ? .nothing
                    : PageFrame.button(
                        "End it", "/jobs/\(WebTarget.encoded(job["id"].string))/cancel", request.caller, style: "bad"),
            ])
        }
        return grid.markup(
            empty: "There are no jobs. The page of decisions begins some, and so does perigee place --execute.")
    }

    private static let styles = ["done": "good", "failed": "bad", "cancelled": "warn"]
    private static func isFinal(_ state: String) -> Bool { styles[state] != nil }
}
