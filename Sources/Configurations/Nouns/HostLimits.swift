public import Model

/// What Perigee may use of this host.
public struct HostLimits: Sendable, Equatable {
    /// The most memory for the daemon's work; nil for the usual bounds.
    public var memory: ByteCount?
    /// How many threads the daemon's work has; nil for as many as there are processors, for each.
    public var threads: Int?
    /// How many transfers run at once; nil for the usual number.
    public var transfers: Int?
    /// How fast all transfers of this host may be together, by the time of day.
    public var rate: RateSchedule?

    /// The least memory that a transfer runs in.
    public static let memoryOfTransfer = ByteCount(UInt64(64 << 20))

    /// How many transfers have room in ``memory``; nil for any number.
    public var transfersWithRoom: Int? {
        memory.map { max(1, Int(clamping: $0.bytes / Self.memoryOfTransfer.bytes)) }
    }

    /// The usual.
    public init() {}
}
