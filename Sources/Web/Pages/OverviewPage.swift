internal import Catalog
internal import Model
internal import Scheduling

/// All at a glance: what runs, what lacks, where the mass is, and what is to come.
struct OverviewPage {
    let desk: any Desk
    let request: WebRequest
    private let state: DeskState

    init(desk: any Desk, request: WebRequest) {
        (self.desk, self.request) = (desk, request)
        state = desk.state
    }

    /// So many rows of a table stand here; the pages of their own have all.
    private static let rowsMax = 40

    /// The page.
    func markup() -> Markup {
        PageFrame(title: "Overview", path: "/", caller: request.caller).page(
            .tag("div", ["id": "part-glance", "data-part": ""], glance),
            .tag("section", ["id": "part-runs", "data-part": "", "aria-labelledby": "open"], open),
            .tag(
                "section", ["aria-labelledby": "where"], .tag("h2", ["id": "where"], "Where the data is"),
                .tag("div", ["id": "part-map", "data-part": "", "class": "wide"], map, mass)),
            .tag(
                "section", ["aria-labelledby": "tonight"], .tag("h2", ["id": "tonight"], "Tonight"),
                .tag("div", ["data-load": "/parts/plan"], .tag("a", ["href": "/parts/plan"], "Show the plan"))))
    }

    private var glance: Markup {
        let next = state.schedules.compactMap { schedule in schedule.next.map { (schedule.name, $0) } }
            .min { $0.1 < $1.1 }
        let lacking = state.replicas.count { $0.verdict == .lacking }
        let forbidden = state.replicas.count { $0.verdict == .forbidden }
        let stale = state.replicas.count { $0.verdict == .stale }
        let fault = state.configurationFault.map { fault in
            Notice.markup(
                PerigeeError(
                    .usage, fault, at: state.configurationPath,
                    remedy: "the daemon goes on with the configuration before; mend it, and reload"))
        }
        return .group([
            fault ?? .nothing,
            .tag(
                "dl", ["class": "cards"],
                card("Running", "\(state.runs.count { $0.state != .waiting })"),
                card("Waiting", "\(state.runs.count { $0.state == .waiting })"),
                card("Lacking", "\(lacking)", style: lacking > 0 ? "bad" : "good"),
                forbidden > 0 ? card("Forbidden", "\(forbidden)", style: "warn") : .nothing,
                card("Stale", "\(stale)", style: stale > 0 ? "warn" : "good"),
                card("Next", next.map { "\($0.0) \(Words.distance($0.1, from: request.now))" } ?? "nothing")),
        ])
    }

    private func card(_ name: String, _ value: String, style: String = "") -> Markup {
        .tag("div", ["class": "card \(style)"], .tag("dt", [:], .text(name)), .tag("dd", [:], .text(value)))
    }

    private var open: Markup {
        let runs = state.runs.sorted { ($0.state == .waiting ? 1 : 0, $1.id) < ($1.state == .waiting ? 1 : 0, $0.id) }
        let part = RunsPart(
            caption: "Runs that are not done", lines: runs.prefix(Self.rowsMax).map { RunsPart.Line($0) })
        return .group([.tag("h2", ["id": "open"], "At work"), part.markup(empty: "Nothing runs or waits.")])
    }

    private var map: Markup {
        let mass = Dictionary(state.replicas.compactMap { at in at.bytes.map { (at.site, $0) } }) { a, b in
            let (sum, overflow) = a.addingReportingOverflow(b)
            return overflow ? .max : sum
        }
        return SiteMap(geography: desk.geography, mass: mass).markup()
    }

    private var mass: Markup {
        var grid = Grid(
            "Datasets at sites",
            [
                .words("Dataset"), .words("Site"), .figures("Mass"), .words("State"), .figures("Lag"),
                .figures("May lag"),
            ])
        let ranked = state.replicas.sorted {
            (Self.rank($0), $0.dataset, $0.site) < (Self.rank($1), $1.dataset, $1.site)
        }
        for replica in ranked.prefix(Self.rowsMax) {
            grid.row([
                DatasetsPage.link(replica.dataset), .text(replica.site), .text(Words.size(replica.bytes)),
                .group([Badge.verdict(replica.verdict), .text(replica.reason.isEmpty ? "" : " \(replica.reason)")]),
                .text(Words.duration(replica.lag.map(Double.init))),
                .text(Words.duration(replica.rpo.map(Double.init))),
            ])
        }
        let rest = state.replicas.count - Self.rowsMax
        return .group([
            grid.markup(empty: "Nothing is known of replicas yet."),
            rest > 0 ? .tag("p", [:], .tag("a", ["href": "/datasets"], "\(rest) more")) : .nothing,
        ])
    }

    /// What needs a look comes first.
    private static func rank(_ replica: DeskReplica) -> Int {
        switch replica.verdict {
        case .lacking: 0
        case .forbidden: 1
        case .stale: 2
        case .unknown: 3
        case .held: 4
        }
    }
}
