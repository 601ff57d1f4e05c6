internal import Model

// The forms of the configuration.
//
// ```yaml
// schedules:
//   nightly-models:
//     at: nightly between 22:00 and 05:00 when cheapest   # or cron, or every 6h
//     zone: Europe/Berlin
//     catch_up: once            # none, once, all
//     max_lateness: 12h
//     jitter: 10m
//     overlap: skip             # skip, queue, replace
//     window: mon-fri 22:00-05:00
//     stop_after_close: 30m     # the hard cutoff; without it work ends by itself
//     carry_over: true
//     retry: { attempts: 3, base: 1m, longest: 1h }
//     budget: nights
//     priority: 10
//     weight: 2
//   verify-models:
//     needs: [nightly-models]
// ```
extension ScheduleSpecification {
    /// Reads a schedule from a mapping.
    ///
    /// - Parameters:
    ///   - zone: the zone where the mapping names none.
    ///   - extra: names of members that belong to somebody else, and are left alone.
    /// - Throws: `usage` with the place of what is wrong; what ``ZoneTable/zone(_:)`` throws.
    public init(
        name: String, _ value: some PlainValue, zones: ZoneTable, zone: Zone = .utc, extra: [String] = []
    ) throws {
        var reader = try PlainReader(value, what: "the schedule \(name)")
        for member in extra { _ = reader.value(member) }
        var own = zone
        if let named = reader.value("zone") { own = try Self.zone(named, zones) }
        self.init(name: name, timetable: try Self.timetable(&reader, own))
        self.zone = own
        try readWindow(&reader)
        try readRules(&reader)
        try reader.refuseOthers()
    }

    private static func zone(_ value: some PlainValue, _ zones: ZoneTable) throws -> Zone {
        do {
            return try zones.zone(value.plainText ?? "")
        } catch let error as PerigeeError {
            var placed = error
            placed.place = value.plainPlace
            throw placed
        }
    }

    private static func timetable<Value>(
        _ reader: inout PlainReader<Value>, _ zone: Zone
    ) throws(PerigeeError) -> Timetable? {
        guard let value = reader.value("at") else { return nil }
        return try read(value) { text throws(SyntaxFault) in Timetable(try Recurrence(parsing: text), in: zone) }
    }

    private mutating func readWindow<Value>(_ reader: inout PlainReader<Value>) throws(PerigeeError) {
        var night = window?.window
        if let value = reader.value("window") {
            guard night == nil else {
                throw PerigeeError(
                    .usage, "a nightly schedule has its night for a window", at: value.plainPlace,
                    remedy: "take the window away, or write a cron expression")
            }
            night = try Self.read(value) { text throws(SyntaxFault) in try RecurrenceParser(text).window() }
        }
        let stops = try reader.scalar("stop_after_close", "a time as 30m, of at most 1d") {
            Self.period($0, WindowRule.stopsAfterMax)
        }
        let carries = try reader.scalar("carry_over", "true or false", Self.boolean)
        if let night {
            window = WindowRule(night, stopsAfter: stops, carriesOver: carries ?? true)
        } else if let value = reader.value("stop_after_close") ?? reader.value("carry_over") {
            throw PerigeeError(
                .usage, "there is no window that could close", at: value.plainPlace,
                remedy: "write a window as 22:00-05:00, or take this away")
        }
    }

    private mutating func readRules<Value>(_ reader: inout PlainReader<Value>) throws(PerigeeError) {
        let times = "a time as 90s, 10m or 12h, of at most "
        catchUp = try reader.scalar("catch_up", "none, once or all") { CatchUp(rawValue: $0) } ?? catchUp
        overlap = try reader.scalar("overlap", "skip, queue or replace") { Overlap(rawValue: $0) } ?? overlap
        latenessMax =
            try reader.scalar("max_lateness", times + "366d") { Self.period($0, Self.latenessLimit) } ?? latenessMax
        jitter = try reader.scalar("jitter", times + "1d") { Self.period($0, Self.jitterMax) } ?? jitter
        budget = try reader.scalar("budget", "the name of a budget") { $0.isEmpty ? nil : $0 }
        priority =
            try reader.scalar("priority", "a whole number from -100 to 100") { Self.number($0, Self.priorities) }
            ?? priority
        weight =
            try reader.scalar("weight", "a whole number from 1 to 1000") { Self.number($0, Self.weights) } ?? weight
        needs = try reader.value("needs").map { value throws(PerigeeError) in try Self.names(value) } ?? []
        retry = try reader.value("retry").map { value throws(PerigeeError) in try Self.retry(value) } ?? retry
    }

    private static func names(_ value: some PlainValue) throws(PerigeeError) -> [String] {
        let items = value.plainItems.map { $0.map(\.plainText) } ?? [value.plainText]
        let names = items.compactMap { $0 }.filter { !$0.isEmpty }
        guard names.count == items.count, names.count <= needsMax, Set(names).count == names.count else {
            throw PerigeeError(
                .usage, "the needs are no list of different names", at: value.plainPlace,
                remedy: "write [name, name], with at most \(needsMax) names of schedules")
        }
        return names
    }

    private static func retry(_ value: some PlainValue) throws(PerigeeError) -> RetryRule {
        var reader = try PlainReader(value, what: "the rule for retries")
        let usual = RetryRule.usual
        let attempts = try reader.scalar("attempts", "a whole number from 1 to \(RetryRule.attemptsMax)") {
            number($0, 1...RetryRule.attemptsMax)
        }
        let base = try reader.scalar("base", "a time as 1m, of at most 7d") { period($0, RetryRule.longestMax) }
        let longest = try reader.scalar("longest", "a time as 1h, of at most 7d") { period($0, RetryRule.longestMax) }
        try reader.refuseOthers()
        let first = base ?? usual.base
        return RetryRule(
            attempts: attempts ?? usual.attempts, base: first, longest: longest ?? max(first, usual.longest))
    }

    /// Reads the text of `value`; a fault in it gets the place of the value.
    private static func read<Result>(
        _ value: some PlainValue, _ body: (String) throws(SyntaxFault) -> Result
    ) throws(PerigeeError) -> Result {
        do {
            return try body(value.plainText ?? "")
        } catch {
            throw error.error(at: value.plainPlace)
        }
    }

    private static func period(_ text: String, _ most: Int64) -> Int64? {
        Period(parsing: text).flatMap { $0.seconds <= most ? $0.seconds : nil }
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>) -> Int? {
        Int(text).flatMap { range.contains($0) ? $0 : nil }
    }

    private static func boolean(_ text: String) -> Bool? { ["true": true, "false": false][text] }
}
