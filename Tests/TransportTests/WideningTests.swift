import NIOCore
import NIOPosix
import Testing
import Transport

@Suite("Sockets of TCP")
struct WideningTests {
    private typealias Socket = any Channel

    private func size(_ socket: Socket) throws -> Int { try socket.getOption(.socketOption(.so_rcvbuf)).wait() }

    /// Whether the size stays as it was asked for; nil where the system does not say.
    private func isLocked(_ socket: Socket) -> Bool? {
        let lock = ChannelOptions.socketOption(.init(rawValue: TransportLimits.lockOption))
        // The second bit is that of what is received.
        return (try? socket.getOption(lock).wait()).map { $0 & 2 != 0 }
    }

    @Test("let more come from the first moment on, both ends, and are still for the system to make more of")
    func widened() throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let usual = try ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).wait()
        let accepted = group.next().makePromise(of: Socket.self)
        let server = try ServerBootstrap(group: group)
            .serverChannelInitializer { SecureSettings.widen($0) }
            .childChannelInitializer { channel in
                accepted.succeed(channel)
                return channel.eventLoop.makeSucceededVoidFuture()
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        let client = try ClientBootstrap(group: group).channelInitializer { SecureSettings.widen($0) }
            .connect(to: #require(server.localAddress)).wait()
        let other = try accepted.futureResult.wait()
        defer { for socket in [usual, server, client, other] { socket.close(promise: nil) } }
        let before = try size(usual)
        // Where the system does not let go of a size, or begins with as much by itself, it is left alone.
        if isLocked(usual) != nil && before < 256 << 10 {
            for socket in [server, client, other] { #expect(try size(socket) > before) }
        } else {
            // Those that are connected the system may have made more of already.
            #expect(try size(server) == before)
        }
        for socket in [server, client, other] { #expect(isLocked(socket) != true) }
    }
}
