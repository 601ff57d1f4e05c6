/// A run that is not done.
public struct OpenRun: Hashable, Sendable, Codable {
    /// What it does now.
    public enum Phase: String, Sendable, Codable {
        /// It waits: for its time, for what it needs, for its turn.
        case waiting
        /// It works.
        case running
        /// It was told to stop, and still works.
        case stopping
    }

    /// Its name.
    public let id: RunID
    /// Why it is there.
    public let cause: RunCause
    /// What it does now.
    public internal(set) var phase: Phase = .waiting
    /// It does not start before.
    public internal(set) var startsAt: Instant
    /// The schedules whose runs have to succeed before it starts.
    public internal(set) var awaits: [String] = []
    /// How often it was started.
    public internal(set) var attempt = 0
    /// How often it failed.
    public internal(set) var failures = 0
    /// When it was first started.
    public internal(set) var firstStart: Instant?
    /// While it works in a window: when it has to stop.
    public internal(set) var stopsAt: Instant?
    /// Why it was told to stop.
    public internal(set) var stopReason: StopReason?
    /// Why it waits, beyond its time.
    public internal(set) var delay: RunDelay?
    /// Whether its last attempt was cut off as the daemon ended, so that the next one goes on with the same work.
    public internal(set) var isCutOff: Bool?
    /// Where the work can be gone on with, in words of whoever does it.
    public internal(set) var checkpoint: String?
    /// What this attempt has used so far.
    public internal(set) var attemptSpent = Spending()
    /// What all attempts have used so far.
    public internal(set) var spent = Spending()

    init(id: RunID, cause: RunCause, startsAt: Instant) {
        self.id = id
        self.cause = cause
        self.startsAt = startsAt
    }

    /// Whether somebody works on it.
    var isActive: Bool { phase != .waiting }
}

/// Why a run is there.
public enum RunCause: String, Sendable, Codable {
    /// It was due.
    case due
    /// It was due before, while nobody was there.
    case madeUp = "made_up"
    /// Somebody asked for it.
    case byHand = "by_hand"
    /// A replication rule lacked a copy, or had one that grew old.
    case rule
    /// What it needs is there.
    case needed

    /// Whether it was asked for, rather than due: such a run begins at once, whatever the window.
    var isAskedFor: Bool { self == .byHand || self == .rule }
}

/// Why a run was told to stop.
public enum StopReason: String, Sendable, Codable {
    /// Somebody asked for it.
    case cancelled
    /// A later run takes its place.
    case replaced
    /// Its window is over.
    case windowClosed = "window_closed"
    /// A budget is used up.
    case budgetUsedUp = "budget_used_up"
}

/// Why a run waits although it is due.
public enum RunDelay: String, Sendable, Codable {
    /// Its window is not open.
    case window
    /// A budget is used up.
    case budget
    /// It failed, and is tried again.
    case retry
    /// An earlier run of the schedule is not done.
    case turn
    /// As many runs work as may.
    case slot
    /// The best price is to come.
    case price
}
