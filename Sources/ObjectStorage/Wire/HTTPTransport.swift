internal import AsyncHTTPClient
internal import Files
internal import Model
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Storage
internal import Workers

/// Sends requests over HTTP/1.1 and waits for the answers: the bridge between threads that block and event loops.
///
/// A request is begun on the caller's thread and goes on by itself; ``HTTPExchange/finish()`` waits for its end. So many
/// are on their way at once; who begins another waits. A place is free when the network has finished, whether or not
/// anybody waits for it, so that threads that have begun several never wait for each other. Redirects are not
/// followed: whoever they lead to would see signed headers.
final class HTTPTransport: Sendable {
    /// How many requests are on their way at once.
    static let inFlightMax = 16
    /// How long a connection may take to be made.
    static let connectSecondsMax: Int64 = 10
    /// How long an exchange may take, however slowly bytes come: this, and a second for each ``slowestRate`` bytes.
    static let exchangeSecondsMax: Int64 = 300
    /// The fewest bytes in a second that are waited for.
    static let slowestRate = 16 << 10
    /// How much of a body is read from its source at once.
    static let sliceBytes = 256 << 10

    /// A client for each event loop, so that a request and its connection are always on the same one.
    ///
    /// Where these are two, the end of the request is told from one to the other, and the client ends the process if the
    /// answer came before it and the connection is closed meanwhile. To ask one client for a loop would cost a connection
    /// a request.
    private let clients: [HTTPClient]
    /// How many requests each client has on their way.
    private let inFlight: Monitor<[Int]>

    /// A transport that trusts the certificates in `caBundle`, or the system's.
    ///
    /// - Parameter idle: how long nothing may come, or go, on a connection.
    init(caBundle: String?, idle: Duration) throws(PerigeeError) {
        var tls = TLSConfiguration.makeClientConfiguration()
        if let caBundle {
            do {
                tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caBundle))
            } catch {
                throw PerigeeError(
                    .usage, "the certificates cannot be read", at: caBundle,
                    remedy: "name a file of certificates in PEM with AWS_CA_BUNDLE, or unset it", cause: error)
            }
        }
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls, redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(Self.connectSecondsMax)
        configuration.timeout.read = TimeAmount(idle)
        configuration.timeout.write = TimeAmount(idle)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = Self.inFlightMax
        configuration.connectionPool.idleTimeout = .seconds(20)
        configuration.connectionPool.retryConnectionEstablishment = false
        clients = MultiThreadedEventLoopGroup.singleton.makeIterator().prefix(Self.inFlightMax).map { loop in
            HTTPClient(eventLoopGroupProvider: .shared(loop), configuration: configuration)
        }
        inFlight = Monitor(clients.map { _ in 0 })
    }

    deinit { for client in clients { try? client.syncShutdown() } }

    /// Begins an exchange, after waiting for a place.
    func start(
        _ method: S3Request.Method, _ url: String, headers: [(String, String)], body: any UploadSource,
        sink: DownloadSink
    ) throws(PerigeeError) -> HTTPExchange {
        let state = ExchangeState(body: body, sink: sink)
        let request: HTTPClient.Request
        do {
            request = try HTTPClient.Request(
                url: url, method: HTTPMethod(rawValue: method.rawValue), headers: HTTPHeaders(headers),
                body: body.count == 0 ? emptyBody(method) : Self.stream(state, count: body.count))
        } catch {
            throw PerigeeError(.usage, "this is no address of an object store", at: url, cause: error)
        }
        let index = place()
        let bytes = max(body.count, sink.limit)
        let seconds = Self.exchangeSecondsMax + Int64(bytes / Self.slowestRate)
        let task = clients[index].execute(
            request: request, delegate: ExchangeDelegate(state), deadline: .now() + .seconds(seconds))
        let inFlight = inFlight
        task.futureResult.whenComplete { _ in inFlight.change { $0[index] -= 1 } }
        return HTTPExchange(task: task, state: state)
    }

    /// Waits for a place and takes it with the client that has the least to do: the first, and so a connection that is
    /// there, where requests follow one another.
    private func place() -> Int {
        inFlight.wait { counts -> Int? in
            guard counts.reduce(0, +) < Self.inFlightMax else { return nil }
            let index = counts.indices.min { counts[$0] < counts[$1] } ?? 0
            counts[index] += 1
            return index
        }
    }

    /// A body of no bytes, with its length said where a method usually has one.
    private func emptyBody(_ method: S3Request.Method) -> HTTPClient.Body? {
        method == .put || method == .post ? .byteBuffer(ByteBuffer()) : nil
    }

    /// Writes slice after slice, each when the one before has been taken.
    private static func stream(_ state: ExchangeState, count: Int) -> HTTPClient.Body {
        .stream(contentLength: Int64(count)) { writer in
            // An empty write tells which loop the exchange runs on.
            writer.write(.byteBuffer(ByteBuffer())).flatMapWithEventLoop { _, loop in
                Self.write(from: 0, of: count, state, writer, loop)
            }
        }
    }

    private static func write(
        from offset: Int, of count: Int, _ state: ExchangeState, _ writer: HTTPClient.Body.StreamWriter,
        _ loop: any EventLoop
    ) -> EventLoopFuture<Void> {
        guard offset < count else { return loop.makeSucceededVoidFuture() }
        do {
            let slice = try state.slice(at: offset, count: min(Self.sliceBytes, count - offset))
            return writer.write(.byteBuffer(slice)).flatMap {
                write(from: offset + slice.readableBytes, of: count, state, writer, loop)
            }
        } catch {
            return loop.makeFailedFuture(error)
        }
    }
}
