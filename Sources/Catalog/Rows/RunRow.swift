public import Scheduling

/// A run, open or ended, as the catalog remembers it.
public struct RunRow: Codable, Hashable, Sendable {
    /// Ascends in the order in which runs were issued; the key of pages.
    public var number: Int64
    /// Its name.
    public var id: RunID
    /// What it does.
    public var job: JobSpecification
    /// Why it is there.
    public var cause: RunCause
    /// What it is doing, or how it ended.
    public var state: RunState
    /// Why it ended so, or why it waits; empty where there is nothing to say.
    public var reason: String
    /// How often it was started.
    public var attempts: Int
    /// When it was issued.
    public var issued: Instant
    /// When it was first started.
    public var started: Instant?
    /// When it ended.
    public var ended: Instant?
    /// What it used.
    public var spent: Spending
    /// The JSON document of its last attempt: a report, or an error.
    ///
    /// Left away on pages of many runs.
    public var report: String?
    /// What happened to it, the oldest first.
    ///
    /// Left away on pages of many runs.
    public var log: [RunLine]
}
