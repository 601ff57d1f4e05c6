internal import AsyncHTTPClient
public import Configurations
internal import Foundation
public import Logging
internal import Model
internal import NIOCore
internal import NIOHTTP1
internal import Workers

/// Tells people, by webhooks and mail, on a thread of its own: a receiver that is slow or gone holds nothing up.
public final class NoticeDesk: Sendable {
    private struct State {
        var waiting: [(notice: Notice, settings: NoticeSettings)] = []
        var isOver = false
        var sent: UInt64 = 0
        var failed: UInt64 = 0
    }

    private let state = Monitor(State())
    private let secret: @Sendable (SecretReference) throws -> String
    private let log: Logger
    private let thread = Monitor<Companion?>(nil)

    /// Notices that wait at most; more are counted as failed.
    public static let waitingMax = 1000
    /// How often one is tried.
    static let attempts = 3
    /// On one event loop: a client of several ends the process where a receiver answers early and hangs up.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .shared(HTTPClient.defaultEventLoopGroup.next()))
    /// How long a receiver has, in seconds.
    static let timeout: Int64 = 15

    /// A desk; `secret` reads what the configuration refers to.
    public init(log: Logger, secret: @escaping @Sendable (SecretReference) throws -> String) {
        self.log = log
        self.secret = secret
    }

    /// How many were sent, and how many could not be.
    var counts: (sent: UInt64, failed: UInt64) { state.read { ($0.sent, $0.failed) } }

    /// Begins to send.
    public func start() { thread.change { $0 = $0 ?? Companion { self.work() } } }

    /// Has those told of a notice who want to be.
    func tell(_ notice: Notice, _ settings: [NoticeSettings]) {
        for one in settings where one.events.contains(notice.event) {
            state.change { state in
                if state.waiting.count < Self.waitingMax {
                    state.waiting.append((notice, one))
                } else {
                    state.failed += 1
                }
            }
        }
    }

    /// Sends what waits, for as long as one receiver has at most, and ends.
    public func stop() {
        state.change { $0.isOver = true }
        thread.change { $0.take() }?.join()
    }

    private func work() {
        while let next = state.wait(until: { state -> (notice: Notice, settings: NoticeSettings)?? in
            if !state.waiting.isEmpty { return .some(state.waiting.removeFirst()) }
            return state.isOver ? .some(nil) : nil
        }) {
            send(next.notice, next.settings)
        }
    }

    private func send(_ notice: Notice, _ settings: NoticeSettings) {
        for attempt in 1...Self.attempts {
            do {
                try sendOnce(notice, settings)
                state.change { $0.sent += 1 }
                return
            } catch {
                log.warning("notice \(settings.name): \(error)", metadata: ["attempt": "\(attempt)"])
            }
            // Nobody waits for a receiver that is away while the daemon stops.
            let isOver = state.wait(for: .seconds(attempt * 2)) { $0.isOver ? true : nil } ?? false
            if isOver { break }
        }
        state.change { $0.failed += 1 }
    }

    private func sendOnce(_ notice: Notice, _ settings: NoticeSettings) throws {
        let host = SystemProcess.host
        switch settings.way {
        case .webhook(let url, let token):
            try post(notice.document(host: host), to: url, token: try token.map { try secret($0) })
        case .mail(let address, let line):
            var command = ChildCommand(["/bin/sh", "-c", line])
            command.input = Array(notice.mail(to: address, host: host).utf8)
            command.timeout = Self.timeout
            command.grace = 2
            let outcome = try command.run()
            guard outcome.status == 0 else {
                throw PerigeeError(.io, "\(line) ended with status \(outcome.status)", canRetry: true)
            }
        }
    }

    private func post(_ document: String, to url: String, token: String?) throws {
        var headers = HTTPHeaders([("Content-Type", "application/json"), ("User-Agent", "perigee")])
        if let token { headers.add(name: "Authorization", value: "Bearer \(token)") }
        let request = try HTTPClient.Request(url: url, method: .POST, headers: headers, body: .string(document))
        let answer = try Self.client.execute(
            request: request, deadline: .now() + .seconds(Self.timeout)
        ).wait()
        guard (200..<300).contains(answer.status.code) else {
            throw PerigeeError(.io, "it answered \(answer.status.code)", at: url, canRetry: true)
        }
    }
}
