internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// What vaults and trees hold, read where they are.
    var vaults: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/vaults/{site}/snapshots", id: "listNewestSnapshots",
                summary: "The newest snapshot of each dataset in the vault of a site.", tag: "vaults", scope: .read,
                parameters: [Self.siteParameter, Self.limit], answer: .init(help: "The snapshots.", schema: "History"),
                isHeavy: true, problems: [409, 422]
            ) { [self] request in
                let (site, limit) = (try site(request), try request.limit())
                return try answer(.history(site: site, dataset: nil, before: nil, limit: limit))
            },
            Operation(
                method: .get, path: "/v1/vaults/{site}/keys", id: "listKeys",
                summary: "What opens the vault of a site: passphrases and key files by their labels, no secrets.",
                tag: "vaults", scope: .read, parameters: [Self.siteParameter],
                answer: .init(help: "The keys.", schema: "Keys"), isHeavy: true, problems: [409, 422]
            ) { [self] request in try answer(.keys(site: site(request))) },
            Operation(
                method: .get, path: "/v1/vaults/{site}/epochs", id: "listEpochs",
                summary: "How much each key epoch has sealed in the vault of a site.", tag: "vaults", scope: .read,
                parameters: [Self.siteParameter], answer: .init(help: "The epochs.", schema: "Epochs"), isHeavy: true,
                problems: [409, 422]
            ) { [self] request in try answer(.epochs(site: site(request))) },
            Operation(
                method: .get, path: "/v1/replicas/{site}/{dataset}/snapshots", id: "listHistory",
                summary: "The snapshots of a dataset in a vault, newest first.", tag: "vaults", scope: .read,
                parameters: [
                    Self.siteParameter, Self.datasetParameter, Self.before, Self.limit,
                    Self.flag("forgotten", "List what was forgotten and is still there instead; in one page."),
                ], answer: .init(help: "A page.", schema: "History"), isHeavy: true, problems: [409, 422]
            ) { [self] request in
                let (site, dataset) = (try site(request), try dataset(request))
                let before = try request.number("before", 0...Int64.max).map(UInt64.init)
                let limit = try request.limit()
                return try answer(
                    .history(
                        site: site, dataset: dataset, before: before, limit: limit,
                        forgotten: request.flag("forgotten")))
            },
            Operation(
                method: .get, path: "/v1/replicas/{site}/{dataset}/entries", id: "listEntries",
                summary: "What a folder of a tree or snapshot holds, in the order of its paths.", tag: "vaults",
                scope: .read,
                parameters: [
                    Self.siteParameter, Self.datasetParameter,
                    Self.snapshotParameter,
                    Self.text("path", "A folder or file in it; else the root."),
                    Self.flag("recursive", "List what is in its folders too."), Self.after, Self.limit,
                ], answer: .init(help: "A page.", schema: "Entries"), isHeavy: true, problems: [409, 422]
            ) { [self] request in
                let (site, dataset) = (try site(request), try dataset(request))
                var listing = DeskListing(site: site, dataset: dataset)
                listing.snapshot = try request.query("snapshot", max: 100)
                (listing.path, listing.isRecursive) = (
                    try request.query("path", max: WebLimits.targetMax), try request.flag("recursive")
                )
                (listing.after, listing.limit) = (
                    try request.query("after", max: WebLimits.targetMax), try request.limit()
                )
                return try answer(.entries(listing))
            },
            Operation(
                method: .get, path: "/v1/replicas/{site}/{dataset}/content", id: "getContent",
                summary: "The bytes of a file in a tree or snapshot.", tag: "vaults", scope: .read,
                parameters: [
                    Self.siteParameter, Self.datasetParameter, Self.snapshotParameter,
                    .init(
                        name: "path", place: .query, help: "The file.",
                        schema: .text("A path.", pattern: Self.textPattern, min: 1), isNeeded: true),
                ], answer: .init(type: "application/octet-stream", help: "The bytes."), isHeavy: true,
                problems: [409, 422]
            ) { [self] request in try content(request) },
            Operation(
                method: .get, path: "/v1/diff", id: "diff", summary: "What differs between two trees or snapshots.",
                tag: "vaults", scope: .read,
                parameters: [
                    Self.diffSide("old", "The old side"), Self.diffSide("new", "The new side"),
                    Self.flag("data", "Compare the bytes of all files, whatever their times say."), Self.after,
                    Self.limit,
                ], answer: .init(help: "A page.", schema: "Differences"), isHeavy: true, problems: [404, 409, 422]
            ) { [self] request in
                let (old, new) = (try side("old", request), try side("new", request))
                return try answer(
                    .differences(
                        old: old, new: new, data: request.flag("data"),
                        after: request.query("after", max: WebLimits.targetMax),
                        limit: request.limit()))
            },
            Operation(
                method: .get, path: "/v1/doctor", id: "getDoctor",
                summary: "What the machine of the daemon has, and what is missing.", tag: "status", scope: .read,
                parameters: [
                    .init(
                        name: "site", place: .query,
                        help: "Try the place of the vault of this site, too, by trial files; needs the scope operate.",
                        schema: .text("A site.", pattern: Self.textPattern, max: 63, min: 1))
                ], answer: .init(help: "The findings.", schema: "Doctor"), isHeavy: true, problems: [404, 422]
            ) { [self] request in
                let site = try request.query("site", max: 63)
                if let site {
                    guard request.caller.may(.operate) else {
                        throw PerigeeError(
                            .denied, "trial files are made where the vault is", at: site,
                            remedy: "use a token with the scope operate, or leave site away")
                    }
                    try checkSite(site, "site")
                }
                return try answer(.doctor(site: site))
            },
        ]
    }

    /// The site that the path names.
    func site(_ request: WebRequest) throws -> String {
        let name = request.parameter("site")
        try checkSite(name)
        return name
    }

    private func dataset(_ request: WebRequest) throws -> String {
        let name = request.parameter("dataset")
        try checkDataset(name)
        return name
    }

    private func content(_ request: WebRequest) throws -> WebAnswer {
        var file = DeskListing(site: try site(request), dataset: try dataset(request))
        file.snapshot = try request.query("snapshot", max: 100)
        file.path = try request.neededQuery("path", max: WebLimits.targetMax, form: "path=FOLDER/FILE")
        let (flow, size) = (ByteFlow(), try Self.possible { try desk.size(of: file) })
        if request.method != .head { try desk.read(file, into: flow) }
        return WebAnswer(flow, size: size)
    }

    private func side(_ name: String, _ request: WebRequest) throws -> String {
        let text = try request.neededQuery(
            name, max: Self.sideMax, form: "\(name)=SITE:DATASET or SITE:DATASET@SNAPSHOT")
        return try end(text, name, withSnapshot: true)
    }

    /// The longest end with a snapshot.
    private static let sideMax = 250

    private static func diffSide(_ name: String, _ help: String) -> Operation.Parameter {
        .init(
            name: name, place: .query, help: "\(help): `SITE:DATASET`, of a vault also with `@SNAPSHOT`.",
            schema: .text("An end.", pattern: snapshotForm, max: sideMax, min: 3), isNeeded: true)
    }

    private static func text(_ name: String, _ help: String, max: Int? = nil) -> Operation.Parameter {
        .init(name: name, place: .query, help: help, schema: .text("A text.", pattern: textPattern, max: max, min: 1))
    }

    /// A flag of the query.
    static func flag(_ name: String, _ help: String) -> Operation.Parameter {
        .init(name: name, place: .query, help: help, schema: .words(["true", "false"], "Whether."))
    }

    private static let snapshotParameter = text(
        "snapshot", "Of a vault: 4 or more digits of an ID, `latest~1`, or an instant; else the newest.", max: 100)
    private static let after = text("after", "What comes behind this path: `next` of the page before.")
}
