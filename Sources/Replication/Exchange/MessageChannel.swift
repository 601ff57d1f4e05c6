/// Messages that go both ways between two ends, in order each way: all that the exchange of trees knows of a network.
///
/// Any number of threads may send and one receives. A channel holds a bounded number of bytes: who sends into a full one
/// waits until the other end has received. What arrives is what was sent, or the channel fails.
public protocol MessageChannel: Sendable {
    /// Sends `message`, which has at most ``ExchangeLimits/message`` bytes, after waiting for room.
    ///
    /// - Throws: what ended the channel.
    func send(_ message: [UInt8]) throws

    /// The next message, after waiting for it; nil once the other end has finished.
    ///
    /// - Throws: what ended the channel.
    func receive() throws -> [UInt8]?

    /// Expects up to `bytes` at once, if the channel can make room for them ahead.
    func expect(_ bytes: Int)

    /// About `bytes` more will cross: they were asked for, or are about to be sent.
    func announce(_ bytes: UInt64)

    /// Says that no more will be sent; the other end receives all that was.
    func finish() throws

    /// Ends both directions with `error`: whoever waits at either end is woken.
    func fail(_ error: any Error)
}

extension MessageChannel {
    /// Makes no room ahead.
    public func expect(_ bytes: Int) {}

    /// Tells nobody.
    public func announce(_ bytes: UInt64) {}

    /// Runs `body`; where that fails, so do this channel and `other`, the two of an exchange.
    func failing<Result>(with other: any MessageChannel, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            fail(error)
            other.fail(error)
            throw error
        }
    }
}
