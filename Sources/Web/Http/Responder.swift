internal import Catalog
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import Model
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization
internal import Trust

/// Answers requests: finds the operation, finds out who asks and whether they may, reads the body, and lets it be done by
/// a thread that may block.
final class Responder: Sendable {
    private let desk: any Desk
    private let routes: RouteTable
    private let gate: Gate
    private let pool: NIOThreadPool
    private let hub: EventHub
    private let meters: WebMeters
    private let deadlines: RequestDeadlines
    private let isSecure: Bool
    private let logger: Logger
    private let heavy = Mutex(0)
    private let clock = ContinuousClock()
    private let begin = ContinuousClock.now

    init(
        _ desk: any Desk, _ routes: RouteTable, _ gate: Gate, _ pool: NIOThreadPool, _ hub: EventHub,
        _ meters: WebMeters, _ deadlines: RequestDeadlines, _ logger: Logger
    ) {
        (self.desk, self.routes, self.gate, self.pool) = (desk, routes, gate, pool)
        (self.hub, self.meters, self.deadlines, self.logger) = (hub, meters, deadlines, logger)
        isSecure = gate.settings.current.proof != .none
    }

    /// Answers one request on a connection; what cannot be answered in time ends with the connection.
    func respond(_ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel) async throws {
        let start = clock.now
        let deadline = deadlines.begin(channel)
        defer { deadlines.end(deadline) }
        var entry = Entry(request, channel, isSecure: isSecure)
        entry.site = try await Self.site(channel, isSecure: entry.isSecure)
        let isExpecting = request.headers[.expect]?.lowercased() == "100-continue"
        var answer: WebAnswer
        var isRead = !entry.hasBody
        do {
            let done: Outcome
            if entry.hasBody {
                let (operation, known) = try await admit(entry)
                var asked = known
                if isExpecting { try await writer.writeInformationalHead(HTTPResponse(status: .continue)) }
                asked.body = try await Self.body(request)
                isRead = true
                done = try await pool.runIfActive { [asked] in Outcome(operation, asked, by: self) }
            } else {
                done = try await outcome(of: entry)
            }
            (entry.caller, entry.route) = (done.caller, done.route)
            answer = try done.result.get()
        } catch {
            answer = failure(error, &entry)
        }
        dress(&answer, entry)
        // Nobody waits for the rest of a body that is not wanted.
        if !isRead { answer.headers[.connection] = "close" }
        note(answer, entry)
        meters.count(entry.method, entry.route, answer.status, clock.now - start)
        let head = HTTPResponse(status: .init(code: answer.status), headerFields: answer.headers)
        switch answer.body {
        case .bytes(let bytes):
            let body = entry.isHead ? [] : bytes
            try await writer.write(
                response: head, body: body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
        case .events(let client):
            defer { hub.remove(client) }
            guard !entry.isHead else { return try await writer.writeResponse(head) }
            deadlines.end(deadline)
            try await Self.stream(client, try await writer.writeHead(head), channel)
        case .flow(let flow, let size):
            defer { flow.close() }
            guard !entry.isHead else { return try await writer.writeResponse(head) }
            deadlines.end(deadline)
            try await send(flow, size, try await writer.writeHead(head), channel)
        }
        if !isRead { channel.eventLoop.scheduleTask(in: .seconds(1)) { channel.close(promise: nil) } }
    }

    /// What came of a request that was let in.
    private struct Outcome: Sendable {
        let caller: Caller
        let route: String
        let result: Result<WebAnswer, any Error>

        init(_ operation: Operation, _ request: WebRequest, by responder: Responder) {
            (caller, route) = (request.caller, operation.path)
            result = Result { try responder.perform(operation, request) }
        }
    }

    /// What is done of a request before its body is read; on a thread that may block.
    private func admit(_ entry: Entry) async throws -> (Operation, WebRequest) {
        try await pool.runIfActive { try self.admitted(entry) }
    }

    /// What is answered to a request without a body; in one go on a thread that may block.
    private func outcome(of entry: Entry) async throws -> Outcome {
        try await pool.runIfActive {
            let (operation, request) = try self.admitted(entry)
            return Outcome(operation, request, by: self)
        }
    }

    private func admitted(_ entry: Entry) throws -> (Operation, WebRequest) {
        try gate.admit(entry, routes, now: desk.now, uptime: (clock.now - begin).asSeconds)
    }

    private func perform(_ operation: Operation, _ request: WebRequest) throws -> WebAnswer {
        try gate.checkForm(operation, request)
        guard operation.isHeavy else { return try operation.handler(request) }
        let isFree = heavy.withLock { count in
            guard count < WebLimits.heavyMax else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw Problem(
                503,
                PerigeeError(.busy, "estimates and decisions are being made", remedy: "ask again in a moment"),
                retryAfter: 2)
        }
        defer { heavy.withLock { $0 -= 1 } }
        return try operation.handler(request)
    }

    private func failure(_ error: any Error, _ entry: inout Entry) -> WebAnswer {
        if error is NIOTooManyBytesError { return failure(Gate.tooLarge, &entry) }
        var problem: Problem
        if let refusal = error as? Refusal {
            (problem, entry.caller, entry.route) = (refusal.problem, refusal.caller, refusal.route)
            if let page = refusal.page { return page }
        } else {
            problem = Problem(error)
        }
        if problem.status == 500 {
            logger.error("answering failed", metadata: ["path": "\(entry.path)", "error": "\(error)"])
        }
        (problem.request, problem.instance) = (entry.id, String(entry.path.prefix(256)))
        var answer = WebAnswer(problem)
        if case .others(let methods) = routes.match(entry.method, entry.path), problem.status == 405 {
            answer.headers[.allow] = methods.map(\.rawValue).joined(separator: ", ")
        }
        return answer
    }

    /// Notes a refused request, without letting the answer wait for it.
    private func note(_ answer: WebAnswer, _ entry: Entry) {
        guard let reason = answer.refusal else { return }
        pool.submit { [gate] state in
            guard case .active = state else { return }
            gate.refusals.note(
                actor: entry.caller.name, method: entry.method.rawValue, path: entry.path, status: answer.status,
                reason: reason, address: entry.address, request: entry.id)
        }
    }

    private static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
    private static let requestID = HTTPField.Name("X-Request-Id")!

    private func dress(_ answer: inout WebAnswer, _ entry: Entry) {
        answer.headers[.xContentTypeOptions] = "nosniff"
        answer.headers[Self.referrerPolicy] = "no-referrer"
        answer.headers[Self.requestID] = entry.id
        if answer.headers[.cacheControl] == nil { answer.headers[.cacheControl] = "no-store" }
        if answer.headers[.contentSecurityPolicy] == nil {
            let isPage = answer.headers[.contentType]?.hasPrefix("text/html") ?? false
            answer.headers[.contentSecurityPolicy] =
                isPage ? PageFrame.policy : "default-src 'none'; frame-ancestors 'none'"
        }
        if case .bytes(let bytes) = answer.body { answer.headers[.contentLength] = "\(bytes.count)" }
        if entry.isSecure { answer.headers[.strictTransportSecurity] = "max-age=31536000" }
    }

    private static func site(_ channel: any Channel, isSecure: Bool) async throws -> SiteIdentity? {
        guard isSecure, let certificate = try? await channel.nioSSL_peerCertificate().get(),
            let key = try? certificate.extractPublicKey().toSPKIBytes()
        else { return nil }
        return SiteIdentity(publicKey: key)
    }

    private static func body(_ request: Request) async throws -> [UInt8] {
        let buffer = try await request.body.collect(upTo: WebLimits.bodyMax)
        return Array(buffer.readableBytesView)
    }

    private static func stream(
        _ client: EventClient, _ body: consuming some ResponseBodyWriter, _ channel: any Channel
    ) async throws {
        channel.closeFuture.whenComplete { _ in client.close() }
        for await _ in client.signals {
            guard let (waiting, missed) = client.take() else { break }
            var bytes = missed > 0 ? EventText.missed(missed) : ByteBuffer()
            for var event in waiting { bytes.writeBuffer(&event) }
            if bytes.readableBytes > 0 { try await body.write(bytes) }
        }
        try await body.finish(nil)
    }
}

extension Responder {
    /// Sends bytes as they are read; each piece has to be taken in time.
    ///
    /// Where they come to be others than were announced, the connection ends, so that nobody takes a part for the whole.
    private func send(
        _ flow: ByteFlow, _ size: UInt64, _ body: consuming some ResponseBodyWriter, _ channel: any Channel
    ) async throws {
        channel.closeFuture.whenComplete { _ in flow.close() }
        var left = size
        do {
            for try await piece in flow.pieces {
                guard UInt64(piece.count) <= left else { throw Self.changed }
                left -= UInt64(piece.count)
                let deadline = deadlines.begin(channel)
                defer { deadlines.end(deadline) }
                try await body.write(ByteBuffer(bytes: piece))
                flow.took()
            }
            guard left == 0 else { throw Self.changed }
        } catch {
            logger.warning("a file was not sent whole", metadata: ["error": "\(error)"])
            channel.close(promise: nil)
            throw error
        }
        try await body.finish(nil)
    }

    private static let changed = PerigeeError(.changed, "the file is not as long any more as it was")
}

extension Duration {
    /// The duration in seconds.
    var asSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
