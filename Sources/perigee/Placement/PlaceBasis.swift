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
        var loaded: LoadedConfiguration?
        if try Scenario.isLive(files) {
            let configuration = try Self.configuration(files)
            loaded = configuration
            if let configuration {
                let live = try LiveScenario(loaded: configuration, verb: verb, context: context)
                    .file(beside: files)
                files += try [live.file, Self.circumstances(files, live.notes, configuration.path)]
            }
        }
        var scenario = try Scenario(files: files)
        if verb.files.isEmpty { scenario.name = loaded?.path ?? scenario.name }
        self.scenario = scenario
        self.files = files
        if written.isEmpty, let loaded { written = [try PriceBookFile.text(loaded.path)] }
        texts = written
        book = try Self.book(scenario, verb, loaded)
    }

    /// The prices: those that the scenario holds, else those of the file that is named or found.
    ///
    /// - Throws: `usage` where the scenario holds prices, or is written for other ones.
    private static func book(_ scenario: Scenario, _ verb: Place, _ loaded: LoadedConfiguration?) throws -> PriceBook {
        if let own = scenario.ownBook {
            guard let named = verb.priceBook else { return own }
            throw PerigeeError(
                .usage,
                "the scenario holds the prices that it is decided by, of the book \(own.id), and \(named) is named",
                at: "--price-book",
                remedy: "leave --price-book away, or write an ID at price_book: of the scenario to decide by that book")
        }
        if verb.priceBook == nil, let loaded { return try scenario.book(orElse: PriceBookFile.configured(loaded)) }
        return try scenario.book(orElse: PriceBookFile.read(verb.priceBook, beside: verb.files.first))
    }

    private static func configuration(_ files: [Scenario.File]) throws -> LoadedConfiguration? {
        if let loaded = try NamedSites.current.loadedIfThere() { return loaded }
        guard files.isEmpty else { return nil }
        throw PerigeeError(
            .usage, "there is nothing to decide about: no file is named, and there is no configuration", at: "place",
            remedy: "name a scenario, or a configuration with --config or PERIGEE_CONFIG")
    }

    /// What else holds for a decision about the configuration at `path`, for a saved file to say it too: sets are those of
    /// today where `files` name no day, and `notes` are told.
    private static func circumstances(
        _ files: [Scenario.File], _ notes: [String], _ path: String
    ) throws -> Scenario.File {
        let maker = SettingsMaker(file: path)
        let place = maker.place(.start)
        let hasDate = try files.contains { try $0.node()["date"] != nil }
        let today = hasDate ? nil : maker.scalar(String(SystemClock.now().rfc3339.prefix(10)), at: place)
        let told = notes.isEmpty ? nil : maker.list(notes.map { maker.scalar($0, at: place) }, at: place)
        let members = [("schema", maker.scalar(Scenario.schema, at: place)), ("date", today), ("warnings", told)]
        return Scenario.File(name: path, node: maker.table(members, at: place))
    }

    /// Writes all that the decision rests on, the entries of the price book too, as one file that stands alone and is
    /// decided the same.
    ///
    /// - Throws: where it cannot be written, or the book lacks a price that is named.
    func write(to path: String) throws {
        let used = try scenario.priced(by: book).used.map(\.entry)
        let prices = book.id == PriceBook.empty.id ? Self.text(book.id) : book.excerpt(used)
        var members: [(key: String, nodes: [SettingsNode])] = [("price_book", [prices])]
        for file in files {
            guard case .table(let own) = try file.node().content else { continue }
            for member in own where !["live", "note", "schema", "price_book"].contains(member.key) {
                if let at = members.firstIndex(where: { $0.key == member.key }) {
                    members[at].nodes.append(member.value)
                } else {
                    members.append((member.key, [member.value]))
                }
            }
        }
        var lines = ["schema: \(Scenario.schema)"]
        if !members.contains(where: { $0.key == "name" }) { lines.append("name: \(Self.text(scenario.name).json)") }
        for (key, nodes) in members { lines += Self.lines(key, nodes) }
        let text = lines.joined(separator: "\n") + "\n"
        let file = try OpenFile(writing: path)
        try Array(text.utf8).withUnsafeBytes { try file.write($0) }
        try file.finish()
    }

    private static func text(_ text: String) -> SettingsNode {
        let maker = SettingsMaker(file: "")
        return maker.scalar(text, at: maker.place(.start))
    }

    /// Values of one key in several files as one: tables and lists are put together, of others the last holds, as of what
    /// stands below one name in several tables.
    private static func lines(_ key: String, _ nodes: [SettingsNode]) -> [String] {
        if ["links", "rules", "warnings"].contains(key) {
            let items = nodes.flatMap { node in
                if case .list(let items) = node.content { items } else { [node] }
            }
            return items.isEmpty ? [] : ["\(key):"] + items.map { "  - \($0.json)" }
        }
        var members: [SettingsNode.Member] = []
        for case .table(let own) in nodes.map(\.content) {
            let names = Set(own.map(\.key))
            members.removeAll { names.contains($0.key) }
            members += own
        }
        if !members.isEmpty {
            return ["\(key):"] + members.map { "  \(Self.text($0.key).json): \($0.value.json)" }
        }
        guard let last = nodes.last, case .scalar = last.content else { return [] }
        return ["\(key): \(last.json)"]
    }
}
