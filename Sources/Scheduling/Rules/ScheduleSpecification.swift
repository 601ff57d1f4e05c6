/// What a schedule does: when runs are due, and by which rules they are started, repeated and stopped.
public struct ScheduleSpecification: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// When runs are due; nil where they follow those that are ``needs``, or are asked for by hand alone.
    public var timetable: Timetable?
    /// By whose clocks its window is told.
    public var zone: Zone
    /// The schedules whose runs have to succeed before one of these starts; the runs share one due instant.
    public var needs: [String] = []
    /// What becomes of runs that were due while nobody was there.
    public var catchUp: CatchUp = .once
    /// How many seconds late a run may be made up for.
    public var latenessMax: Int64 = 86_400
    /// By how many seconds the starts of runs are spread, at most.
    public var jitter: Int64 = 0
    /// What becomes of a run that is due while an earlier one is not done.
    public var overlap: Overlap = .skip
    /// When runs may work; of a nightly recurrence it is the night itself.
    public var window: WindowRule?
    /// How failed runs are tried again.
    public var retry: RetryRule = .usual
    /// The name of the budget that its runs use.
    public var budget: String?
    /// Runs of a higher priority start first, and get links first.
    public var priority = 0
    /// The share of a link among runs of equal priority.
    public var weight = 1

    /// A run counts as on time, whatever ``catchUp`` says, if it is seen within so many seconds.
    public static let onTime: Int64 = 300
    /// The longest lateness: a year.
    public static let latenessLimit: Int64 = 366 * 86_400
    /// The longest jitter: a day.
    public static let jitterMax: Int64 = 86_400
    /// The priorities.
    public static let priorities = -100...100
    /// The weights.
    public static let weights = 1...1000
    /// The most other schedules that one can need.
    public static let needsMax = 64

    /// A schedule by the usual rules.
    public init(name: String, timetable: Timetable? = nil) {
        self.name = name
        self.timetable = timetable
        zone = timetable?.zone ?? .utc
        if let timetable, case .nightly(let night, _) = timetable.recurrence.kind { window = WindowRule(night) }
    }

    /// The number that tells whether its timetable was changed.
    var fingerprint: UInt64 {
        var hash = StableHash(0)
        hash.combine((timetable?.recurrence.text ?? "").utf8)
        hash.combine((timetable?.zone.name ?? "").utf8)
        return hash.value
    }
}
