import AsyncHTTPClient
import Catalog
import Foundation
import Logging
import Metering
import NIOCore
import NIOHTTP1
import Synchronization
import Testing
import Trust
import Web

/// A server on a port of its own, over a real catalog, and a client of it.
final class WebSite: Sendable {
    /// An answer.
    struct Reply: Sendable {
        let status: Int
        let headers: [(String, String)]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        func header(_ name: String) -> String? { headers.first { $0.0.lowercased() == name.lowercased() }?.1 }
        /// The body as a JSON object.
        func json() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any], "\(text)")
        }
    }

    let desk: CatalogDesk
    let server: WebServer
    let registry: PrometheusRegistry
    let log: LogLines
    let base: String
    let admin: String

    init(
        _ desk: CatalogDesk? = nil, key: SiteKey? = nil, _ change: (inout WebSettings) -> Void = { _ in }
    ) async throws {
        let desk = try desk ?? CatalogDesk()
        self.desk = desk
        admin = try desk.token("root", .admin)
        registry = PrometheusRegistry(DaemonMeters.descriptions)
        let log = LogLines()
        self.log = log
        var settings = WebSettings()
        settings.port = 0
        settings.rate = 100_000
        change(&settings)
        let (chosen, registry) = (settings, registry)
        server = try await Self.apart {
            try WebServer(
                desk, settings: chosen, key: key, hasToken: true, metrics: registry,
                logger: Logger(label: "test") { _ in log })
        }
        base = "\(settings.proof == .none ? "http" : "https")://127.0.0.1:\(try server.port())"
    }

    deinit { Thread { [server] in server.stop() }.start() }

    /// Runs what blocks on a thread of its own: the server needs those that tests run on.
    static func apart<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try body() }) }.start()
        }
    }

    /// Asks.
    func ask(
        _ method: String, _ path: String, token: String? = nil, headers: [String: String] = [:], body: String? = nil,
        client: HTTPClient = .shared
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: base + path)
        request.method = .init(rawValue: method)
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.body = .bytes(ByteBuffer(string: body))
            if headers["Content-Type"] == nil { request.headers.add(name: "Content-Type", value: "application/json") }
        }
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        let reply = try await client.execute(request, timeout: .seconds(120))
        let bytes = try await reply.body.collect(upTo: 16 << 20)
        return Reply(
            status: Int(reply.status.code), headers: reply.headers.map { ($0.name, $0.value) },
            body: Data(bytes.readableBytesView))
    }

    func get(_ path: String, token: String? = nil) async throws -> Reply {
        try await ask("GET", path, token: token ?? admin)
    }

    /// Waits until `isSo`, at most two minutes.
    func wait(_ isSo: () throws -> Bool) async throws -> Bool {
        for _ in 0..<12_000 {
            if try isSo() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}

/// A log that is kept for tests.
final class LogLines: LogHandler, Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }

    var metadata: Logger.Metadata {
        get { [:] }
        set {}
    }
    var logLevel: Logger.Level {
        get { .info }
        set {}
    }
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { nil }
        set {}
    }

    func log(event: LogEvent) {
        let metadata = event.metadata ?? [:]
        lines.withLock { $0.append("\(event.level) \(event.message) \(metadata)") }
    }
}
