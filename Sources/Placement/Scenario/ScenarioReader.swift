internal import Model
public import Settings

extension Scenario {
    /// A file of a scenario: its name and what it says, which is read once.
    public struct File: Sendable {
        /// The name, for places of faults.
        public var name: String
        private let content: Result<SettingsNode, any Error>

        /// A file of YAML; whoever asks for its values is told where it is none, or has no table at its top.
        public init(name: String, text: String) {
            self.name = name
            content = Result { try SettingsNode(yaml: text, file: name, schema: Scenario.schema) }
        }

        /// A file that a program made, its values with the places that they come from.
        public init(name: String, node: SettingsNode) {
            self.name = name
            content = .success(node)
        }

        /// What it says.
        ///
        /// - Throws: `usage` where it is no YAML, or has no table at its top.
        public func node() throws -> SettingsNode { try content.get() }
    }

    /// Whether `files` are about the sites, links and datasets of the configuration: one says `live: true`, or none
    /// describes a site.
    ///
    /// - Throws: `usage` where a file is no YAML.
    public static func isLive(_ files: [File]) throws -> Bool {
        let nodes = try files.map { try $0.node() }
        return nodes.contains { $0["live"]?.text == "true" } || !nodes.contains { $0["sites"] != nil }
    }

    /// Reads a scenario from one or several files; lists and tables of several are put together.
    ///
    /// - Throws: `usage` with all that is wrong, each with file, line, column, key and remedy.
    public init(files: [File]) throws {
        var reader = ScenarioReader()
        for file in files { try reader.read(file) }
        self = try reader.finished(files.first?.name ?? "scenario")
    }
}

/// Puts a scenario together from its files.
struct ScenarioReader {
    static let keys =
        [
            "schema", "name", "note", "date", "start", "seed", "price_book", "objective", "carbon_price", "overhead",
            "sites", "links", "datasets", "workloads", "devices", "dedicated", "live", "warnings", "here",
        ] + PolicyBook.keys

    let faults = SettingsFaults()
    var scenario = Scenario(name: "")
    /// Where each thing stands, by its kind and name; names are checked at the end, when all files are read.
    var places: [String: SettingsPlace] = [:]
    /// Names that are used, with what they should name.
    var uses: [(kind: String, name: String, place: SettingsPlace)] = []
    private var end = SettingsPlace(file: "scenario", line: 1, column: 1)

    mutating func read(_ file: Scenario.File) throws {
        let root = try file.node()
        end = root.place
        guard let table = faults.table(root, keys: Self.keys) else { return }
        if table.require("schema", remedy: "add schema: \(Scenario.schema)"), table.text("schema") != Scenario.schema {
            faults.add(
                table.place("schema"), "it is not of the form \(Scenario.schema)",
                remedy: "write schema: \(Scenario.schema)")
        }
        head(table)
        for member in table.members("sites") { site(member) }
        for node in table.list("links") { links(node) }
        for member in table.members("datasets") { dataset(member) }
        for member in table.members("workloads") { workload(member) }
        for member in table.members("devices") { device(member) }
        for member in table.members("dedicated") { dedicated(member) }
        scenario.policy.read(table, faults)
    }

    private mutating func head(_ table: SettingsTable) {
        _ = table.flag("live")
        scenario.warnings += table.texts("warnings")
        scenario.name = table.word("name") ?? scenario.name
        if let text = table.text("date") {
            if text.count == 10, Timestamp(rfc3339: text + "T00:00:00Z") != nil {
                scenario.date = text
            } else {
                faults.add(table.place("date"), "\"\(text)\" is no day", remedy: "write it as 2026-11-25")
            }
        }
        if let start = table.value("start", "an instant such as 2026-11-25T18:00:00Z", Timestamp.init(rfc3339:)) {
            scenario.start = start
        }
        if let seed = table.value("seed", "a whole number", { UInt64($0) }) { scenario.seed = seed }
        priceBook(table)
        if let here = table.word("here") {
            scenario.here = here
            uses.append(("site", here, table.place("here")))
        }
        scenario.overhead = table.share("overhead") ?? scenario.overhead
        scenario.carbonPrice = price(table, "carbon_price") ?? scenario.carbonPrice
        guard let node = table.node("objective"),
            let aim = faults.table(node, keys: ["minimise", "deadline", "confidence", "hour_value"])
        else { return }
        if aim.has("minimise") {
            let words = Objective.Aim.allCases.map(\.rawValue).joined(separator: ", ")
            scenario.objective.aim = aim.value("minimise", "one of \(words)", Objective.Aim.init) ?? .cost
        }
        scenario.objective.deadline = aim.seconds("deadline") ?? scenario.objective.deadline
        scenario.objective.confidence = confidence(aim) ?? scenario.objective.confidence
        let hourValue = price(aim, "hour_value")
        scenario.objective.hourValue = hourValue ?? scenario.objective.hourValue
        if scenario.objective.aim == .weighted, hourValue == nil, scenario.objective.hourValue == .zero {
            faults.add(
                node.place, "hour_value is missing, by which time is weighed",
                remedy: "add hour_value: 10 for ten dollars an hour")
        }
    }

    /// The price book, which is named or stands here.
    private mutating func priceBook(_ table: SettingsTable) {
        guard let node = table.node("price_book") else { return }
        scenario.tariffPlaces.book = node.place
        scenario.ownBook = nil
        if case .table = node.content {
            scenario.ownBook = PriceBook(node, faults)
            scenario.priceBook = scenario.ownBook?.id
        } else {
            scenario.priceBook = table.word("price_book")
        }
    }

    /// A share above one half, to which a deadline is kept.
    func confidence(_ table: SettingsTable) -> Double? {
        guard let share = table.share("confidence") else { return nil }
        if share < 0.5 || share > 0.999 {
            faults.add(
                table.place("confidence"), "\(share) is not from 0.5 to 0.999", remedy: "write confidence: 0.9 or so")
            return nil
        }
        return share
    }

    /// A number of which nothing would mean something else than that there is none.
    func positive(_ table: SettingsTable, _ key: String, upTo limit: Int) -> Double? {
        table.value(key, "a number above 0, \(limit) at most") { text in
            Double(text).flatMap { $0 > 0 && $0 <= Double(limit) ? $0 : nil }
        }
    }

    func price(_ table: SettingsTable, _ key: String) -> Price? {
        table.value(key, "a price in dollars such as 0.09", Price.init(parsing:))
    }

    func money(_ table: SettingsTable, _ key: String) -> Money? {
        table.value(key, "an amount in dollars such as 300 or 12.50") {
            Money(parsing: $0).flatMap { $0 >= .zero ? $0 : nil }
        }
    }

    /// The name of an entry of a price book at `key`, which is to price what is of `kind`.
    mutating func entry(_ table: SettingsTable, _ key: String, _ kind: PriceEntry.Kind) -> String? {
        guard let name = table.word(key) else { return nil }
        scenario.tariffPlaces.note(name, kind, at: table.place(key))
        return name
    }

    /// A tariff from `tariff` (a name), `price_per_gb` or `price_per_gib`; nil where none is written.
    mutating func tariff(
        _ table: SettingsTable, _ kind: PriceEntry.Kind = .traffic, suffix: String = ""
    ) -> Tariff? {
        let flat = [("price_per_gb" + suffix, ByteUnit.gigabyte), ("price_per_gib" + suffix, .gibibyte)]
        let written = flat.filter { table.has($0.0) }
        if written.count + (table.has("tariff") ? 1 : 0) > 1 {
            faults.add(
                table.place, "the price is written twice", remedy: "keep one of tariff, \(flat[0].0) and \(flat[1].0)")
        }
        if let name = entry(table, "tariff", kind) { return Tariff(name: name) }
        guard let (key, unit) = written.first else { return nil }
        if table.text(key) == "unknown" { return Tariff() }
        return price(table, key).map { Tariff(schedule: TierSchedule(flat: $0, unit: unit)) }
    }

    mutating func hourly(_ table: SettingsTable) -> HourlyTariff {
        if let name = entry(table, "tariff", .hourly) { return HourlyTariff(name: name) }
        if table.text("price_per_hour") == "unknown" { return HourlyTariff() }
        return HourlyTariff(price: price(table, "price_per_hour"))
    }

    /// Notes a second thing of the same kind and name.
    mutating func note(_ kind: String, _ name: String, _ place: SettingsPlace) {
        if let first = places["\(kind) \(name)"] {
            faults.add(
                place, "the \(kind) \(name) stands twice",
                remedy: "keep one; the other is in \(first.file) at line \(first.line)")
        }
        places["\(kind) \(name)"] = place
    }

    /// The scenario, once all names are known.
    mutating func finished(_ file: String) throws -> Scenario {
        scenario.sites.sort { $0.name < $1.name }
        scenario.links.sort { ($0.from, $0.to) < ($1.from, $1.to) }
        scenario.datasets.sort { $0.name < $1.name }
        scenario.devices.sort { $0.name < $1.name }
        scenario.dedicated.sort { $0.name < $1.name }
        if scenario.name.isEmpty { scenario.name = file }
        if scenario.sites.isEmpty { faults.add(end, "there are no sites", remedy: "add sites: with one name each") }
        if scenario.workloads.isEmpty {
            faults.add(end, "there are no workloads", remedy: "add workloads: with one name each")
        }
        scenario.policy.sets.today = scenario.date
        checkNames()
        scenario.policy.checkNames(end, faults)
        for work in scenario.workloads {
            let place = places["workload \(work.name)"] ?? end
            scenario.policy.checkSets("the workload \(work.name)", work.sites, place, faults)
        }
        orderWorkloads()
        try faults.check()
        scenario.warnings.insert(
            contentsOf: scenario.policy.expressions.flatMap(\.expression.warnings)
                + scenario.workloads.flatMap(\.sites.warnings), at: 0)
        return scenario
    }
}
