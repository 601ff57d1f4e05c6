/// What became of a run; said once for each.
public struct RunRecord: Hashable, Sendable, Codable {
    /// How a run ends.
    public enum Outcome: String, Sendable, Codable {
        /// It did its work.
        case succeeded
        /// It failed for the last time.
        case failed
        /// It was stopped, and is not gone on with.
        case stopped
        /// It was never started.
        case skipped
    }

    /// Its name.
    public let id: RunID
    /// Why it was there.
    public let cause: RunCause
    /// How it ended.
    public let outcome: Outcome
    /// Why, in one sentence; empty for success.
    public let reason: String
    /// How often it was started.
    public let attempts: Int
    /// When it was first started.
    public let started: Instant?
    /// When it ended.
    public let ended: Instant
    /// What it used.
    public let spent: Spending

    init(_ run: OpenRun, _ outcome: Outcome, _ reason: String, at now: Instant) {
        id = run.id
        cause = run.cause
        self.outcome = outcome
        self.reason = reason
        attempts = run.attempt
        started = run.firstStart
        ended = now
        spent = run.spent
    }
}
