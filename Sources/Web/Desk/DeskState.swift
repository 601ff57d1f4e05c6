public import Catalog
public import Model
public import Scheduling

/// What the daemon is doing at a moment.
public struct DeskState: Sendable, Hashable {
    /// When it was started.
    public var started: Timestamp
    /// Its version.
    public var version: String
    /// Its process.
    public var process: Int
    /// Whether it has read all that it needs and works.
    public var isReady = true
    /// Whether it is ending.
    public var isStopping = false
    /// The file that it follows.
    public var configurationPath: String
    /// When that was read.
    public var configurationLoaded: Timestamp
    /// Why the newest version of it was refused; nil where it was not.
    public var configurationFault: String?
    /// The site that this host is.
    public var here: String?
    /// The schedules, by name.
    public var schedules: [DeskSchedule] = []
    /// The runs that are not done.
    public var runs: [DeskRun] = []
    /// What is known of each replica.
    public var replicas: [DeskReplica] = []
    /// What was counted since the start.
    public var counters = DaemonCounters()

    /// A daemon that does nothing yet.
    public init(
        started: Timestamp, version: String, process: Int, configurationPath: String, configurationLoaded: Timestamp
    ) {
        (self.started, self.version, self.process) = (started, version, process)
        (self.configurationPath, self.configurationLoaded) = (configurationPath, configurationLoaded)
    }
}

/// A schedule as it stands.
public struct DeskSchedule: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// What its runs do.
    public var job: JobSpecification
    /// When it is due, as it was written; nil where only by hand or after others.
    public var at: String?
    /// By whose clocks.
    public var zone: String
    /// The schedules that it needs.
    public var needs: [String] = []
    /// The replication rule that it comes from; nil where it stands in the configuration.
    public var rule: String?
    /// Whether it is paused.
    public var isPaused = false
    /// When it is next due; nil where it has no time of its own.
    public var next: Instant?
    /// The budget that it uses.
    public var budget: String?
    /// Its priority.
    public var priority = 0
    /// The runs that are not done.
    public var open: [RunID] = []

    /// A schedule.
    public init(name: String, job: JobSpecification, at: String?, zone: String) {
        (self.name, self.job, self.at, self.zone) = (name, job, at, zone)
    }
}

/// A run that is not done.
public struct DeskRun: Sendable, Hashable {
    /// Its name.
    public var id: RunID
    /// What it does.
    public var job: JobSpecification
    /// From where the data comes, while it works.
    public var from: String?
    /// Why it is there.
    public var cause: RunCause
    /// What it is doing.
    public var state: RunState
    /// Why it waits.
    public var reason = ""
    /// How often it was started.
    public var attempts = 0
    /// It does not start before.
    public var startsAt: Instant?
    /// It has to stop then.
    public var stopsAt: Instant?
    /// When it was first started.
    public var started: Instant?
    /// How far it is; nil where nobody has said yet.
    public var progress: DeskProgress?

    /// A run.
    public init(id: RunID, job: JobSpecification, cause: RunCause, state: RunState) {
        (self.id, self.job, self.cause, self.state) = (id, job, cause, state)
    }
}

/// How far a run is.
public struct DeskProgress: Sendable, Hashable {
    /// What it does.
    public var phase: String
    /// How long it has worked, in seconds.
    public var seconds = 0.0
    /// Files dealt with.
    public var files: UInt64 = 0
    /// Bytes of the source dealt with.
    public var logical: UInt64 = 0
    /// Plain bytes that the destination lacked.
    public var missing: UInt64 = 0
    /// Bytes that crossed.
    public var wire: UInt64 = 0
    /// Files in all; nil while not known, as all that follows.
    public var totalFiles: UInt64?
    /// Bytes of the source in all.
    public var totalLogical: UInt64?
    /// Plain bytes that the destination lacks in all.
    public var totalMissing: UInt64?
    /// How fast the source is worked through, in bytes a second.
    public var logicalPerSecond: Double?
    /// How fast bytes cross.
    public var wirePerSecond: Double?
    /// Seconds that are left.
    public var secondsLeft: Double?

    /// The beginning of a phase.
    public init(phase: String) { self.phase = phase }

    /// The share of the work that is done; nil where not known.
    var share: Double? {
        totalLogical.flatMap { $0 > 0 ? min(1, Double(logical) / Double($0)) : nil }
    }
}

/// What is known of a dataset at a site.
public struct DeskReplica: Sendable, Hashable {
    /// Whether it is as it should be.
    public enum Verdict: String, Sendable, Hashable {
        /// It holds what its rule asks for.
        case held
        /// It is older than its rule allows.
        case stale
        /// It should be there, and is not.
        case lacking
        /// A policy says that it may not be there.
        case forbidden
        /// Nothing is known.
        case unknown
    }

    /// The dataset.
    public var dataset: String
    /// The site.
    public var site: String
    /// The rule that wants it there; nil where none does.
    public var rule: String?
    /// Whether people write there.
    public var isSource = false
    /// Whether it is as it should be.
    public var verdict: Verdict
    /// It holds the state of the source at this instant.
    public var asOf: Instant?
    /// How old that is, in seconds.
    public var lag: Int64?
    /// How old it may be, in seconds.
    public var rpo: Int64?
    /// Its bytes.
    public var bytes: UInt64?
    /// The snapshot that it holds.
    public var snapshot: String?
    /// When it was last checked and found sound.
    public var verified: Instant?
    /// Why it is as it is; empty where there is nothing to say.
    public var reason: String

    /// A replica.
    public init(
        dataset: String, site: String, verdict: Verdict, asOf: Instant? = nil, lag: Int64? = nil,
        rpo: Int64? = nil, bytes: UInt64? = nil, snapshot: String? = nil, verified: Instant? = nil, reason: String = ""
    ) {
        (self.dataset, self.site, self.verdict) = (dataset, site, verdict)
        (self.asOf, self.lag, self.rpo, self.bytes) = (asOf, lag, rpo, bytes)
        (self.snapshot, self.verified, self.reason) = (snapshot, verified, reason)
    }
}
