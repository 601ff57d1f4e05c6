import Model
import NIOCore
import NIOPosix
import ObjectStorage
import Storage
import Synchronization
import TestSupport
import Testing
import Workers

@Suite("A server that answers before it has the whole request, and then hangs up")
struct EarlyAnswerTests {
    private static let body = [UInt8](repeating: 7, count: 300 << 10)

    @Test("does no harm, however the end of the request, the answer and the end of the connection meet")
    func meets() throws {
        let seed = Seed.fromEnvironment().value
        let connections = Atomic<UInt64>(0)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        defer { try? group.syncShutdownGracefully() }
        let server = try ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                let number = connections.wrappingAdd(1, ordering: .relaxed).newValue
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Hasty(Seed(seed &+ number)))
                }
            }
            .bind(host: "127.0.0.1", port: 0).wait()
        let port = server.localAddress?.port ?? 0
        let answered = Atomic(0)
        try Crew.run(8) { thread in
            let store = try store(port)
            for number in 0..<150 {
                do {
                    try store.put(BlobKey("packs/\(thread)-\(number)")!, Self.body, if: .always)
                    answered.wrappingAdd(1, ordering: .relaxed)
                } catch let error as PerigeeError {
                    // Each of its attempts met a connection that was about to end.
                    #expect(error.code == .io && error.canRetry, "seed \(seed): \(error)")
                }
            }
        }
        #expect(answered.load(ordering: .relaxed) > 0)
    }

    private func store(_ port: Int) throws -> S3Store {
        var doors = S3Doors()
        doors.clock = ManualClock()
        let capabilities = S3Capabilities(
            probed: Timestamp(seconds: 0), writers: .many, creates: true, replacing: .quoted, assembles: true,
            checksums: false)
        let settings = try S3Settings(
            endpoint: S3Endpoint(parsing: "http://127.0.0.1:\(port)"), region: "us-east-1", bucket: "bucket",
            prefix: "v", credentials: S3Credentials(accessKey: "AKID", secretKey: "secret", sessionToken: nil))
        return try S3Store(settings, capabilities, doors: doors)
    }

    /// Answers as soon as a request has begun, and at times hangs up when it has all of it.
    private final class Hasty: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private var random: Seed
        /// What came of a head that has not ended yet.
        private var head: [UInt8] = []
        /// How many bytes of the body are still to come.
        private var missing = 0

        init(_ random: Seed) { self.random = random }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data).readableBytesView[...]
            while !bytes.isEmpty {
                guard missing > 0 else {
                    head.append(bytes.removeFirst())
                    if head.suffix(4) == Array("\r\n\r\n".utf8) { begin(context) }
                    continue
                }
                let count = min(missing, bytes.count)
                bytes = bytes.dropFirst(count)
                missing -= count
                if missing == 0 { end(context) }
            }
        }

        private func begin(_ context: ChannelHandlerContext) {
            (head, missing) = ([], EarlyAnswerTests.body.count)
            let answer = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\netag: \"abc\"\r\n\r\n"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        }

        private func end(_ context: ChannelHandlerContext) {
            guard Int.random(in: 0..<3, using: &random) == 0 else { return }
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            let pause = TimeAmount.microseconds(Int64.random(in: 0..<300, using: &random))
            context.eventLoop.scheduleTask(in: pause) { context.value.close(promise: nil) }
        }
    }
}
