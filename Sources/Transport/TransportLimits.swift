/// Every limit of connections by TCP, by name.
public struct TransportLimits: Sendable {
    /// How long it may take until the other host answers.
    public var connectWait = Duration.seconds(10)
    /// How long it may take until both sides have proven who they are.
    public var handshakeWait = Duration.seconds(10)
    /// Connections that have not proven who they are yet; further ones are closed at once.
    public var handshakesMax = 256
    /// The same from one address, so that one host cannot keep all others out; several connections and their strands may begin
    /// in the same moment.
    public var handshakesPerHostMax = 64
    /// Streams of those that have, connections and strands of them; further ones are closed at once.
    public var streamsMax = 576
    /// The same of one site.
    public var streamsPerSiteMax = 160
    /// How long a close waits until the other side has heard of it.
    public var closeWait = Duration.seconds(2)

    /// After so many seconds without a byte a connection is asked for a sign of life by the system, and as often from then on.
    static let keepAliveSeconds = 20
    /// Bytes that are read from the socket at once.
    static let receiveSize = 256 << 10
    /// Bytes that are handed to the socket at once.
    static let writeSize = 256 << 10
    /// What the last such piece may have beyond that.
    static let writeSlack = 4 << 10

    /// What a stream holds at most.
    struct Held: Equatable {
        /// Bytes that were received and not read; beyond, nothing more is received.
        let received: Int
        /// Bytes that were handed over and that the system has not taken; beyond, whoever writes waits.
        let written: Int
        /// Buffers of ``TransportLimits/writeSize`` that are kept for what is written next.
        let idleBuffers: Int

        /// One that is a connection by itself.
        static let whole = Held(received: 1 << 20, written: 2 << 20, idleBuffers: 4)
        /// One that is a strand of a connection.
        static let strand = Held(received: 256 << 10, written: (256 << 10) + writeSlack, idleBuffers: 1)
    }

    /// Bytes that the system holds of a strand and has not sent; beyond, it takes no more.
    static let unsentMax = 128 << 10
    /// The option that says so: TCP_NOTSENT_LOWAT of Linux, which the module does not export.
    static let unsentOption: CInt = 25

    /// Bytes that may come before the system has seen how many it should let come; it takes less where it is told to
    /// (net.core.rmem_max).
    static let receiveBuffer = 1 << 20
    /// Where the system begins with as many by itself, it is left to that.
    static let narrowBuffer = 256 << 10
    /// The option that keeps the sizes of buffers as they were asked for: SO_BUF_LOCK of Linux, likewise.
    package static let lockOption: CInt = 72

    /// The port where none is named.
    public static let port: UInt16 = 7374

    /// The usual limits.
    public init() {}
}
