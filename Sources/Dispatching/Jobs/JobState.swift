/// How far a job has come.
public enum JobState: String, Hashable, Sendable, Codable, CaseIterable {
    /// It was decided, and waits for its time or for jobs before it.
    case planned
    /// What it reads is brought to where it runs, and it is handed over.
    case staging
    /// Its executor has it, and has not begun.
    case submitted
    /// It works.
    case running
    /// It has ended, and what it made is brought where it must be.
    case returning
    /// All went well.
    case done
    /// It went wrong.
    case failed
    /// Somebody asked for its end.
    case cancelled

    /// Whether nothing more happens to it.
    public var isFinal: Bool { [.done, .failed, .cancelled].contains(self) }
}
