public import Catalog
public import Scheduling

/// What somebody asks of the daemon.
public enum ServiceCommand: Hashable, Sendable {
    /// A run of a schedule now, whatever its window.
    case runNow(schedule: String)
    /// Work that is done once, as soon as there is room.
    case errand(JobSpecification)
    /// No runs of a schedule until it is resumed.
    case pause(schedule: String)
    /// Runs of a schedule again.
    case resume(schedule: String)
    /// The end of a run.
    case cancel(RunID)
    /// The configuration read again.
    case reload

    /// What the audit log calls it.
    var action: String {
        switch self {
        case .runNow: "run.now"
        case .errand(let job): "errand.\(job.verb.rawValue)"
        case .pause: "schedule.pause"
        case .resume: "schedule.resume"
        case .cancel: "run.cancel"
        case .reload: "configuration.reload"
        }
    }

    /// On what.
    var subject: String {
        switch self {
        case .runNow(let name), .pause(let name), .resume(let name): name
        case .errand(let job): Errand(job).subject
        case .cancel(let id): "\(id)"
        case .reload: "configuration"
        }
    }
}
