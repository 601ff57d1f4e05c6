internal import Model
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Trust
internal import Workers

/// TLS 1.3 on the event loops of SwiftNIO with nothing above it: what a stream over it could reach.
///
/// One side writes the same 1 MiB, four times on its way at once; the other counts what comes. Both are settings that were
/// found to be quick: a receive buffer of a fixed size, and a flush for each piece.
final class BareTLS {
    private let server: any Channel
    private let client: any Channel
    private let counted = Monitor(0)
    private let piece = ByteBuffer(repeating: 7, count: 1 << 20)

    /// Pieces that are on their way.
    private static let leavingMax = 4

    init() throws {
        let key = try SiteKey.generate()
        let chain = [NIOSSLCertificateSource.certificate(try NIOSSLCertificate(bytes: key.certificate(), format: .der))]
        let secret = NIOSSLPrivateKeySource.privateKey(try NIOSSLPrivateKey(bytes: key.pem(), format: .pem))
        var settings = (
            TLSConfiguration.makeServerConfiguration(certificateChain: chain, privateKey: secret),
            TLSConfiguration.makeClientConfiguration()
        )
        (settings.0.minimumTLSVersion, settings.1.minimumTLSVersion) = (.tlsv13, .tlsv13)
        (settings.1.certificateVerification, settings.1.trustRoots) = (.none, .certificates([]))
        let (serverContext, clientContext) = (
            try NIOSSLContext(configuration: settings.0), try NIOSSLContext(configuration: settings.1)
        )
        let counted = counted
        let allocator = FixedSizeRecvByteBufferAllocator(capacity: 256 << 10)
        server = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.recvAllocator, value: allocator)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLServerHandler(context: serverContext), Counter(counted))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        client = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        try NIOSSLClientHandler(context: clientContext, serverHostname: nil))
                }
            }
            .connect(host: "127.0.0.1", port: server.localAddress?.port ?? 0).wait()
    }

    deinit {
        client.close(promise: nil)
        server.close(promise: nil)
    }

    /// Moves `count` bytes, and returns when all have come.
    func move(_ count: Int) throws {
        counted.change { $0 = 0 }
        let sender = Sender(client, piece, count / piece.readableBytes)
        client.eventLoop.execute { for _ in 0..<Self.leavingMax { sender.next() } }
        guard counted.wait(for: .seconds(60), until: { $0 >= count ? () : nil }) != nil else {
            throw PerigeeError(.io, "the bytes did not come", at: "127.0.0.1")
        }
    }

    /// Writes one piece after the other.
    ///
    /// Sendable by hand: for the channel's event loop alone.
    private final class Sender: @unchecked Sendable {
        private let channel: any Channel
        private let piece: ByteBuffer
        private var left: Int

        init(_ channel: any Channel, _ piece: ByteBuffer, _ count: Int) {
            (self.channel, self.piece, left) = (channel, piece, count)
        }

        func next() {
            guard left > 0 else { return }
            left -= 1
            channel.writeAndFlush(piece).whenSuccess { self.next() }
        }
    }

    /// Counts what comes.
    private final class Counter: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let counted: Monitor<Int>
        private var sum = 0

        init(_ counted: Monitor<Int>) { self.counted = counted }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { sum += unwrapInboundIn(data).readableBytes }

        func channelReadComplete(context: ChannelHandlerContext) {
            counted.change { $0 += sum }
            sum = 0
        }
    }
}
