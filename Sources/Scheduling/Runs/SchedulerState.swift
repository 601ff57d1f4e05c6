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

    /// The places of the schedules that are otherwise than in `before`; nil where both do not have the same schedules in
    /// the same places.
    public func changes(since before: SchedulerState) -> [Int]? {
        let (now, old) = (schedules, before.schedules)
        guard now.count == old.count else { return nil }
        var places: [Int] = []
        // Nothing is copied here, and next to nothing compared: with many schedules that would be most of what a turn of the
        // daemon costs.
        for place in now.indices
        where !now[place].stamp.marksSame(as: old[place].stamp) && now[place] != old[place] {
            guard now[place].name == old[place].name else { return nil }
            places.append(place)
        }
        return places
    }

    /// Becomes `state`, of which only the schedules at `places` are otherwise; nil where all may be.
    ///
    /// Keeps its own storage, so that whoever goes on with `state` need not copy it.
    public mutating func follow(_ state: SchedulerState, at places: [Int]?) {
        guard let places else {
            self = state
            return
        }
        for place in places { schedules[place] = state.schedules[place] }
        (version, budgets, latest) = (state.version, state.budgets, state.latest)
    }

    /// All runs that are not done, by schedule and instant.
    public var runs: [OpenRun] { schedules.flatMap(\.runs) }
}

/// What is remembered of a schedule.
public struct ScheduleState: Hashable, Sendable, Codable {
    /// Its name.
    public let name: String
    /// Tells whether its timetable was changed.
    var fingerprint: UInt64 { didSet { stamp.renew() } }
    /// What was due up to here is decided.
    public internal(set) var decided: Instant { didSet { stamp.renew() } }
    /// When runs were last given up for being late.
    var givenUp: GivenUp? { didSet { stamp.renew() } }
    /// The due instants of the latest runs, ascending, so that clocks that are put back double none.
    var issued = DueList() { didSet { stamp.renew() } }
    /// Whether no run is due until it is resumed.
    public internal(set) var isPaused = false { didSet { stamp.renew() } }
    /// The runs that are not done, in the order in which they were issued.
    public internal(set) var runs: [OpenRun] = [] { didSet { stamp.renew() } }
    /// Another one after each change; it is not stored.
    private(set) var stamp = ChangeStamp()

    private enum CodingKeys: String, CodingKey { case name, fingerprint, decided, givenUp, issued, isPaused, runs }

    init(name: String, fingerprint: UInt64, decided: Instant) {
        (self.name, self.fingerprint, self.decided) = (name, fingerprint, decided)
    }

    /// Runs that were due after `from`, seen at `at`.
    struct GivenUp: Hashable, Sendable, Codable {
        var from: Instant
        var at: Instant
    }

    /// Remembers that the run which was due at `due` is there; false where it was before, or may have been.
    mutating func issue(_ due: Instant) -> Bool { issued.insert(due) }

    /// Follows clocks that were put back to `now`, as far as it is known what was run.
    mutating func rewind(to now: Instant) {
        let known = issued.knownSince
        // Where clocks were wrong when runs were given up for being late, they may not be late at all.
        let sure = givenUp.map { now < $0.at ? min(now, $0.from) : now } ?? now
        decided = min(decided, max(sure, known))
    }
}
