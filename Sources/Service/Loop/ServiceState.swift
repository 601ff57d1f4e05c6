public import Catalog
public import Model
public import Scheduling

/// What the daemon does at one moment.
public struct ServiceState: Sendable {
    /// When it was started.
    public var started: Timestamp
    /// The version of the program.
    public var version: String
    /// Its process.
    public var process: Int32
    /// Whether it works; false while it starts.
    public var isReady = false
    /// Whether it was asked to stop.
    public var isStopping = false
    /// The site that this host is.
    public var here: String?
    /// The file of the configuration.
    public var configuration: String
    /// When it was last read.
    public var configurationRead: Timestamp
    /// What was wrong with it when it was last read; nil where it is in use.
    public var configurationFault: String?
    /// The schedules, in the order of their names.
    public var schedules: [ScheduleView] = []
    /// The runs that are not done.
    public var runs: [RunView] = []
    /// What rules want, and what there is.
    public var replicas: [ReplicaView] = []
    /// What has been counted since the start.
    public var counters = DaemonCounters()
}

/// A schedule at one moment.
public struct ScheduleView: Sendable, Hashable, Encodable {
    /// Its name.
    public var name: String
    /// What its runs do.
    public var job: JobSpecification
    /// When, as it is written; nil where it has no time of its own.
    public var at: String?
    /// By whose clocks.
    public var zone: String
    /// The schedules that it needs.
    public var needs: [String]
    /// The rule that makes it; nil where it is written.
    public var rule: String?
    /// Whether it is paused.
    public var isPaused: Bool
    /// When it is next due; nil where it has no time of its own.
    public var next: Instant?
    /// The budget that it uses.
    public var budget: String?
    /// Its priority.
    public var priority: Int
    /// Its runs that are not done.
    public var openRuns: [RunID]
}

/// A run at one moment.
public struct RunView: Sendable, Hashable {
    /// The run.
    public var id: RunID
    /// What it does.
    public var job: JobSpecification
    /// From where the data comes, while it works.
    public var from: String?
    /// Why it is there.
    public var cause: RunCause
    /// What it is doing.
    public var state: RunState
    /// How often it was started.
    public var attempt: Int
    /// It does not start before.
    public var startsAt: Instant
    /// When it has to stop.
    public var stopsAt: Instant?
    /// Why it waits, beyond its time.
    public var delay: RunDelay?
    /// For which schedules' runs it waits.
    public var awaits: [String]
    /// When it was first started.
    public var started: Instant?
    /// How far it has come.
    public var progress: RunProgress?
}

/// What a rule wants of a replica, and what there is.
public struct ReplicaView: Sendable, Hashable {
    /// The state of a replica.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        /// It is there, and new enough.
        case held
        /// It is older than it may be.
        case stale
        /// It is not there.
        case lacking
        /// A policy forbids it.
        case forbidden
    }

    /// The rule.
    public var rule: String
    /// The dataset.
    public var dataset: String
    /// The site.
    public var site: String
    /// Whether people write there.
    public var isSource: Bool
    /// It holds at least the state of this instant; nil where nothing is known.
    public var asOf: Instant?
    /// How old that is, in seconds.
    public var lag: Int64?
    /// How old it may be, in seconds; nil for any age.
    public var rpo: Int64?
    /// What there is.
    public var verdict: Verdict
    /// Why it is so; nil where there is nothing to say.
    public var reason: String?
}
