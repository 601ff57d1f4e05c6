internal import Model

/// Names a run, by what and when it was due; the same is never run twice.
public struct RunID: Hashable, Comparable, Sendable, Codable {
    /// The name of the schedule.
    public let schedule: String
    /// The instant at which it was due; of runs by hand the instant at which they were asked for.
    public let due: Instant

    /// The run of `schedule` that was due at `due`.
    public init(schedule: String, due: Instant) {
        self.schedule = schedule
        self.due = due
    }

    /// Orders by instant, then by name.
    public static func < (a: RunID, b: RunID) -> Bool { (a.due, a.schedule) < (b.due, b.schedule) }

    /// A number from 0 to `limit` that is always the same for this run, `purpose` and `salt`, and evenly spread over runs.
    func number(upTo limit: Int64, purpose: UInt64, salt: UInt64) -> Int64 {
        guard limit > 0 else { return 0 }
        var hash = StableHash(salt)
        hash.combine(schedule.utf8)
        hash.combine(UInt64(bitPattern: due.seconds))
        hash.combine(purpose)
        return Int64(hash.value.multipliedFullWidth(by: UInt64(limit) + 1).high)
    }
}

extension RunID {
    /// Reads ``description``; nil where `text` is none.
    public init?(parsing text: String) {
        guard let split = text.lastIndex(of: "@"), split > text.startIndex,
            let due = Timestamp(rfc3339: String(text[text.index(after: split)...])), due.nanoseconds == 0
        else { return nil }
        self.init(schedule: String(text[..<split]), due: Instant(due))
    }
}

extension RunID: CustomStringConvertible {
    /// `nightly@2026-11-23T22:00:00Z`.
    public var description: String { "\(schedule)@\(due)" }
}
