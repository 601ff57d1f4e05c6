internal import Catalog
internal import Model
internal import Scheduling

/// A dataset: its replicas, its snapshots, how it grew and by what.
struct DatasetPage {
    let desk: any Desk
    let request: WebRequest

    /// So many snapshots are looked at.
    static let snapshotsMax = 200

    /// The page.
    ///
    /// - Throws: `notFound` for a name that nobody knows.
    func markup() throws -> Markup {
        let name = request.parameter("dataset")
        let replicas = desk.state.replicas.filter { $0.dataset == name }
        guard !replicas.isEmpty || desk.geography.datasets.contains(name) else {
            throw PerigeeError(
                .notFound, "there is no such dataset", at: String(name.prefix(200)), remedy: "see the list of datasets")
        }
        let snapshots = try desk.snapshots(dataset: name, site: nil, forgotten: true, limit: Self.snapshotsMax)
        return PageFrame(title: name, path: "/datasets", caller: request.caller).page(
            .tag("div", ["id": "part-replicas", "data-part": ""], table(replicas)),
            .tag(
                "section", ["aria-labelledby": "growth"], .tag("h2", ["id": "growth"], "Growth"),
                GrowthChart(snapshots: snapshots).markup()),
            .tag(
                "section", ["aria-labelledby": "snapshots"], .tag("h2", ["id": "snapshots"], "Snapshots"),
                list(snapshots.filter { $0.forgotten == nil })))
    }

    private func table(_ replicas: [DeskReplica]) -> Markup {
        var grid = Grid(
            "Replicas",
            [
                .words("Site"), .words("State"), .figures("Mass"), .words("As of"), .figures("Lag"),
                .figures("May lag"), .words("Found sound"),
            ])
        for replica in replicas {
            grid.row([
                .text(replica.site),
                .group([Badge.verdict(replica.verdict), .text(replica.reason.isEmpty ? "" : " \(replica.reason)")]),
                .text(Words.size(replica.bytes)), Words.time(replica.asOf),
                .text(Words.duration(replica.lag.map(Double.init))),
                .text(Words.duration(replica.rpo.map(Double.init))),
                Words.time(replica.verified),
            ])
        }
        return grid.markup(empty: "It is nowhere yet.")
    }

    private func list(_ snapshots: [KnownSnapshot]) -> Markup {
        var grid = Grid(
            "Snapshots, the newest first",
            [
                .words("Snapshot"), .words("Site"), .words("Noted"), .figures("Files"), .figures("Mass"),
                .figures("Added"),
            ])
        for row in snapshots {
            grid.row([
                .tag(
                    "a",
                    ["href": "/datasets/\(WebTarget.encoded(row.dataset))/snapshots/\(WebTarget.encoded(row.id))"],
                    .tag("code", ["title": row.id], .text(Words.short(id: row.id)))), .text(row.site),
                Words.time(Instant(row.noted)), .text(Quantity.grouped(row.files)), .text(Words.size(row.bytes)),
                .text(Words.size(row.stored)),
            ])
        }
        return grid.markup(empty: "No run has made a snapshot yet.")
    }
}
