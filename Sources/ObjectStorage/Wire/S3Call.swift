internal import AsyncHTTPClient
internal import Files
internal import Model
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Storage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A request that is on its way, and is sent again by whoever waits for its end.
///
/// For one thread.
final class S3Call {
    /// Looks at a good answer, and throws an ``S3Failure`` where it is not what it should be.
    typealias Check = (S3Response) throws -> Void

    private let client: S3Client
    private let request: S3Request
    private let payload: String
    private let check: Check
    private let attemptsMax: Int
    private var exchange: HTTPExchange
    private var failures = 0
    private var isUncertain = false
    private var hasSetClock = false

    init(client: S3Client, request: S3Request, payload: String, attemptsMax: Int, check: @escaping Check) throws {
        self.client = client
        self.request = request
        self.payload = payload
        self.check = check
        self.attemptsMax = attemptsMax
        exchange = try client.attempt(request, payload: payload)
    }

    /// Waits for a good answer.
    ///
    /// - Throws: ``S3Failure`` where none came in all attempts.
    func finish() throws -> S3Response {
        while true {
            var failure: S3Failure
            do {
                return try answer()
            } catch let error as S3Failure {
                failure = error
            }
            if failure.isSkew, !hasSetClock, let ahead = failure.clockAhead {
                hasSetClock = true
                client.adopt(clockAhead: ahead)
            } else {
                failures += 1
                isUncertain = isUncertain || failure.leavesDoubt
                failure.isUncertain = isUncertain
                try pause(failure)
            }
            exchange = try client.attempt(request, payload: payload)
        }
    }

    /// Waits for the end of one attempt.
    private func answer() throws -> S3Response {
        let response: S3Response
        do {
            response = try exchange.finish()
        } catch {
            let obstacle = Self.obstacle(error)
            throw S3Failure(obstacle, obstacle == .untrusted ? Self.handshake("\(error)") : Self.words(error))
        }
        guard response.isGood else { throw S3Failure(response, at: client.doors.now()) }
        try check(response)
        client.counted(request, response)
        return response
    }

    /// Waits before the next attempt.
    ///
    /// - Throws: `failure` where there is none.
    private func pause(_ failure: S3Failure) throws {
        let doors = client.doors
        guard failure.canRetry, failures < min(attemptsMax, most(failure)) else { throw failure }
        let usual = doors.policy.pause(after: failures, jitter: doors.jitter())
        doors.clock.sleep(max(usual, failure.retryAfter ?? .zero))
    }

    /// How many attempts help: a name that is wrong is told soon, and a server that begins anew is waited for.
    private func most(_ failure: S3Failure) -> Int {
        let usual = client.doors.policy.attemptsMax
        guard failure.obstacle == .unreached else { return usual }
        return client.hasAnswered ? usual + S3Client.awaitedMore : min(S3Client.unreachedMax, usual)
    }

    private static func obstacle(_ error: any Error) -> S3Failure.Obstacle {
        if let error = error as? HTTPClientError { return error == .connectTimeout ? .unreached : .broken }
        // A certificate does not get better by trying again.
        if let error = error as? NIOSSLError, case .handshakeFailed = error { return .untrusted }
        return switch error {
        case is AnswerTooLong: .tooLong
        case is PerigeeError: .ownBody
        case is NIOSSLExtraError: .untrusted
        case is NIOConnectionError: .unreached
        case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode): .unreached
        default: .broken
        }
    }

    /// What went wrong before there was an answer, without the names that the libraries have for it.
    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as IOError: systemText(error.errnoCode)
        case let error as NIOConnectionError:
            error.connectionErrors.first.map { words($0.error) } ?? "no address of that name was found"
        case is HTTPParserError: "what listens there does not speak HTTP"
        case let error as HTTPClientError: error.shortDescription
        default: "\(error)"
        }
    }

    /// What the library of TLS says, without where in its sources it says so.
    private static func handshake(_ text: String) -> String {
        text.contains("CERTIFICATE_VERIFY_FAILED")
            ? "its certificate is signed by nobody known" : "the handshake failed"
    }

    deinit { exchange.cancel() }
}
