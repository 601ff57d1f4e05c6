public import Model

/// Something that happened, for those who watch.
public struct ServiceEvent: Sendable, Hashable {
    /// The kinds of happenings.
    public enum Kind: String, Sendable, CaseIterable {
        /// A run was issued, started, put off or ended: the document is perigee.run/1.
        case run
        /// A run has come further.
        case progress
        /// The log of a run has another line.
        case log
        /// A schedule was paused or resumed.
        case schedule
        /// What is known of a replica has changed.
        case replica
        /// The configuration was read again.
        case configuration
        /// The daemon is stopping.
        case stopping
    }

    /// Ascends, without gaps, from 1 on as long as the daemon runs.
    public var number: UInt64
    /// When.
    public var at: Timestamp
    /// What kind it is.
    public var kind: Kind
    /// What it is about: the name of a run, a schedule, `dataset@site`.
    public var subject: String
    /// A JSON document that says it.
    public var document: String
}
