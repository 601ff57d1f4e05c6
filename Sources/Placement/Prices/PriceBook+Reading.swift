internal import Model
internal import Settings

extension PriceBook {
    private static let keys = ["id", "date", "currency", "entries", "conflicts", "note"]
    private static let entryKeys = [
        "id", "kind", "provider", "scope", "unit", "free", "tiers", "price", "prices", "min_days", "min_object",
        "retrieval", "put", "get", "per", "fee", "days", "grams_per_kwh", "status", "as_of", "confidence", "source",
        "warning",
    ]
    /// A book may hold so many entries.
    public static let entriesMax = 10_000

    /// Reads a book as YAML.
    ///
    /// - Throws: `usage` with all that is wrong in it, each with line, column, key and remedy.
    public init(yaml text: String, file: String) throws {
        let faults = SettingsFaults()
        let root = try SettingsNode(yaml: text, file: file, schema: Self.schema)
        if root["schema"]?.text != Self.schema {
            faults.add(
                (root["schema"] ?? root).place, "it is not of the form \(Self.schema)",
                remedy: "write schema: \(Self.schema)")
        }
        let book = Self(root, besides: ["schema"], faults)
        try faults.check()
        guard let book else { preconditionFailure("what is no book has a fault") }
        self = book
    }

    /// Reads a book that stands in a scenario, or in a file, which has keys `besides`; nil, and noted, where it is no table.
    init?(_ node: SettingsNode, besides: [String] = [], _ faults: SettingsFaults) {
        guard let table = faults.table(node, keys: besides + Self.keys) else { return nil }
        table.require("id")
        if let currency = table.text("currency"), currency != "USD" {
            faults.add(
                table.place("currency"), "prices in \(currency) are not known here", remedy: "write prices in USD")
        }
        let date = Self.date(table, "date", faults)
        let nodes = table.list("entries")
        if nodes.count > Self.entriesMax {
            faults.add(
                table.place("entries"), "there are more than \(Self.entriesMax) entries", remedy: "make several books")
        }
        var entries: [PriceEntry] = []
        var written: [String: SettingsNode] = [:]
        for node in nodes.prefix(Self.entriesMax) {
            guard let entry = Self.entry(node, faults) else { continue }
            if let first = written[entry.id] {
                faults.add(
                    node.place, "the entry \(entry.id) stands twice",
                    remedy: "keep one; the other is at line \(first.place.line)")
            }
            written[entry.id] = node
            entries.append(entry)
        }
        self.init(
            id: table.text("id") ?? "", date: date, entries: entries, conflicts: table.texts("conflicts"),
            written: written)
    }

    private static func entry(_ node: SettingsNode, _ faults: SettingsFaults) -> PriceEntry? {
        guard let table = faults.table(node, keys: entryKeys) else { return nil }
        for key in ["id", "kind", "provider", "as_of", "confidence", "source"] { table.require(key) }
        guard let id = table.text("id"),
            let kind = table.value("kind", words(PriceEntry.Kind.self), PriceEntry.Kind.init),
            let confidence = table.value("confidence", "A, B or C", PriceEntry.Confidence.init)
        else { return nil }
        var entry = PriceEntry(
            id: id, kind: kind, provider: table.text("provider") ?? "", scope: table.texts("scope"),
            asOf: date(table, "as_of", faults), confidence: confidence, source: table.text("source") ?? "")
        entry.warning = table.text("warning")
        if table.has("status") {
            entry.status = table.value("status", words(PriceEntry.Status.self), PriceEntry.Status.init) ?? .current
        }
        switch kind {
        case .traffic: entry.schedules = schedules(table, faults)
        case .storage:
            entry.schedules = schedules(table, faults)
            entry.keeping.minimumDays = table.number("min_days", 0...3650) ?? 0
            entry.keeping.minimumObject = table.size("min_object")?.bytes ?? 0
            entry.keeping.retrieval = price(table, "retrieval") ?? .zero
        case .requests: entry.requests = requests(table, faults)
        case .hourly: entry.hourly = prices(table, faults)
        case .device:
            table.require("fee")
            entry.device = price(table, "fee").map { .init(fee: $0, days: table.number("days", 0...3650)) }
            if table.has("price") { entry.schedules = schedules(table, faults) }
        case .carbon:
            for member in table.members("grams_per_kwh") {
                guard let text = table.text(member.value) else { continue }
                if let grams = Double(text), (0...5000).contains(grams) {
                    entry.carbon[member.key] = grams
                } else {
                    faults.add(
                        member.place, "\"\(text)\" is no number of grams", remedy: "write grams of CO2 for a kWh")
                }
            }
        }
        return entry
    }

    private static func words<Word: CaseIterable & RawRepresentable>(_: Word.Type) -> String
    where Word.RawValue == String { "one of " + Word.allCases.map(\.rawValue).joined(separator: ", ") }

    /// A date, a month or a year, or two of these with a dash between; told where it is none.
    private static func date(_ table: SettingsTable, _ key: String, _ faults: SettingsFaults) -> String {
        guard table.require(key, remedy: "add the date, as 2026-11-23"), let text = table.text(key) else { return "" }
        let isDate = text.count >= 4 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
        if !isDate {
            faults.add(table.place(key), "\"\(text)\" is no date", remedy: "write it as 2026-11-23, 2026-11 or 2026")
        }
        return text
    }

    private static func price(_ table: SettingsTable, _ key: String) -> Price? {
        table.value(key, "a price in dollars such as 0.09", Price.init(parsing:))
    }

    /// Prices of an hour by variant, from `price` or `prices`.
    private static func prices(_ table: SettingsTable, _ faults: SettingsFaults) -> [String: Price] {
        var out: [String: Price] = [:]
        if let price = price(table, "price") { out[""] = price }
        for member in table.members("prices") {
            guard let text = table.text(member.value) else { continue }
            // What is written as unknown stays unknown.
            if text == "unknown" { continue }
            if let price = Price(parsing: text) {
                out[member.key] = price
            } else {
                faults.add(
                    member.value.place, "\"\(text)\" is no price", remedy: "write dollars such as 0.09, or unknown")
            }
        }
        if !table.has("price"), !table.has("prices") {
            faults.add(table.place, "there is no price", remedy: "add price, prices or tiers")
        }
        return out
    }

    private static func schedules(_ table: SettingsTable, _ faults: SettingsFaults) -> [String: TierSchedule] {
        table.require("unit", remedy: "add unit: GB or unit: GiB, as the price page means it")
        guard let unit = table.value("unit", "GB, GiB, TB or TiB", ByteUnit.init) else { return [:] }
        let free = amount(table, "free", unit) ?? 0
        guard table.has("tiers") else {
            return prices(table, faults).compactMapValues {
                TierSchedule(unit: unit, free: free, tiers: [.init(upTo: nil, price: $0)])
            }
        }
        var tiers: [TierSchedule.Tier] = []
        for node in table.list("tiers") {
            guard let tier = faults.table(node, keys: ["up_to", "price"]) else { return [:] }
            tier.require("price")
            tiers.append(.init(upTo: amount(tier, "up_to", unit), price: price(tier, "price") ?? .zero))
        }
        guard let schedule = TierSchedule(unit: unit, free: free, tiers: tiers) else {
            faults.add(
                table.place("tiers"), "tiers must rise, and only the last has no up_to",
                remedy: "order them by up_to, and leave it away in the last")
            return [:]
        }
        return ["": schedule]
    }

    /// A number of units as bytes.
    private static func amount(_ table: SettingsTable, _ key: String, _ unit: ByteUnit) -> UInt64? {
        table.value(key, "a number of \(unit.rawValue)") { text in
            guard let billionths = DecimalText.scaled(text, places: 9), billionths < Int128(1) << 80 else { return nil }
            let bytes = billionths * Int128(unit.bytes) / 1_000_000_000
            return bytes <= Int128(Int64.max) ? UInt64(bytes) : nil
        }
    }

    private static func requests(_ table: SettingsTable, _ faults: SettingsFaults) -> PriceEntry.Requests {
        let per = Int64(table.count("per", 1...1_000_000_000) ?? 1)
        func one(_ key: String) -> Price? { price(table, key).map { Price(picos: $0.picos / per) } }
        if !table.has("put"), !table.has("get") {
            faults.add(
                table.place, "there is no price", remedy: "add put, get, and per: 1000 if they are for a thousand")
        }
        return PriceEntry.Requests(put: one("put"), get: one("get"))
    }
}
