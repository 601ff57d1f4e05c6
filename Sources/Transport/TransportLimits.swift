/// Every limit of connections by TCP, by name.
public struct TransportLimits: Sendable {
    /// How long it may take until the other host answers.
    public var connectWait = Duration.seconds(10)
    /// How long it may take until both sides have proven who they are.
    public var handshakeWait = Duration.seconds(10)
    /// Connections that have not proven who they are yet; further ones are closed at once.
    public var handshakesMax = 64
    /// The same from one address, so that one host cannot keep all others out.
    public var handshakesPerHostMax = 16
    /// Connections that have; further ones are closed at once.
    public var connectionsMax = 64
    /// The same of one site.
    public var connectionsPerSiteMax = 16
    /// How long a close waits until the other side has heard of it.
    public var closeWait = Duration.seconds(2)

    /// Bytes that are read from the socket at once.
    static let receiveSize = 256 << 10
    /// Bytes that were received and not read; beyond, nothing more is received.
    static let receivedMax = 1 << 20
    /// Bytes that are handed to the socket at once.
    static let writeSize = 256 << 10
    /// What the last such piece may have beyond that.
    static let writeSlack = 4 << 10
    /// Buffers of that size that are kept for what is written next.
    static let idleBuffersMax = 4
    /// Bytes that were handed over and that the system has not taken; beyond, whoever writes waits.
    static let writtenMax = 2 << 20
    /// The port where none is named.
    public static let port: UInt16 = 7374

    /// The usual limits.
    public init() {}
}
