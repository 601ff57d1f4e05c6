/// Decides which runs start, stop, wait and end: a state machine without a clock, a thread or a file of its own.
///
/// Told an event and the time, it changes ``state`` and says what is to be done. Store the state first and then carry the
/// effects out: after a crash in between, ``SchedulerEvent/restarted`` begins again what was begun. What it promises, as
/// long as the state is kept:
/// - a run, named by schedule and due instant, is issued once, whatever restarts come and wherever clocks are put;
/// - each run that is issued ends once, by one ``SchedulerEffect/ended(_:)``;
/// - of one schedule one run works at a time, and of all no more than ``SchedulerRules/runsMax``;
/// - the same state, rules, event and time give the same effects.
///
/// ```swift
/// var scheduler = Scheduler(stored)
/// var effects = scheduler.use(rules, at: now) + scheduler.handle(.restarted, at: now)
/// // store scheduler.state, carry the effects out, sleep until scheduler.wake, handle(.tick), and so on
/// ```
public struct Scheduler: Sendable {
    /// What has to be kept.
    public internal(set) var state: SchedulerState
    /// By what it decides.
    public internal(set) var rules: SchedulerRules
    /// What work costs in a night, for schedules that wait for the best price; nil where nothing is known.
    let prices: @Sendable (_ schedule: String, _ night: Range<Instant>) -> PricedWork?

    /// What is found again by looking at state and rules.
    struct Note: Sendable {
        /// When the schedule has to be looked at.
        var wake = Instant.distantPast
        /// When its next run is due; nil where that has to be found.
        var next: Instant?
        /// Whether one of its runs waits until another one ends.
        var isBlocked = false
    }

    var notes: [Note] = []
    var activeCount = 0
    var effects: [SchedulerEffect] = []

    /// The most runs that are made up for at once; of more, the latest.
    public static let catchUpMax = 100
    /// The most runs of a schedule that wait for their turn.
    public static let queueMax = 100

    /// A scheduler that goes on from `state`; it does nothing before it has rules.
    public init(
        _ state: SchedulerState = SchedulerState(),
        prices: @escaping @Sendable (_ schedule: String, _ night: Range<Instant>) -> PricedWork? = { _, _ in nil }
    ) {
        self.state = state
        self.prices = prices
        rules = SchedulerRules.none
    }

    /// Takes what happened, and then lets all that is due at `now` happen.
    ///
    /// Reports of attempts that are not under way, and names that are unknown, change nothing.
    public mutating func handle(_ event: SchedulerEvent, at now: Instant) -> [SchedulerEffect] {
        follow(now)
        take(event, now)
        advance(to: now)
        return takeEffects()
    }

    /// The first instant at which ``SchedulerEvent/tick`` would change something.
    ///
    /// Clocks may be put forward meanwhile: look at them more often than that.
    public var wake: Instant { notes.reduce(.distantFuture) { min($0, $1.wake) } }

    /// The same as one function of values: the state and what is to be done, from a state, an event and the time.
    public static func step(
        _ state: SchedulerState, _ event: SchedulerEvent, at now: Instant, by rules: SchedulerRules
    ) -> (state: SchedulerState, effects: [SchedulerEffect]) {
        var scheduler = Scheduler(state)
        let effects = scheduler.use(rules, at: now) + scheduler.handle(event, at: now)
        return (scheduler.state, effects)
    }

    mutating func takeEffects() -> [SchedulerEffect] {
        defer { effects = [] }
        return effects
    }
}

/// Work that has a price over time.
public struct PricedWork: Sendable {
    /// What it costs, when.
    public let curve: PriceCurve
    /// How many seconds it takes.
    public let seconds: Int64

    /// Work of so many seconds.
    public init(curve: PriceCurve, seconds: Int64) {
        self.curve = curve
        self.seconds = seconds
    }
}
