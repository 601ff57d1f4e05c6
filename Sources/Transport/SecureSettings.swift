internal import Model
package import NIOCore
internal import NIOPosix
internal import NIOSSL
public import Trust

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// How connections are made secure: TLS 1.3 and nothing older, a key on both sides, no authorities.
public struct SecureSettings: Sendable {
    let contexts: (client: NIOSSLContext, server: NIOSSLContext)
    let own: SiteIdentity
    let limits: TransportLimits

    /// Connections in which this site proves who it is with `key`.
    public init(_ key: SiteKey, limits: TransportLimits = TransportLimits()) throws {
        let chain = [NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: key.certificate(), format: .der))]
        let secret = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(bytes: key.pem(), format: .pem))
        var client = TLSConfiguration.makeClientConfiguration()
        var server = TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: secret)
        (client.certificateChain, client.privateKey) = (chain, secret)
        contexts = (try Self.context(&client), try Self.context(&server))
        own = key.identity
        self.limits = limits
    }

    private static func context(_ configuration: inout TLSConfiguration) throws -> NIOSSLContext {
        (configuration.minimumTLSVersion, configuration.maximumTLSVersion) = (.tlsv13, .tlsv13)
        // Asks for the other side's certificate on both sides; what becomes of it is for PeerCheck to say.
        configuration.certificateVerification = .noHostnameVerification
        configuration.trustRoots = .certificates([])
        configuration.shutdownTimeout = .seconds(2)
        return try NIOSSLContext(configuration: configuration)
    }

    /// Has more be under way to a socket of TCP from the first moment on: the system begins with 64 KiB, and while it doubles
    /// that, a sender who could send more waits, for a round trip or two.
    ///
    /// Before it connects, or listens. The size that is asked for would stay what it is, so it is done only where the system lets
    /// go of it again (SO_BUF_LOCK, from Linux 5.14 on), and makes more of it as it did before; nor where it is set to begin with
    /// as much.
    package static func widen(_ channel: any NIOCore.Channel) -> EventLoopFuture<Void> {
        let lock = ChannelOptions.socketOption(.init(rawValue: TransportLimits.lockOption))
        return channel.getOption(lock)
            .flatMap { _ in channel.getOption(.socketOption(.so_rcvbuf)) }
            .flatMap { size in
                guard size < TransportLimits.narrowBuffer else { return channel.eventLoop.makeSucceededVoidFuture() }
                return channel.setOption(.socketOption(.so_rcvbuf), value: TransportLimits.receiveBuffer)
                    .flatMap { channel.setOption(lock, value: 0) }
            }
            // Without it all goes on as it did.
            .recover { _ in () }
    }

    /// What every channel is set to.
    static func options(_ channel: any NIOCore.Channel, isTCP: Bool = true) -> EventLoopFuture<Void> {
        var futures = [
            channel.setOption(.autoRead, value: false), channel.setOption(.allowRemoteHalfClosure, value: true),
            channel.setOption(.maxMessagesPerRead, value: 1),
            channel.setOption(
                .recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: TransportLimits.receiveSize)),
        ]
        if isTCP {
            futures.append(channel.setOption(.tcpOption(.tcp_nodelay), value: 1))
            // Of several streams that carry a connection most may be idle for long, and what stands between two hosts forgets
            // those that are.
            futures.append(channel.setOption(.socketOption(.so_keepalive), value: 1))
            for option in [TCP_KEEPIDLE, TCP_KEEPINTVL] {
                futures.append(
                    channel.setOption(
                        .tcpOption(.init(rawValue: option)), value: TransportLimits.keepAliveSeconds))
            }
        }
        return EventLoopFuture.andAllSucceed(futures, on: channel.eventLoop)
    }
}
