internal import ArgumentParser
internal import NIOCore
internal import NIOPosix

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Opens event streams, and reads what comes without doing anything about it, until standard input ends.
struct Idle: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Hold event streams of the daemon open.")

    @Option(help: "The port.") var port: Int
    @Option(help: "The secret of a token.") var token: String
    @Option(help: "How many.") var count = 500

    func run() throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let request = """
            GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nAuthorization: Bearer \(token)\r\n\r\n
            """
        for _ in 0..<count {
            let said = group.next().makePromise(of: String.self)
            let channel = try ClientBootstrap(group: group).channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(First(said)) }
            }.connect(host: "127.0.0.1", port: port).wait()
            try channel.writeAndFlush(ByteBuffer(string: request)).wait()
            let answer = try said.futureResult.wait()
            guard answer.hasPrefix("HTTP/1.1 200 ") else {
                throw ValidationError("it was answered: \(answer.prefix(200))")
            }
        }
        print("\(count) streams are open")
        fflush(nil)
        while readLine() != nil {}
    }

    /// Hands on what comes first.
    private final class First: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private var said: EventLoopPromise<String>?

        init(_ said: EventLoopPromise<String>) { self.said = said }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            said?.succeed(String(buffer: unwrapInboundIn(data)))
            said = nil
        }

        func channelInactive(context: ChannelHandlerContext) {
            said?.succeed("nothing")
            said = nil
        }
    }
}
