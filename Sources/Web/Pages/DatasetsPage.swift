internal import Catalog
internal import Model

/// Datasets, and where each is.
struct DatasetsPage {
    let desk: any Desk
    let request: WebRequest

    /// The page.
    func markup() -> Markup {
        let replicas = Dictionary(grouping: desk.state.replicas, by: \.dataset)
        var names = desk.geography.datasets
        for name in replicas.keys.sorted() where !names.contains(name) { names.append(name) }
        var grid = Grid(
            "Datasets", [.words("Dataset"), .figures("Mass"), .words("Sites"), .figures("Oldest")])
        for name in names {
            let own = replicas[name] ?? []
            grid.row([
                Self.link(name), .text(Words.size(own.compactMap(\.bytes).max())),
                .group(own.map { .tag("span", ["class": "line"], .text("\($0.site) "), Badge.verdict($0.verdict)) }),
                .text(Words.duration(own.compactMap(\.lag).max().map(Double.init))),
            ])
        }
        return PageFrame(title: "Datasets", path: "/datasets", caller: request.caller).page(
            .tag(
                "div", ["id": "part-datasets", "data-part": ""],
                grid.markup(empty: "The configuration describes no datasets.")))
    }

    /// The name of a dataset, which leads to its page.
    static func link(_ name: String) -> Markup {
        .tag("a", ["href": "/datasets/\(WebTarget.encoded(name))"], .text(name))
    }
}
