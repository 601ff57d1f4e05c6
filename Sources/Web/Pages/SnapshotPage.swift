internal import Catalog
internal import Model
internal import Scheduling

/// A snapshot of a dataset: what it has that the one before it at its site has not.
struct SnapshotPage {
    let desk: any Desk
    let request: WebRequest

    /// So many changes are read at most.
    private static let changesMax = 1000
    /// So many files are named.
    private static let filesMax = 20

    /// The page.
    ///
    /// - Throws: `notFound` for a snapshot that no run has noted, or that was forgotten.
    func markup() throws -> Markup {
        let (name, id) = (request.parameter("dataset"), request.parameter("snapshot"))
        let known = try desk.snapshots(dataset: name, site: nil, forgotten: false, limit: DatasetPage.snapshotsMax)
        guard let row = known.first(where: { $0.id == id }) else {
            throw PerigeeError(
                .notFound, "no run has noted such a snapshot", at: String(id.prefix(64)),
                remedy: "see the snapshots of the dataset")
        }
        // The newest come first.
        let before = known.drop { $0 != row }.dropFirst().first { $0.site == row.site && $0.id != row.id }
        return PageFrame(title: "\(name) @\(Words.short(id: id))", path: "/datasets", caller: request.caller).page(
            .tag("p", [:], .tag("a", ["href": "/datasets/\(WebTarget.encoded(name))"], .text("All of \(name)"))),
            facts(row, before), try before.map { try changes(from: $0, to: row) } ?? first(row))
    }

    private func first(_ row: KnownSnapshot) -> Markup {
        Notice.empty("No older snapshot is known at \(row.site): all of it was new there.")
    }

    private func facts(_ row: KnownSnapshot, _ before: KnownSnapshot?) -> Markup {
        Facts.markup([
            ("Site", .text(row.site)), ("Noted", Words.time(Instant(row.noted))),
            ("Files", .text(Quantity.grouped(row.files))), ("Mass", .text(Words.size(row.bytes))),
            ("Added to the vault", .text(Words.size(row.stored))),
            ("The one before", before.map { .tag("code", ["title": $0.id], .text(Words.short(id: $0.id))) } ?? "none"),
        ])
    }

    private func changes(from before: KnownSnapshot, to row: KnownSnapshot) throws -> Markup {
        let document = try BodyReader.Value(
            document: desk.document(
                .differences(
                    old: "\(row.site):\(row.dataset)@\(before.id)", new: "\(row.site):\(row.dataset)@\(row.id)",
                    data: false, after: nil, limit: Self.changesMax)))
        let growth = Growth(document)
        return .group([
            .tag(
                "section", ["aria-labelledby": "folders"],
                .tag("h2", ["id": "folders"], "What made it grow"), folders(growth)),
            .tag(
                "section", ["aria-labelledby": "files"],
                .tag("h2", ["id": "files"], "Files that changed most"), files(growth)),
            growth.isWhole
                ? .nothing
                : Notice.empty("These are the first \(Self.changesMax) changes, by path; perigee diff lists all."),
        ])
    }

    private func folders(_ growth: Growth) -> Markup {
        var grid = Grid(
            "By folder",
            [.words("Folder"), .figures("New"), .figures("Changed"), .figures("Gone"), .figures("Grew by")])
        for folder in growth.folders {
            grid.row([
                .text(folder.name), .text(Quantity.grouped(folder.new)), .text(Quantity.grouped(folder.changed)),
                .text(Quantity.grouped(folder.gone)), .text(Self.signed(folder.bytes)),
            ])
        }
        return grid.markup(empty: "No file changed.")
    }

    private func files(_ growth: Growth) -> Markup {
        var grid = Grid("Files", [.words("File"), .words("Change"), .figures("Size"), .figures("Grew by")])
        for file in growth.files.prefix(Self.filesMax) {
            grid.row([
                .text(file.path), .text(file.change), .text(Words.size(file.size)), .text(Self.signed(file.bytes)),
            ])
        }
        return grid.markup(empty: "No file changed.")
    }

    private static func signed(_ bytes: Int64) -> String {
        bytes < 0 ? "\u{2212}\(Words.size(bytes.magnitude))" : "+\(Words.size(bytes.magnitude))"
    }
}
