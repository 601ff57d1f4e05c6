internal import Model

/// All that the scheduler has to remember from one moment to the next.
///
/// A value for the daemon's catalog: it is stored, in one transaction with what the effects say, before they are carried
/// out. What was stored is read by all later versions of the program.
public struct SchedulerState: Hashable, Sendable, Codable {
    /// The version of the form in which it is stored.
    public private(set) var version = SchedulerState.versionNow
    /// The schedules that are known, in the order of their names.
    public internal(set) var schedules: [ScheduleState] = []
    /// What was used of budgets, in the order of their names.
    public internal(set) var budgets: [BudgetState] = []

    /// The latest that clocks said.
    public internal(set) var latest = Instant.distantPast

    /// The form that this version of the program writes.
    public static let versionNow = 1

    /// Nothing.
    public init() {}

    /// Reads a stored state.
    ///
    /// - Throws: `format` where a later version of the program has written it.
    public init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        let stored = try box.decode(Int.self, forKey: .version)
        guard stored == Self.versionNow else {
            throw PerigeeError(
                .format, "the state of the schedules has the form \(stored), and this program knows \(Self.versionNow)",
                remedy: "run the version of the program that wrote it, or a later one")
        }
        schedules = try box.decode([ScheduleState].self, forKey: .schedules)
        budgets = try box.decode([BudgetState].self, forKey: .budgets)
        latest = try box.decode(Instant.self, forKey: .latest)
    }

    private enum CodingKeys: String, CodingKey { case version, schedules, budgets, latest }

    /// All runs that are not done, by schedule and instant.
    public var runs: [OpenRun] { schedules.flatMap(\.runs) }
}

/// What is remembered of a schedule.
public struct ScheduleState: Hashable, Sendable, Codable {
    /// Its name.
    public let name: String
    /// Tells whether its timetable was changed.
    var fingerprint: UInt64
    /// What was due up to here is decided.
    public internal(set) var decided: Instant
    /// When runs were last given up for being late.
    var givenUp: GivenUp?
    /// The due instants of the latest runs, ascending, so that clocks that are put back double none.
    var issued: [Instant] = []
    /// Whether no run is due until it is resumed.
    public internal(set) var isPaused = false
    /// The runs that are not done, in the order in which they were issued.
    public internal(set) var runs: [OpenRun] = []

    /// Runs that were due after `from`, seen at `at`.
    struct GivenUp: Hashable, Sendable, Codable {
        var from: Instant
        var at: Instant
    }

    /// How many due instants are remembered.
    ///
    /// Clocks that are put back further than over so many runs leave out what they
    /// come to again, rather than double it.
    static let issuedMax = 256

    /// Remembers that the run which was due at `due` is there; false where it was before.
    mutating func issue(_ due: Instant) -> Bool {
        let isLatest = issued.last.map { $0 < due } ?? true
        let index = isLatest ? issued.count : issued.firstIndex { $0 >= due } ?? issued.count
        if index < issued.count, issued[index] == due { return false }
        if issued.count == Self.issuedMax {
            // What is older than all that is remembered may have been run already.
            if index == 0 { return false }
            issued.removeFirst()
            issued.insert(due, at: index - 1)
        } else {
            issued.insert(due, at: index)
        }
        return true
    }

    /// Follows clocks that were put back to `now`, as far as it is known what was run.
    mutating func rewind(to now: Instant) {
        let known = issued.count == Self.issuedMax ? issued[0] : .distantPast
        // Where clocks were wrong when runs were given up for being late, they may not be late at all.
        let sure = givenUp.map { now < $0.at ? min(now, $0.from) : now } ?? now
        decided = min(decided, max(sure, known))
    }
}
