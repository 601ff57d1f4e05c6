internal import Replication
internal import Synchronization

/// A channel on which a message has come before it was opened.
final class BegunChannel: MessageChannel {
    private let channel: any MessageChannel
    private let first: Mutex<[UInt8]?>

    /// `channel`, on which `first` is received first.
    init(_ first: [UInt8], _ channel: any MessageChannel) {
        self.first = Mutex(first)
        self.channel = channel
    }

    func send(_ message: [UInt8]) throws { try channel.send(message) }

    func receive() throws -> [UInt8]? {
        let message = first.withLock { first in
            defer { first = nil }
            return first
        }
        return try message ?? channel.receive()
    }

    func expect(_ bytes: Int) { channel.expect(bytes) }

    func announce(_ bytes: UInt64) { channel.announce(bytes) }

    func finish() throws { try channel.finish() }

    func fail(_ error: any Error) { channel.fail(error) }
}
