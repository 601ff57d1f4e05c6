public import Catalog
public import Scheduling

/// A schedule with what its runs do.
public struct PlannedSchedule: Sendable {
    /// Who wants it.
    public enum Origin: Hashable, Sendable {
        /// It is written in the configuration.
        case configuration
        /// A replication rule makes it, and runs it when there is need.
        case rule(String)
        /// Somebody has asked for one run.
        case errand
    }

    /// When it runs, and by which rules.
    public var specification: ScheduleSpecification
    /// What its runs do.
    public var job: JobSpecification
    /// When, as it is written; nil where it has no time of its own.
    public var at: String?
    /// Who wants it.
    public var origin: Origin
}
