public import Catalog
internal import Scheduling

/// A run, as programs see it.
public struct RunItem: Codable, Sendable {
    let number: Int64?
    /// Its name.
    public let run: String
    let schedule: String
    let due: String
    let verb: String
    let dataset: String?
    let site: String
    let from: String?
    let via: String?
    let cause: String
    /// What it is doing, or how it ended.
    public let state: String
    /// Why it waits, or ended so.
    public let reason: String
    let attempts: Int
    let issued: String?
    /// It does not start before.
    public let startsAt: String?
    let started: String?
    let ended: String?
    let bytes: UInt64?
    let microdollars: Int64?
    /// How far it has come.
    public let progress: RunProgress?

    /// What is shown of a run of the catalog.
    public init(_ row: RunRow) {
        number = row.number
        run = "\(row.id)"
        (schedule, due) = (row.id.schedule, row.id.due.rfc3339)
        (verb, dataset, site) = (row.job.verb.rawValue, Self.named(row.job), row.job.site)
        (from, via) = (row.job.from, row.job.via)
        (cause, state, reason) = (row.cause.rawValue, row.state.rawValue, row.reason)
        attempts = row.attempts
        issued = row.issued.rfc3339
        startsAt = nil
        (started, ended) = (row.started?.rfc3339, row.ended?.rfc3339)
        (bytes, microdollars) = (row.spent.bytes, row.spent.price)
        progress = nil
    }

    /// What is shown of a run that is not done.
    public init(_ view: RunView) {
        number = nil
        run = "\(view.id)"
        (schedule, due) = (view.id.schedule, view.id.due.rfc3339)
        (verb, dataset, site) = (view.job.verb.rawValue, Self.named(view.job), view.job.site)
        (from, via) = (view.from ?? view.job.from, view.job.via)
        (cause, state, reason) = (view.cause.rawValue, view.state.rawValue, view.delay?.rawValue ?? "")
        attempts = view.attempt
        issued = nil
        startsAt = view.startsAt.rfc3339
        (started, ended) = (view.started?.rfc3339, nil)
        (bytes, microdollars) = (view.progress?.wire, nil)
        progress = view.progress
    }

    /// The dataset of a job; nil where it is on a site as a whole.
    private static func named(_ job: JobSpecification) -> String? { job.dataset.isEmpty ? nil : job.dataset }
}
