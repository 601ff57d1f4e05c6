internal import Synchronization

/// The settings of the daemon itself that are in use; they change when the configuration is read again.
public final class OwnSettingsInUse: Sendable {
    private let settings: Mutex<OwnSettings>

    /// Settings that are in use from now on.
    public init(_ settings: OwnSettings) { self.settings = Mutex(settings) }

    /// As they are now.
    public var current: OwnSettings { settings.withLock { $0 } }

    /// Takes `settings` into use, but for the agent, which stays as it was begun.
    ///
    /// - Returns: the keys that have changed, and whether each is in use now.
    public func use(_ settings: OwnSettings) -> [(key: String, isInUse: Bool)] {
        let before = self.settings.withLock { current in
            var next = settings
            next.agent = current.agent
            defer { current = next }
            return current
        }
        return [
            ("serve.log", settings.log != before.log, true),
            ("serve.log_level", settings.logLevel != before.logLevel, true),
            ("serve.history", settings.history != before.history, true),
            ("serve.stop_within", settings.stopWithin != before.stopWithin, true),
            ("serve.agent", settings.agent != before.agent, false),
        ].filter { $0.1 }.map { (key: $0.0, isInUse: $0.2) }
    }
}
