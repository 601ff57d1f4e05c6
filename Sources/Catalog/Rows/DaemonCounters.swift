/// What a daemon has counted since it was started, for those who count and for those who show it.
public struct DaemonCounters: Sendable, Hashable, Codable {
    /// Runs that did their work.
    public var succeeded: UInt64 = 0
    /// Runs that failed for the last time.
    public var failed: UInt64 = 0
    /// Runs that were stopped.
    public var stopped: UInt64 = 0
    /// Runs that were never started.
    public var skipped: UInt64 = 0
    /// Runs that were due and will not come.
    public var missed: UInt64 = 0
    /// Attempts.
    public var attempts: UInt64 = 0
    /// Bytes that crossed.
    public var bytes: UInt64 = 0
    /// Seconds that attempts took.
    public var seconds = 0.0
    /// How often the configuration was read again.
    public var reloads: UInt64 = 0
    /// How often that went wrong.
    public var reloadsFailed: UInt64 = 0
    /// Notices that were sent.
    public var notices: UInt64 = 0
    /// Notices that could not be sent.
    public var noticesFailed: UInt64 = 0
    /// Hooks that failed.
    public var hooksFailed: UInt64 = 0
    /// Writes of the catalog that failed.
    public var writesFailed: UInt64 = 0

    /// Nothing yet.
    public init() {}
}
