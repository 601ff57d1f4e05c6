public import Storage
internal import Synchronization
public import Wire
internal import Workers

/// A site in the process that serves a blob store over any stream, and a dialer that reaches it as often as asked.
public final class BlobSite: Sendable {
    private let served: any BlobStore
    private let streams: @Sendable () throws -> (first: any ByteStream, second: any ByteStream)
    private let options: WireOptions
    private let threads = Mutex<[Companion]>([])

    /// A site that serves `store`; each connection runs over a new pair of `streams`.
    public init(
        _ store: any BlobStore, options: WireOptions = WireOptions(),
        streams: @escaping @Sendable () throws -> (first: any ByteStream, second: any ByteStream) = {
            InProcessStream.pair()
        }
    ) {
        served = store
        self.options = options
        self.streams = streams
    }

    deinit { for thread in threads.withLock({ $0 }) { thread.join() } }

    /// Connects to the site.
    public func connect() throws -> Connection {
        let ends = try streams()
        let (served, options) = (served, options)
        let server = WireServer([BlobService { _, _ in served }])
        let thread = Companion {
            guard let connection = try? Connection(ends.second, role: .responder, options: options) else { return }
            try? server.serve(connection)
            connection.close()
        }
        threads.withLock { $0.append(thread) }
        return try Connection(ends.first, role: .initiator, options: options)
    }

    /// What connects to the site, and again when the connection was lost.
    public func dialer() -> Dialer { Dialer { try self.connect() } }
}
