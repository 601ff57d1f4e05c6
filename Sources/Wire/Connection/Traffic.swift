/// What crossed a connection: every byte of frames and hellos, as handed to and taken from the stream.
public struct Traffic: Sendable, Hashable {
    /// Bytes that this side wrote.
    public var sent: UInt64
    /// Bytes that this side read.
    public var received: UInt64

    /// Counts of bytes.
    public init(sent: UInt64 = 0, received: UInt64 = 0) {
        self.sent = sent
        self.received = received
    }
}
