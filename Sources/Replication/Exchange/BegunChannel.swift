internal import Workers

/// A channel on which messages have come before it was opened.
public final class BegunChannel: MessageChannel {
    private let channel: any MessageChannel
    private let first: Monitor<ArraySlice<[UInt8]>>

    /// `channel`, on which `first` are received first.
    public init(_ first: [[UInt8]], _ channel: any MessageChannel) {
        self.first = Monitor(first[...])
        self.channel = channel
    }

    /// Sends by the channel.
    public func send(_ message: [UInt8]) throws { try channel.send(message) }

    /// The next of the first messages, then what the channel brings.
    public func receive() throws -> [UInt8]? { try first.read { $0.popFirst() } ?? channel.receive() }

    /// Tells the channel.
    public func expect(_ bytes: Int) { channel.expect(bytes) }

    /// Tells the channel.
    public func announce(_ bytes: UInt64) { channel.announce(bytes) }

    /// Finishes the channel.
    public func finish() throws { try channel.finish() }

    /// Fails the channel.
    public func fail(_ error: any Error) { channel.fail(error) }
}

extension MessageChannel {
    /// This channel of a listing, behind what came along, where `begin` asks for the rest of that.
    func begun(_ begin: ListingBegin, _ ahead: ListingAhead?) -> any MessageChannel {
        guard begin.way == .rest, let ahead else { return self }
        return BegunChannel(ahead.messages, self)
    }
}
