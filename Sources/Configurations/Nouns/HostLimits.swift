public import Model

/// What Perigee may use of this host.
public struct HostLimits: Sendable, Equatable {
    /// The most memory; nil for the usual bounds.
    public var memory: ByteCount?
    /// How many threads work; nil for as many as there are processors.
    public var threads: Int?
    /// How many transfers run at once; nil for the usual number.
    public var transfers: Int?
    /// How fast all transfers of this host may be together, by the time of day.
    public var rate: RateSchedule?

    /// The usual.
    public init() {}
}
