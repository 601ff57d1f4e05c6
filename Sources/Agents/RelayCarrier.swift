internal import Files
internal import Model
internal import Synchronization
internal import Transport
internal import Trust
internal import Wire
internal import Workers

/// A connection to a relay, which ends with the last of the streams that are passed on by it.
final class RelayCarrier: Sendable {
    private let connection: Connection
    private let streams = Mutex(0)

    /// What passes on by `connection`.
    init(_ connection: Connection) { self.connection = connection }

    /// Connects to `address` by way of what the relay passes on: TLS within TLS, of which it sees the outer one.
    func connect(
        to address: HostAddress, by dialer: SecureDialer, admits: @escaping @Sendable (SiteIdentity) throws -> Void
    ) throws -> SecureStream {
        var opening = FieldWriter()
        opening.text("\(address)")
        let channel = try connection.open(RelayService.service, opening.bytes)
        let (near, far) = try PlainSocket.pair()
        let pump = ChannelPump(channel, DescriptorStream(reading: far, writing: far, peer: connection.peer))
        streams.withLock { $0 += 1 }
        try Companion.start { [self] in
            try? pump.run()
            let isLast = streams.withLock { count in
                count -= 1
                return count == 0
            }
            if isLast { connection.close() }
        }.leave()
        do {
            return try dialer.connect(through: near, to: address, admits: admits)
        } catch let error as PerigeeError where error.code != .refused {
            // What the relay says of it is better than that it ended.
            throw pump.failure ?? error
        }
    }
}
