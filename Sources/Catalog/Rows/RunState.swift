public import Scheduling

/// What a run is doing, or how it ended.
public enum RunState: String, Codable, Sendable, Hashable, CaseIterable {
    /// It waits: for its time, for what it needs, for its turn.
    case waiting
    /// It works.
    case running
    /// It was told to stop, and still works.
    case stopping
    /// It did its work.
    case succeeded
    /// It failed for the last time.
    case failed
    /// It was stopped, and is not gone on with.
    case stopped
    /// It was never started.
    case skipped

    /// The state of a run that is not done.
    public init(_ phase: OpenRun.Phase) {
        self =
            switch phase {
            case .waiting: .waiting
            case .running: .running
            case .stopping: .stopping
            }
    }

    /// The state of a run that has ended.
    public init(_ outcome: RunRecord.Outcome) {
        self =
            switch outcome {
            case .succeeded: .succeeded
            case .failed: .failed
            case .stopped: .stopped
            case .skipped: .skipped
            }
    }

    /// Whether the run has ended; it does not change any more then.
    public var isFinal: Bool {
        switch self {
        case .waiting, .running, .stopping: false
        case .succeeded, .failed, .stopped, .skipped: true
        }
    }
}
