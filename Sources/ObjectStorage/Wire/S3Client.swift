internal import Hashing
internal import Model
internal import Storage
internal import Synchronization

/// Signs requests, sends them, and sends them again where that can help.
final class S3Client: Sendable {
    /// A server that no connection can be made to, and that has never answered, is tried so often.
    static let unreachedMax = 4
    /// One that has answered is waited for: so many attempts more than others get, some two minutes in all.
    static let awaitedMore = 8

    private struct State {
        /// What is added to this machine's time.
        var clockAhead: Double = 0
        /// By how much the store's clock was ahead at its last answer, this machine's time being the measure.
        var lastClockAhead: Double?
        var meter = StoreMeter()
        var hasAnswered = false
    }

    let settings: S3Settings
    let doors: S3Doors
    private let transport: HTTPTransport
    private let state = Mutex(State())

    init(_ settings: S3Settings, _ doors: S3Doors) throws(PerigeeError) {
        self.settings = settings
        self.doors = doors
        transport = try HTTPTransport(caBundle: settings.caBundle, idle: doors.idle)
    }

    /// What was sent so far, every attempt counted.
    var meter: StoreMeter { state.withLock { $0.meter } }

    /// By how much the store's clock was ahead at its last answer; nil where it did not say.
    var lastClockAhead: Double? { state.withLock { $0.lastClockAhead } }

    /// Whether there was a good answer.
    var hasAnswered: Bool { state.withLock { $0.hasAnswered } }

    /// Sends a request and waits for a good answer.
    ///
    /// - Throws: ``S3Failure`` where none came.
    func send(_ request: S3Request, check: @escaping S3Call.Check = { _ in }) throws -> S3Response {
        try begin(request, check: check).finish()
    }

    /// Sends a request once.
    ///
    /// - Throws: ``S3Failure`` where no good answer came.
    func once(_ request: S3Request) throws -> S3Response {
        try begin(request, attemptsMax: 1).finish()
    }

    /// Begins a request that goes on by itself.
    ///
    /// - Parameter check: looks at a good answer; what it throws is a failure after which the request is sent again.
    func begin(
        _ request: S3Request, attemptsMax: Int = .max, check: @escaping S3Call.Check = { _ in }
    ) throws -> S3Call {
        let payload = request.body.count == 0 ? SignatureV4.emptyPayload : Hexadecimal.encode(try request.body.digest())
        return try begin(request, payload: payload, attemptsMax: attemptsMax, check: check)
    }

    /// Begins a request whose body has the hexadecimal digest `payload`.
    func begin(
        _ request: S3Request, payload: String, attemptsMax: Int = .max, check: @escaping S3Call.Check = { _ in }
    ) throws -> S3Call {
        var request = request
        if settings.isVirtualHost {
            request.path = settings.endpoint.path + request.path
        } else {
            request.path = "\(settings.endpoint.path)/\(PercentEncoding.path(settings.bucket))\(request.path)"
        }
        return try S3Call(client: self, request: request, payload: payload, attemptsMax: attemptsMax, check: check)
    }

    /// One attempt.
    func attempt(_ request: S3Request, payload: String) throws -> HTTPExchange {
        count(request)
        let host = self.host
        let query = request.canonicalQuery
        let scheme = settings.endpoint.isSecure ? "https" : "http"
        let url = "\(scheme)://\(host)\(request.path)" + (query.isEmpty ? "" : "?\(query)")
        let signature = SignatureV4(credentials: settings.credentials, region: settings.region)
        return try transport.start(
            request.method, url, headers: signature.headers(of: request, host: host, payload: payload, at: now()),
            body: request.body, sink: request.sink)
    }

    /// This machine's time, set right by what the store has said.
    private func now() -> Timestamp {
        let time = doors.now()
        return Timestamp(seconds: time.seconds + Int64(state.withLock { $0.clockAhead }.rounded()), nanoseconds: 0)
    }

    /// Takes the store's clock for the right one from now on.
    func adopt(clockAhead: Double) { state.withLock { $0.clockAhead = clockAhead } }

    /// Takes note of a good answer.
    func counted(_ request: S3Request, _ response: S3Response) {
        let now = doors.now()
        state.withLock { state in
            state.hasAnswered = true
            if let date = response.date { state.lastClockAhead = date.seconds(since: now) }
            if request.method == .get { state.meter.read += ByteCount(response.count) }
            if request.method == .put { state.meter.written += ByteCount(request.body.count) }
        }
    }

    private func count(_ request: S3Request) {
        state.withLock { state in
            switch request.method {
            case .get where request.query.contains { $0.name == "list-type" || $0.name == "uploads" }:
                state.meter.lists += 1
            case .get: state.meter.reads += 1
            case .head: state.meter.infos += 1
            case .put, .post: state.meter.puts += 1
            case .delete: state.meter.deletes += 1
            }
        }
    }

    private var host: String {
        let endpoint = settings.endpoint
        let name = settings.isVirtualHost ? "\(settings.bucket).\(endpoint.host)" : endpoint.host
        let usual = endpoint.isSecure ? 443 : 80
        return endpoint.port.map { $0 == usual ? name : "\(name):\($0)" } ?? name
    }
}
