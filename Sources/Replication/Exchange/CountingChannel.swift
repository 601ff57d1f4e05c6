internal import Workers

/// A channel that counts what goes through another one.
final class CountingChannel: MessageChannel {
    /// What went through.
    struct Counts: Sendable {
        var sentMessages: UInt64 = 0
        var sentBytes: UInt64 = 0
        var receivedBytes: UInt64 = 0
    }

    private let channel: any MessageChannel
    private let state = Monitor(Counts())

    /// Counts what goes through `channel`.
    init(_ channel: any MessageChannel) { self.channel = channel }

    /// What went through so far.
    var counts: Counts { state.read { $0 } }

    func send(_ message: [UInt8]) throws {
        state.read { counts in
            counts.sentMessages += 1
            counts.sentBytes += UInt64(message.count)
        }
        try channel.send(message)
    }

    func receive() throws -> [UInt8]? {
        let message = try channel.receive()
        if let message { state.read { $0.receivedBytes += UInt64(message.count) } }
        return message
    }

    func expect(_ bytes: Int) { channel.expect(bytes) }

    func announce(_ bytes: UInt64) { channel.announce(bytes) }

    func finish() throws { try channel.finish() }

    func fail(_ error: any Error) { channel.fail(error) }
}
