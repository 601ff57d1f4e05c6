internal import Model
public import Replication
public import Wire

/// A channel of a connection, as the exchange of trees uses it.
public final class WireChannel: MessageChannel {
    private let channel: Channel

    /// Messages by way of `channel`.
    public init(_ channel: Channel) { self.channel = channel }

    /// Sends a message.
    public func send(_ message: [UInt8]) throws { try channel.send(0, message) }

    /// The next message.
    public func receive() throws -> [UInt8]? { try channel.receive()?.bytes }

    /// Widens the channel's window.
    public func expect(_ bytes: Int) { channel.widen(to: bytes) }

    /// Tells the connection.
    public func announce(_ bytes: UInt64) { channel.announce(bytes) }

    /// No more will be sent.
    public func finish() throws { channel.finish() }

    /// Ends both directions.
    public func fail(_ error: any Error) { channel.reset(error) }
}
