internal import AsyncHTTPClient
internal import Model
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// A request on its way.
struct HTTPExchange: Sendable {
    let task: HTTPClient.Task<S3Response>
    let state: ExchangeState

    /// Ends it, if it has not ended; neither body nor sink are touched afterwards.
    func cancel() {
        state.close()
        task.cancel()
    }

    /// Waits for the answer; afterwards neither body nor sink of the request are touched any more.
    ///
    /// - Throws: what kept the answer from coming.
    func finish() throws -> S3Response {
        defer { state.close() }
        return try task.wait()
    }
}

/// Where an exchange's bytes come from and go to, until it is closed.
///
/// The memory is the caller's: the lock sees to it that no event loop reaches for it after the caller has gone on.
final class ExchangeState: Sendable {
    private struct Ends {
        var body: any UploadSource
        var sink: DownloadSink
        var kept: [UInt8] = []
        var count = 0
        var isClosed = false
    }

    private let ends: Mutex<Ends>

    init(body: any UploadSource, sink: DownloadSink) { ends = Mutex(Ends(body: body, sink: sink)) }

    /// `count` bytes of the request's body.
    func slice(at offset: Int, count: Int) throws -> ByteBuffer {
        try ends.withLock { ends in
            guard !ends.isClosed else { throw ExchangeEnded() }
            var buffer = ByteBuffer()
            try buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes in
                try ends.body.read(into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<count]), at: offset)
                return count
            }
            return buffer
        }
    }

    /// Takes a part of the answer's body; of an error's document the beginning is enough.
    func take(_ part: ByteBuffer, isGood: Bool) throws {
        try ends.withLock { ends in
            guard !ends.isClosed else { throw ExchangeEnded() }
            let bytes = part.readableBytesView
            defer { ends.count += bytes.count }
            guard isGood else {
                ends.kept.append(contentsOf: bytes.prefix(max(0, DownloadSink.smallMax - ends.kept.count)))
                return
            }
            guard ends.count + bytes.count <= ends.sink.limit else { throw AnswerTooLong(limit: ends.sink.limit) }
            if case .memory(let buffer) = ends.sink {
                bytes.withUnsafeBytes {
                    UnsafeMutableRawBufferPointer(rebasing: buffer[ends.count...]).copyMemory(from: $0)
                }
            } else {
                ends.kept.append(contentsOf: bytes)
            }
        }
    }

    /// What was kept, and how many bytes came in all.
    var result: (kept: [UInt8], count: Int) { ends.withLock { ($0.kept, $0.count) } }

    /// From here on nobody reaches for the caller's memory.
    func close() {
        ends.withLock { ends in
            ends.isClosed = true
            ends.body = EmptySource()
            ends.sink = .small
        }
    }
}

/// The caller has gone on: a late event finds nothing to do.
struct ExchangeEnded: Error {}

/// The answer has more bytes than were asked for.
struct AnswerTooLong: Error { let limit: Int }

/// Takes what the client hears of an exchange.
final class ExchangeDelegate: HTTPClientResponseDelegate {
    private let state: ExchangeState
    private let head = Mutex<HTTPResponseHead?>(nil)

    init(_ state: ExchangeState) { self.state = state }

    func didReceiveHead(task: HTTPClient.Task<S3Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        self.head.withLock { $0 = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<S3Response>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        do {
            let isGood = head.withLock { $0.map { (200..<300).contains(Int($0.status.code)) } ?? false }
            try state.take(buffer, isGood: isGood)
            return task.eventLoop.makeSucceededVoidFuture()
        } catch {
            return task.eventLoop.makeFailedFuture(error)
        }
    }

    func didFinishRequest(task: HTTPClient.Task<S3Response>) throws -> S3Response {
        guard let head = head.withLock({ $0 }) else { throw ExchangeEnded() }
        let headers = Dictionary(
            head.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })
        let (kept, count) = state.result
        return S3Response(status: Int(head.status.code), headers: headers, body: kept, count: count)
    }
}
