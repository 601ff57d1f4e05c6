internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// Sites, links, datasets, replicas, snapshots.
    var places: [Operation] {
        [
            printed("sites", "listSites", "The sites of the configuration.", "Sites", .sites),
            printed("links", "listLinks", "The links of the configuration.", "Links", .links),
            printed("datasets", "listDatasets", "The datasets of the configuration.", "Datasets", .datasets),
            Operation(
                method: .get, path: "/v1/replicas", id: "listReplicas",
                summary: "What is known of each dataset at each site.", tag: "places", scope: .read,
                parameters: [Self.dataset, Self.site], answer: .init(help: "The replicas.", schema: "Replicas")
            ) { [desk] request in
                let (dataset, site) = (try request.query("dataset"), try request.query("site"))
                let found = desk.state.replicas.filter {
                    (dataset == nil || $0.dataset == dataset) && (site == nil || $0.site == site)
                }
                return WebAnswer(StateDocument.replicas(found))
            },
            Operation(
                method: .get, path: "/v1/snapshots", id: "listSnapshots",
                summary: "Snapshots that runs made or brought and that nobody has forgotten, newest first.",
                tag: "places", scope: .read,
                parameters: [
                    Self.dataset, Self.site, Self.flag("forgotten", "List those that were forgotten, too."), Self.limit,
                ],
                answer: .init(help: "The snapshots.", schema: "Snapshots")
            ) { [desk] request in
                WebAnswer(
                    StateDocument.snapshots(
                        try desk.snapshots(
                            dataset: request.query("dataset"), site: request.query("site"),
                            forgotten: request.flag("forgotten"),
                            limit: request.limit())))
            },
        ]
    }

    private func printed(
        _ path: String, _ id: String, _ summary: String, _ schema: String, _ document: DeskDocument
    ) -> Operation {
        Operation(
            method: .get, path: "/v1/\(path)", id: id, summary: summary, tag: "places", scope: .read,
            answer: .init(help: "The document.", schema: schema)
        ) { [desk] _ in WebAnswer(document: try desk.document(document)) }
    }

    private static let dataset = Operation.Parameter(
        name: "dataset", place: .query, help: "Of this dataset alone.",
        schema: .text("A dataset.", pattern: textPattern))
    private static let site = Operation.Parameter(
        name: "site", place: .query, help: "At this site alone.", schema: .text("A site.", pattern: textPattern))

    /// Text in a query: it has no zero byte, which nothing here is called by.
    static let textPattern = "^[^\\x00]*$"

    /// How many are wanted.
    static let limit = Operation.Parameter(
        name: "limit", place: .query, help: "So many at most; 50 else.", schema: .whole("A number.", min: 1, max: 1000))
    /// Where a page begins.
    static let before = Operation.Parameter(
        name: "before", place: .query, help: "With lower numbers: `next` of the page before.",
        schema: .whole("A number.", min: 0, max: .max))
}
