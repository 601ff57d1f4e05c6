public import Content
public import Model

/// Which snapshots are kept: a rule for each stretch of time, as users of restic and borg know them.
///
/// Snapshots are looked at from the newest to the oldest. `last: n` keeps the newest n, in the order of the history.
/// `hourly: n` keeps, of each of the n latest hours that have snapshots, the newest one; `daily`, `weekly` (weeks begin on
/// Monday), `monthly` and `yearly` likewise. Hours without snapshots do not count. `within` keeps those that are no older than so much before
/// the newest. What any rule keeps is kept, and with any but `ids` the newest of the history, whatever the clocks said.
public struct Retention: Hashable, Sendable {
    /// The newest so many.
    public var last = 0
    /// One of each of so many hours.
    public var hourly = 0
    /// One of each of so many days.
    public var daily = 0
    /// One of each of so many weeks.
    public var weekly = 0
    /// One of each of so many months.
    public var monthly = 0
    /// One of each of so many years.
    public var yearly = 0
    /// All that are no older than this before the newest; nil for none.
    public var within: Period?
    /// Beginnings of IDs of snapshots that are kept whatever their age.
    public var ids: [String] = []

    /// Keeps nothing.
    public init() {}

    /// Whether there is any rule but for single snapshots.
    private var hasRules: Bool {
        var rules = self
        rules.ids = []
        return !rules.isEmpty
    }

    /// Whether no rule was given.
    public var isEmpty: Bool { self == Retention() }

    /// What becomes of one snapshot.
    public struct Verdict: Hashable, Sendable {
        /// The snapshot.
        public let id: ContentID
        /// The rules that keep it; none where it is forgotten.
        public internal(set) var reasons: [String]
    }

    /// What becomes of each of `snapshots`, the newest first.
    ///
    /// A clock that was wrong once must not have every later snapshot forgotten, so clocks alone never decide over the
    /// newest.
    ///
    /// - Parameters:
    ///   - snapshots: in the order of their history, the newest first.
    ///   - offset: the seconds by which clocks of the user's time zone are ahead of UTC at an instant.
    public func judge(
        _ snapshots: [(id: ContentID, created: Timestamp)], offset: (Timestamp) -> Int64 = { _ in 0 }
    ) -> [Verdict] {
        let sorted = snapshots.enumerated().sorted { a, b in
            a.element.created != b.element.created ? a.element.created > b.element.created : a.offset < b.offset
        }
        let ordered = sorted.map(\.element)
        var verdicts = ordered.map { Verdict(id: $0.id, reasons: []) }
        func keep(_ index: Int, _ reason: String) { verdicts[index].reasons.append(reason) }
        for (index, place) in sorted.map(\.offset).enumerated() where place < last { keep(index, "last \(last)") }
        let rules: [(count: Int, name: String, bucket: (Int64) -> Int64)] = [
            (hourly, "hourly \(hourly)", Self.hour), (daily, "daily \(daily)", Self.day),
            (weekly, "weekly \(weekly)", Self.week), (monthly, "monthly \(monthly)", Self.month),
            (yearly, "yearly \(yearly)", Self.year),
        ]
        for rule in rules {
            var seen: Set<Int64> = []
            for (index, snapshot) in ordered.enumerated() where seen.count < rule.count {
                let (local, _) = snapshot.created.seconds.addingReportingOverflow(offset(snapshot.created))
                if seen.insert(rule.bucket(local)).inserted { keep(index, rule.name) }
            }
        }
        for (index, snapshot) in ordered.enumerated() {
            if let within, let newest = snapshots.first,
                newest.created.seconds(since: snapshot.created) <= Double(within.seconds)
            {
                keep(index, "within")
            }
            if ids.contains(where: { snapshot.id.hex.hasPrefix($0) }) { keep(index, "id") }
        }
        if hasRules, let newest = sorted.firstIndex(where: { $0.offset == 0 }), verdicts[newest].reasons.isEmpty {
            keep(newest, "newest")
        }
        return verdicts
    }

    private static func floor(_ value: Int64, by divisor: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }

    private static func hour(_ seconds: Int64) -> Int64 { floor(seconds, by: 3600) }
    private static func day(_ seconds: Int64) -> Int64 { floor(seconds, by: 86_400) }
    // 1970-01-01 was a Thursday.
    private static func week(_ seconds: Int64) -> Int64 { floor(day(seconds) + 3, by: 7) }
    private static func month(_ seconds: Int64) -> Int64 {
        let date = CivilDate(daysSince1970: day(seconds))
        return date.year * 12 + date.month - 1
    }
    private static func year(_ seconds: Int64) -> Int64 { CivilDate(daysSince1970: day(seconds)).year }
}
