internal import Model

/// An ordered flow of messages in both directions between the two sides of a connection, for one service.
///
/// Any thread may send, any may receive; a message is sent whole. Each direction has credit of its own, in bytes: ``send``
/// waits while the other side does not take what was sent, and other channels go on meanwhile. Dropped before its end, a
/// channel is reset.
///
///     let channel = try connection.open("blobs")
///     try channel.send(1, question)
///     while let message = try channel.receive() { message.withBytes { ... } }
///     channel.finish()
public final class Channel: Sendable {
    private let core: ChannelCore
    // Holds the connection too: it lives as long as its channels.
    private let connection: Connection

    init(_ core: ChannelCore, of connection: Connection) {
        self.core = core
        self.connection = connection
    }

    deinit {
        guard !core.isOver else { return }
        reset(
            PerigeeError(
                .interrupted, "the work on this channel was given up",
                remedy: "run the same command again: it goes on where it stopped", canRetry: true))
    }

    /// What the channel is for: the name that it was opened with.
    public var service: String { core.service }

    /// What was sent along when it was opened.
    public var opening: [UInt8] { core.opening }

    /// What to call the other side in messages.
    public var peer: String { connection.engine.peer }

    /// Whether messages can still go both ways.
    var isOpen: Bool { core.isOpen }

    /// The connection that carries it.
    public var carrier: Connection { connection }

    /// Sends a message whose bytes are the concatenation of `parts`: at most ``WireLimits/messageMax``.
    ///
    /// Waits while the channel's credit is used up. Returns when the message is on its way, which is before it has come.
    ///
    /// - Throws: what the channel or the connection ended with; `limit` for a message that is too long.
    public func send(_ kind: UInt8, _ parts: [UnsafeRawBufferPointer]) throws {
        try connection.engine.send(core, kind, parts)
    }

    /// Sends a message.
    public func send(_ kind: UInt8, _ bytes: [UInt8] = []) throws {
        try bytes.withUnsafeBytes { try send(kind, [$0]) }
    }

    /// The next message, after waiting for it; nil once the other side has finished and all was taken.
    ///
    /// - Throws: what the channel or the connection ended with, even where messages are left.
    public func receive() throws -> Message? { try connection.engine.receive(core) }

    /// Expects up to `bytes` at once: gives the other side credit for them ahead, as far as there is room for it.
    ///
    /// Otherwise the credit begins small and grows by and by, a round trip for each step.
    public func widen(to bytes: Int) { connection.engine.widen(core, to: bytes) }

    /// Says that about so many bytes will come because this side has just asked for them.
    ///
    /// Whether it is worth it to have the connection carried by several streams shows by that before they come.
    public func announce(_ bytes: UInt64) { connection.engine.announce(bytes) }

    /// Says that this side sends no more; it can still receive.
    ///
    /// Without effect where that was said before.
    public func finish() { connection.engine.finish(core) }

    /// Ends the channel in both directions; the other side's calls throw `error`, as far as it fits on the wire.
    public func reset(_ error: any Error) { connection.engine.reset(core, error) }
}
