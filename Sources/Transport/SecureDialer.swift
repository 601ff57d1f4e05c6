public import Model
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
public import Trust

/// Connects to a site that listens.
public struct SecureDialer: Sendable {
    private let settings: SecureSettings

    /// A dialer that proves who this site is as `settings` say.
    public init(_ settings: SecureSettings) { self.settings = settings }

    /// Connects to `address`, and waits until both sides have proven who they are.
    ///
    /// - Parameter admits: throws where whoever answers is not who was meant.
    /// - Throws: what `admits` throws; `denied` where the other side does not trust this one, if it says so in time: it may
    ///   say so only to the first read; `io` where nobody answers.
    public func connect(
        to address: HostAddress, admits: @escaping @Sendable (SiteIdentity) throws -> Void
    ) throws -> SecureStream {
        let place = address.description
        return try secured(place, admits) { bootstrap in
            do {
                return try bootstrap.connect(host: address.plainHost, port: Int(address.port)).wait()
            } catch {
                throw TransportFault.unreachable(place, error)
            }
        }
    }

    /// The same by way of `socket`, at whose other end somebody passes the bytes on to `address`, and cannot read them.
    ///
    /// The socket belongs to the stream from here on.
    public func connect(
        through socket: Int32, to address: HostAddress, admits: @escaping @Sendable (SiteIdentity) throws -> Void
    ) throws -> SecureStream {
        try secured(address.description, admits, isTCP: false) { try $0.withConnectedSocket(socket).wait() }
    }

    /// Makes a channel by `open`, and waits until both sides have proven who they are.
    private func secured(
        _ place: String, _ admits: @escaping @Sendable (SiteIdentity) throws -> Void, isTCP: Bool = true,
        _ open: (ClientBootstrap) throws -> any NIOCore.Channel
    ) throws -> SecureStream {
        let (state, check, own) = (StreamState(), PeerCheck(place, admits), settings.own)
        let context = settings.contexts.client
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.nanoseconds(Int64(settings.limits.connectWait / .nanoseconds(1))))
            .channelInitializer { channel in
                let widened = isTCP ? SecureSettings.widen(channel) : channel.eventLoop.makeSucceededVoidFuture()
                return widened.flatMap { SecureSettings.options(channel, isTCP: isTCP) }.flatMapThrowing {
                    let secure = try NIOSSLClientHandler(
                        context: context, serverHostname: nil, customVerificationCallback: { check.answer($0, $1) })
                    let bridge = StreamBridge(state, place: place, own: own, check: check)
                    try channel.pipeline.syncOperations.addHandlers(secure, bridge)
                }
            }
        let channel = try open(bootstrap)
        do {
            guard try state.waitUntilReady(for: settings.limits.handshakeWait), let identity = check.identity else {
                throw TransportFault.slowHandshake(settings.limits.handshakeWait, place)
            }
            return SecureStream(
                channel, state, peer: place, identity: identity, closeWait: settings.limits.closeWait)
        } catch {
            channel.close(promise: nil)
            throw error
        }
    }
}
