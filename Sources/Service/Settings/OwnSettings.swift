/// How the daemon itself works: the section `serve`.
public struct OwnSettings: Hashable, Sendable {
    /// How the log is written.
    public enum LogForm: String, Sendable, CaseIterable {
        /// Lines for people.
        case text
        /// A JSON object a line.
        case json
    }

    /// How much is told.
    public enum LogLevel: String, Sendable, CaseIterable {
        /// All.
        case debug
        /// What happens.
        case info
        /// What deserves a look.
        case warning
        /// What went wrong.
        case error
    }

    /// An agent that the daemon runs.
    public struct AgentPart: Hashable, Sendable {
        /// Where it listens.
        public var listen: String
        /// What it exports: `name=endpoint`.
        public var exports: [String]
        /// To whom it relays.
        public var relayTo: [String]
        /// How many bytes it relays for one connection.
        public var relayBytes: String
    }

    /// How the log is written.
    public var log = LogForm.text
    /// How much is told.
    public var logLevel = LogLevel.info
    /// For how long runs are remembered, in seconds.
    public var history: Int64 = 400 * 86_400
    /// How long work has to stop when the daemon is asked to, in seconds.
    public var stopWithin: Int64 = 60
    /// The agent; nil for none.
    public var agent: AgentPart?

    /// The usual.
    public init() {}
}
