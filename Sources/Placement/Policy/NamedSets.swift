/// Lists of values that policies name, such as the countries of a treaty; each from a day on.
public struct NamedSets: Hashable, Sendable {
    /// What a set holds from a day on.
    public struct Edition: Hashable, Sendable {
        /// The first day, `2026-01-26`; empty for always.
        public var from: String
        /// The values.
        public var values: [String]
        /// Where that is written.
        public var source: String?

        /// An edition.
        public init(from: String, values: [String], source: String? = nil) {
            self.from = from
            self.values = values
            self.source = source
        }
    }

    /// The day on which sets without a date are read; empty for their newest editions.
    public var today: String
    private var editions: [String: [Edition]]

    /// Sets.
    public init(_ editions: [String: [Edition]] = [:], today: String = "") {
        self.editions = editions.mapValues { $0.sorted { $0.from < $1.from } }
        self.today = today
    }

    /// Their names, in order.
    public var names: [String] { editions.keys.sorted() }

    /// Adds the sets of `other`; equal names are replaced.
    public mutating func merge(_ other: NamedSets) { editions.merge(other.editions) { $1 } }

    /// The edition of `name` that holds on `date`, which may be a month or a year; nil where there is none.
    ///
    /// A month or year without a day means its last day.
    public func edition(_ name: String, at date: String?) -> Edition? {
        let day = date ?? today
        guard let all = editions[name] else { return nil }
        if day.isEmpty { return all.last }
        // Dates compare as texts; "2026-11" reaches to the end of that month because "~" is behind all digits.
        return all.last { $0.from <= day + "~" }
    }

    /// The values of `name` on `date`; nil where it was no set then.
    public func values(_ name: String, at date: String?) -> [String]? { edition(name, at: date)?.values }
}
