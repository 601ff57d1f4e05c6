/// How a host without an agent is reached.
public struct ShellSettings: Sendable, Equatable {
    /// The user there; nil for what `ssh` takes by itself.
    public var user: String?
    /// The host, or its alias in the configuration of `ssh`.
    public var host: String
    /// The port; nil for what `ssh` takes by itself.
    public var port: UInt16?
    /// The command instead of `ssh`, with its options.
    public var command: String?
    /// Perigee on that host, where it is not in the PATH there.
    public var remotePerigee: String?
}
