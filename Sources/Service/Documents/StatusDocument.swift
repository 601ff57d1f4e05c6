public import Catalog
internal import Model
internal import Scheduling

/// A schedule, as programs see it.
public struct ScheduleItem: Codable, Sendable {
    /// Its name.
    public let name: String
    /// What its runs do, in words.
    public let job: String
    let verb: String
    let dataset: String
    let site: String
    /// When, as it is written.
    public let at: String?
    let zone: String
    /// The schedules that it needs.
    public let needs: [String]
    /// The rule that makes it.
    public let rule: String?
    /// Whether it is paused.
    public let isPaused: Bool
    /// When it is next due.
    public let next: String?
    let budget: String?
    let priority: Int
    /// Its runs that are not done.
    public let openRuns: [String]

    /// What is shown of a schedule.
    public init(_ view: ScheduleView) {
        name = view.name
        job = "\(view.job)"
        (verb, dataset, site) = (view.job.verb.rawValue, view.job.dataset, view.job.site)
        (at, zone, needs, rule) = (view.at, view.zone, view.needs, view.rule)
        (isPaused, next) = (view.isPaused, view.next?.rfc3339)
        (budget, priority) = (view.budget, view.priority)
        openRuns = view.openRuns.map { "\($0)" }
    }
}

/// The schedules: perigee.schedules/1.
public struct SchedulesDocument: Encodable, Sendable {
    let schema = "perigee.schedules/1"
    /// Whether a daemon works by them.
    let isServed: Bool
    /// The schedules, in the order of their names.
    public let schedules: [ScheduleItem]

    /// Schedules.
    public init(_ schedules: [ScheduleItem], isServed: Bool) {
        self.schedules = schedules
        self.isServed = isServed
    }
}

/// What a rule wants, and what there is, as programs see it.
public struct ReplicaItem: Codable, Sendable {
    /// The rule.
    public let rule: String
    /// The dataset.
    public let dataset: String
    /// The site.
    public let site: String
    let isSource: Bool
    /// It holds at least the state of this instant.
    public let asOf: String?
    /// How old that is, in seconds.
    public let lag: Int64?
    /// How old it may be.
    public let rpo: Int64?
    /// What there is.
    public let verdict: String
    /// Why.
    public let reason: String?

    /// What is shown of a replica.
    public init(_ view: ReplicaView) {
        (rule, dataset, site, isSource) = (view.rule, view.dataset, view.site, view.isSource)
        (asOf, lag, rpo) = (view.asOf?.rfc3339, view.lag, view.rpo)
        (verdict, reason) = (view.verdict.rawValue, view.reason)
    }
}

/// What the daemon does, as it writes it and `status` reads it: perigee.status/1.
public struct StatusDocument: Codable, Sendable {
    private let schema: String
    /// The version of its program.
    public let version: String
    /// Its process.
    public let process: Int32
    /// When it was started.
    public let started: String
    /// Whether it works; false while it starts.
    public let isReady: Bool
    /// Whether it was asked to stop.
    public let isStopping: Bool
    let here: String?
    /// The file of its configuration.
    public let configuration: String
    /// When that was last read.
    public let configurationRead: String
    /// What was wrong with it when it was last read; nil where it is in use.
    public let configurationFault: String?
    /// The runs that are not done.
    public let runs: [RunItem]
    /// The schedules.
    public let schedules: [ScheduleItem]
    /// What rules want, and what there is.
    public let replicas: [ReplicaItem]
    /// What it has counted since its start.
    public let counters: DaemonCounters

    /// What is shown of a state.
    public init(_ state: ServiceState) {
        schema = "perigee.status/1"
        (version, process, started) = (state.version, state.process, state.started.rfc3339)
        (isReady, isStopping, here) = (state.isReady, state.isStopping, state.here)
        (configuration, configurationRead) = (state.configuration, state.configurationRead.rfc3339)
        configurationFault = state.configurationFault
        runs = state.runs.map { RunItem($0) }
        schedules = state.schedules.map { ScheduleItem($0) }
        replicas = state.replicas.map { ReplicaItem($0) }
        counters = state.counters
    }
}
