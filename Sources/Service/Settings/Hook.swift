/// A command that runs before or after the runs of schedules.
public struct Hook: Hashable, Sendable {
    /// The moment.
    public enum Moment: String, Sendable, CaseIterable {
        /// Before the work of each attempt.
        case before
        /// After it, however it ended.
        case after
    }

    /// When it runs.
    public var moment: Moment
    /// The command, for `/bin/sh`.
    public var command: String
    /// How long it may take, in seconds; it is ended then.
    public var timeout: Int64
    /// The schedules whose runs it belongs to; empty for all.
    public var schedules: [String]
    /// Whether an attempt fails where it fails; otherwise that is only told.
    public var isNeeded: Bool

    /// The longest that a hook may take: a day.
    public static let timeoutMax: Int64 = 86_400
    /// How long one may take where nobody says.
    public static let timeoutUsual: Int64 = 300
    /// The most hooks.
    public static let countMax = 64

    /// Whether it belongs to the runs of `schedule`.
    func belongs(to schedule: String) -> Bool { schedules.isEmpty || schedules.contains(schedule) }
}
