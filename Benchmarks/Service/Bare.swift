internal import ArgumentParser
internal import Dispatch
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOPosix

/// The server that the daemon answers with, and nothing behind it: the same bytes for every request.
struct Bare: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Answer every request with so many bytes.")

    @Option(help: "The port.") var port: Int
    @Option(help: "The bytes of an answer.") var bytes = 20_000

    func run() throws {
        let body = ByteBuffer(repeating: UInt8(ascii: "x"), count: bytes)
        let head = HTTPResponse(
            status: .ok, headerFields: [.contentType: "application/json", .contentLength: "\(bytes)"])
        let channel = HTTP1Channel(
            responder: { _, writer, _ in
                try await writer.write(response: head, body: ResponseBody(byteBuffer: body))
            }, configuration: .init())
        let group = MultiThreadedEventLoopGroup(numberOfThreads: min(2, System.coreCount))
        var logger = Logger(label: "bare")
        logger.logLevel = .error
        let server = Server(
            childChannelSetup: channel, configuration: .init(address: .hostname("127.0.0.1", port: port)),
            eventLoopGroup: group, logger: logger)
        Task { try await server.run() }
        dispatchMain()
    }
}
