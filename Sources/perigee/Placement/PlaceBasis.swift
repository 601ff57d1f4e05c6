internal import Configurations
internal import Files
internal import Model
internal import Placement
internal import Replication
internal import Settings

/// What a decision rests on: the files that were named, and the live configuration where they speak of it.
struct PlaceBasis {
    /// The scenario that all of it comes to.
    let scenario: Scenario
    /// The prices.
    let book: PriceBook
    /// What somebody wrote: the same when it is asked again, whatever has moved meanwhile.
    let texts: [String]
    private let files: [Scenario.File]

    /// Reads the files of `verb`, and asks what the configuration and the engine know.
    ///
    /// - Throws: `usage` where a file is wrong, or nothing is there to decide about.
    init(_ verb: Place, _ context: Context) throws {
        var written = try verb.files.map { try PriceBookFile.text($0) }
        var files = zip(verb.files, written).map { Scenario.File(name: $0, text: $1) }
        var notes: [String] = []
        var loaded: LoadedConfiguration?
        if try Scenario.isLive(files) {
            let configuration = try Self.configuration(files)
            loaded = configuration
            if let configuration {
                let live = try LiveScenario(loaded: configuration, verb: verb, context: context)
                    .file(beside: files)
                files.append(live.file)
                notes = live.notes
            }
        }
        if let loaded, try !files.contains(where: { try $0.node()["date"] != nil }) {
            // Sets are those of today; a saved file says which day that was.
            files.append(Self.dated(String(SystemClock.now().rfc3339.prefix(10)), loaded.path))
        }
        var scenario = try Scenario(files: files)
        if verb.files.isEmpty { scenario.name = loaded?.path ?? scenario.name }
        scenario.warnings += notes
        self.scenario = scenario
        self.files = files
        if written.isEmpty, let loaded { written = [try PriceBookFile.text(loaded.path)] }
        texts = written
        book =
            try verb.priceBook == nil && loaded != nil
            ? loaded.map { try PriceBookFile.configured($0) } ?? .empty
            : PriceBookFile.read(verb.priceBook, beside: verb.files.first)
    }

    private static func configuration(_ files: [Scenario.File]) throws -> LoadedConfiguration? {
        if let loaded = try NamedSites.current.loadedIfThere() { return loaded }
        guard files.isEmpty else { return nil }
        throw PerigeeError(
            .usage, "there is nothing to decide about: no file is named, and there is no configuration", at: "place",
            remedy: "name a scenario, or a configuration with --config or PERIGEE_CONFIG")
    }

    private static func dated(_ date: String, _ file: String) -> Scenario.File {
        let maker = SettingsMaker(file: file)
        let place = maker.place(.start)
        let node = maker.table(
            [("schema", maker.scalar(Scenario.schema, at: place)), ("date", maker.scalar(date, at: place))], at: place)
        return Scenario.File(name: file, node: node)
    }

    /// Writes all that the decision rests on, but prices, as one file that stands alone and is decided the same.
    ///
    /// - Throws: where it cannot be written.
    func write(to path: String) throws {
        var members: [(key: String, nodes: [SettingsNode])] = []
        for file in files {
            guard case .table(let own) = try file.node().content else { continue }
            for member in own where !["live", "note", "schema"].contains(member.key) {
                if let at = members.firstIndex(where: { $0.key == member.key }) {
                    members[at].nodes.append(member.value)
                } else {
                    members.append((member.key, [member.value]))
                }
            }
        }
        var lines = ["schema: \(Scenario.schema)"]
        if !members.contains(where: { $0.key == "name" }) {
            lines.append(
                "name: \(SettingsNode(place: .init(file: "", line: 1, column: 1), content: .scalar(scenario.name)).json)"
            )
        }
        if book.id != PriceBook.empty.id, !members.contains(where: { $0.key == "price_book" }) {
            let place = SettingsPlace(file: path, line: 1, column: 1)
            lines.append("price_book: \(SettingsNode(place: place, content: .scalar(book.id)).json)")
        }
        for (key, nodes) in members {
            lines += Self.lines(key, nodes)
        }
        let text = lines.joined(separator: "\n") + "\n"
        let file = try OpenFile(writing: path)
        try Array(text.utf8).withUnsafeBytes { try file.write($0) }
        try file.finish()
    }

    /// Values of one key in several files as one: tables and lists are put together, of others the last holds.
    private static func lines(_ key: String, _ nodes: [SettingsNode]) -> [String] {
        var tables: [SettingsNode.Member] = []
        var lists: [SettingsNode] = []
        for node in nodes {
            if case .table(let own) = node.content { tables += own }
            if case .list(let items) = node.content { lists += items }
        }
        if !tables.isEmpty {
            return ["\(key):"]
                + tables.map { member in
                    let name = SettingsNode(place: member.place, content: .scalar(member.key)).json
                    return "  \(name): \(member.value.json)"
                }
        }
        if !lists.isEmpty { return ["\(key):"] + lists.map { "  - \($0.json)" } }
        return nodes.last.map { node in
            if case .scalar = node.content { return ["\(key): \(node.json)"] }
            return []
        } ?? []
    }
}
