/// An agent, and who it must prove to be.
public struct AgentSettings: Sendable, Equatable {
    /// The host.
    public var host: String
    /// The port; nil for the usual one.
    public var port: UInt16?
    /// The identity that is pinned, as `perigee identity` prints it there; nil for what `perigee trust` knows.
    public var identity: String?
}
