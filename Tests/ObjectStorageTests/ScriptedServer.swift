import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server in this process that answers as a test says: for what no real server does when asked.
final class ScriptedServer: Sendable {
    /// What was asked.
    struct Asked: Sendable {
        let method: String
        let uri: String
        let headers: HTTPHeaders
        let body: [UInt8]

        var path: String { String(uri.prefix { $0 != "?" }) }
    }

    /// What is answered.
    struct Answer: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// So many bytes of the body are sent, then the connection ends; nil for all.
        var cutAfter: Int?
        /// Nothing is answered at all; the connection stays open.
        var isSilent = false
        /// The length that is said, where it is not the body's.
        var saidLength: Int?

        static func ok(_ text: String = "", _ headers: [(String, String)] = []) -> Answer {
            Answer(headers: headers, body: Array(text.utf8))
        }

        static func error(_ status: Int, _ code: String, _ headers: [(String, String)] = []) -> Answer {
            Answer(
                status: status, headers: headers,
                body: Array("<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>as told</Message></Error>".utf8)
            )
        }
    }

    /// Where it listens.
    let port: Int
    private let channel: any Channel
    private let log: Log

    /// A server that answers by `script`, which is called for each request with its number from 0 on.
    init(_ script: @escaping @Sendable (Int, Asked) -> Answer) throws {
        let count = Atomic(0)
        let log = Log()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 64)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler { asked in
                            log.add(asked)
                            return script(count.wrappingAdd(1, ordering: .relaxed).oldValue, asked)
                        })
                }
            }
        channel = try bootstrap.bind(host: "127.0.0.1", port: 0).wait()
        port = channel.localAddress?.port ?? 0
        self.log = log
    }

    /// A server that gives `answers` one after the other, the last one again and again.
    convenience init(_ answers: [Answer]) throws {
        try self.init { number, _ in answers[min(number, answers.count - 1)] }
    }

    deinit { channel.close(promise: nil) }

    /// Takes no further connections.
    func close() throws { try channel.close().wait() }

    /// What was asked so far.
    var requests: [Asked] { log.all }

    private final class Log: Sendable {
        private let asked = Mutex<[Asked]>([])
        var all: [Asked] { asked.withLock { $0 } }
        func add(_ one: Asked) { asked.withLock { $0.append(one) } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let answer: @Sendable (Asked) -> Answer
        private var head: HTTPRequestHead?
        private var body: [UInt8] = []

        init(_ answer: @escaping @Sendable (Asked) -> Answer) { self.answer = answer }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head): (self.head, body) = (head, [])
            case .body(let part): body.append(contentsOf: part.readableBytesView)
            case .end:
                guard let head else { return }
                let asked = Asked(method: head.method.rawValue, uri: head.uri, headers: head.headers, body: body)
                reply(answer(asked), isHead: head.method == .HEAD, context)
            }
        }

        private func reply(_ answer: Answer, isHead: Bool, _ context: ChannelHandlerContext) {
            guard !answer.isSilent else { return }
            var headers = HTTPHeaders(answer.headers)
            headers.replaceOrAdd(name: "content-length", value: "\(answer.saidLength ?? answer.body.count)")
            let head = HTTPResponseHead(
                version: .http1_1, status: HTTPResponseStatus(statusCode: answer.status), headers: headers)
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            let bytes = answer.body.prefix(answer.cutAfter ?? answer.body.count)
            if !isHead { context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil) }
            guard answer.cutAfter == nil else {
                let box = NIOLoopBound(context, eventLoop: context.eventLoop)
                let flushed = context.eventLoop.makePromise(of: Void.self)
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: flushed)
                return flushed.futureResult.whenComplete { _ in box.value.close(promise: nil) }
            }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
