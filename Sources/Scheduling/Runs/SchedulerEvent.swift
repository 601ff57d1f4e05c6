/// What the scheduler is told.
public enum SchedulerEvent: Hashable, Sendable {
    /// Time has passed.
    case tick
    /// The daemon was started: nobody works on anything.
    case restarted
    /// A run has used so much since this attempt began.
    case progress(RunID, attempt: Int, Spending)
    /// An attempt has ended.
    case finished(RunID, attempt: Int, AttemptResult)
    /// From now on no run of the schedule is due.
    case pause(schedule: String)
    /// From now on runs of the schedule are due again.
    case resume(schedule: String)
    /// A run is wanted now, whatever the window, and even of a paused schedule.
    case runNow(schedule: String)
    /// A replication rule wants a run now.
    case runForRule(schedule: String)
    /// A run is not wanted any more.
    case cancel(RunID)
}

/// How an attempt at a run ended.
public enum AttemptResult: Hashable, Sendable {
    /// The work is done.
    case succeeded
    /// It failed, and `canRetry` says whether trying again can help.
    case failed(String, canRetry: Bool)
    /// It was stopped, and can be gone on with from `checkpoint`.
    case stopped(checkpoint: String?)
}

/// What the scheduler wants to be done, after its state was made safe.
public enum SchedulerEffect: Hashable, Sendable {
    /// Begin an attempt at a run, from `checkpoint` where there is one.
    case start(RunID, attempt: Int, checkpoint: String?)
    /// Have an attempt stop where it can be gone on with, and say so by ``SchedulerEvent/finished(_:attempt:_:)``.
    case stop(RunID, attempt: Int, StopReason)
    /// Remember what became of a run.
    case ended(RunRecord)
    /// Remember that runs were due and are not made up for.
    case missed(MissedRuns)
}

/// Runs that were due, and never began.
public struct MissedRuns: Hashable, Sendable, Codable {
    /// Why.
    public enum Reason: String, Sendable, Codable {
        /// They were seen too late.
        case late
        /// The schedule was paused.
        case paused
    }

    /// Whose runs.
    public let schedule: String
    /// When the first one was due.
    public let first: Instant
    /// When the last one was due.
    public let last: Instant
    /// How many they are; at least so many where it is ``countMax``.
    public let count: Int
    /// Why.
    public let reason: Reason

    /// Where the counting ends.
    public static let countMax = 1000

    /// Runs that were due from `first` to `last`.
    public init(schedule: String, first: Instant, last: Instant, count: Int, reason: Reason) {
        self.schedule = schedule
        self.first = first
        self.last = last
        self.count = count
        self.reason = reason
    }
}
