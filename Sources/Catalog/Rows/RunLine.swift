public import Scheduling

/// Something that happened to a run, in a sentence: a line of its log.
public struct RunLine: Codable, Hashable, Sendable {
    /// The run.
    public var run: RunID
    /// When.
    public var at: Instant
    /// In which attempt; 0 before the first.
    public var attempt: Int
    /// What.
    public var text: String

    /// A line.
    public init(run: RunID, at: Instant, attempt: Int, text: String) {
        self.run = run
        self.at = at
        self.attempt = attempt
        self.text = text
    }
}
