public import Model
public import Settings

/// Prices as they were on one date, each with its source.
///
/// What it does not hold is unknown, never free.
public struct PriceBook: Sendable {
    /// The name and version of the form of books.
    public static let schema = "perigee.pricebook/1"

    /// The name of this book; decisions record it.
    public let id: String
    /// The day that it was put together, `2026-11-23`.
    public let date: String
    /// Its entries by name.
    public let entries: [String: PriceEntry]
    /// Where sources contradict each other, a sentence each.
    public let conflicts: [String]
    /// Its entries by name as they were written; none where it was not read.
    private let written: [String: SettingsNode]

    /// A book.
    public init(id: String, date: String, entries: [PriceEntry], conflicts: [String] = []) {
        self.init(id: id, date: date, entries: entries, conflicts: conflicts, written: [:])
    }

    init(id: String, date: String, entries: [PriceEntry], conflicts: [String], written: [String: SettingsNode]) {
        self.id = id
        self.date = date
        self.entries = Dictionary(entries.map { ($0.id, $0) }) { first, _ in first }
        self.conflicts = conflicts
        self.written = written
    }

    /// A book without entries: all prices that are not written beside a link are unknown.
    public static let empty = PriceBook(id: "none", date: "", entries: [])

    /// The entry and variant that `name` means: `aws.gpu.use/p4d.24xlarge`; nil where the book has no such entry.
    public func entry(_ name: String) -> (entry: PriceEntry, variant: String)? {
        if let entry = entries[name] { return (entry, "") }
        guard let slash = name.lastIndex(of: "/"), let entry = entries[String(name[..<slash])] else { return nil }
        return (entry, String(name[name.index(after: slash)...]))
    }

    /// What bytes cost by the tariff `name`; nil where that is unknown.
    public func schedule(_ name: String) -> TierSchedule? {
        entry(name).flatMap { $0.entry.schedules[$0.variant] }
    }

    /// What an hour costs by the tariff `name`; nil where that is unknown.
    public func hourly(_ name: String) -> Price? { entry(name).flatMap { $0.entry.hourly[$0.variant] } }

    /// What requests cost by the tariff `name`; nil where that is unknown.
    public func requests(_ name: String) -> PriceEntry.Requests? { entry(name)?.entry.requests }

    /// So much of the book as a scenario needs that rests on the entries `names`, for its `price_book`.
    ///
    /// - Returns: ID, date and these entries as they were written; what is decided by them is what is decided by all.
    public func excerpt(_ names: some Sequence<String>) -> SettingsNode {
        let place = SettingsPlace(file: id, line: 1, column: 1)
        func scalar(_ text: String) -> SettingsNode { SettingsNode(place: place, content: .scalar(text)) }
        func member(_ key: String, _ value: SettingsNode) -> SettingsNode.Member {
            SettingsNode.Member(key: key, place: place, value: value)
        }
        let entries = Set(names.compactMap { entry($0)?.entry.id }).sorted().compactMap { written[$0] }
        return SettingsNode(
            place: place,
            content: .table([
                member("id", scalar(id)), member("date", scalar(date)),
                member("entries", SettingsNode(place: place, content: .list(entries))),
            ]))
    }

    /// The error that says that `name` is no tariff of a kind.
    ///
    /// - Returns: `usage`, with the names that come near.
    public func unknown(_ name: String, at place: String) -> PerigeeError {
        let message: String
        if let found = entry(name) {
            let variants = Set(found.entry.schedules.keys).union(found.entry.hourly.keys).filter { !$0.isEmpty }
                .sorted()
            message = "the entry \(found.entry.id) of the price book \(id) has no such price"
            let remedy =
                variants.isEmpty
                ? "name an entry that has one"
                : "add one of its variants: \(variants.prefix(8).map { "\(found.entry.id)/\($0)" }.joined(separator: ", "))"
            return PerigeeError(.usage, message, at: place, remedy: remedy)
        }
        if entries.isEmpty {
            return PerigeeError(
                .usage, "\(name) is an entry of a price book, and there is none", at: place,
                remedy: "name the file of one with --price-book, or put pricebook.yaml beside the scenario")
        }
        message = "the price book \(id) has no entry \(name)"
        let names = entries.keys.sorted()
        let longer = names.filter { $0.hasPrefix(name + ".") }
        if longer.isEmpty, let meant = Spelling.nearest(name, among: names) {
            return PerigeeError(.usage, message, at: place, remedy: "did you mean \(meant)?")
        }
        let near = (longer.isEmpty ? names.filter { $0.hasPrefix(name.prefix { $0 != "." }) } : longer).prefix(6)
        return PerigeeError(
            .usage, message, at: place,
            remedy: near.isEmpty
                ? "name an entry of the book" : "name an entry of the book, such as \(near.joined(separator: ", "))")
    }

    /// The error that says that `entry` prices something else than what is wanted.
    ///
    /// - Returns: `usage`, with the names of others by the same provider.
    func misfit(_ entry: PriceEntry, wanted kind: PriceEntry.Kind, at place: String) -> PerigeeError {
        let near = entries.values.filter { $0.kind == kind && $0.provider == entry.provider }.map(\.id).sorted().prefix(
            6)
        return PerigeeError(
            .usage,
            "the entry \(entry.id) of the price book \(id) is of kind \(entry.kind.rawValue), and one of kind "
                + "\(kind.rawValue) is needed", at: place,
            remedy: "name an entry of kind \(kind.rawValue)"
                + (near.isEmpty ? "" : ", such as \(near.joined(separator: ", "))"))
    }
}
