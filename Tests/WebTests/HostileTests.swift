import AsyncHTTPClient
import Catalog
import Foundation
import Hashing
import NIOCore
import NIOPosix
import TestSupport
import Testing
import Web

/// Whoever may not, may not: nothing happens, and it is noted.
@Suite("Hostile requests")
struct HostileTests {
    /// All operations that change something, with a body that would do it.
    private static let orders: [(path: String, body: String?)] = [
        ("/v1/runs", #"{"schedule":"nightly"}"#), ("/v1/schedules/nightly/run", nil),
        ("/v1/schedules/nightly/pause", nil), ("/v1/schedules/nightly/resume", nil), ("/v1/reload", nil),
        ("/v1/runs/nightly%402026-01-01T00:00:00Z/cancel", nil),
    ]

    private func refused(_ site: WebSite, _ token: String?, _ status: Int, reason: String) async throws {
        let before = try site.desk.audit(before: nil, limit: 1000).count { $0.draft.outcome == .refused }
        for order in Self.orders {
            let reply = try await site.ask("POST", order.path, token: token, body: order.body)
            #expect(reply.status == status, "\(order.path): \(reply.text)")
            #expect(reply.header("Content-Type") == "application/problem+json")
            site.desk.advance(by: 1)
        }
        #expect(try site.desk.runs(RunQuery()).rows.isEmpty)
        #expect(site.desk.state.schedules.allSatisfy { !$0.isPaused })
        let count = Self.orders.count
        #expect(
            try await site.wait {
                try site.desk.audit(before: nil, limit: 1000).count { $0.draft.outcome == .refused } == before + count
            })
        #expect(site.log.all.count { $0.contains("request refused") && $0.contains(reason) } >= count)
        #expect(try site.desk.verifyAudit() == .sound(entries: Int64(before + count), head: head(site)))
    }

    private func head(_ site: WebSite) throws -> Digest {
        try #require(try site.desk.audit(before: nil, limit: 1).first).digest
    }

    @Test("without a token nothing happens")
    func strangers() async throws { try await refused(await WebSite(), nil, 401, reason: "a token is needed") }

    @Test("with a token that nobody knows nothing happens")
    func unknown() async throws {
        try await refused(await WebSite(), TokenSecret.make(), 401, reason: "nobody knows this token")
        try await refused(await WebSite(), "something", 401, reason: "have not the form")
    }

    @Test("with an expired token nothing happens")
    func expired() async throws {
        let site = try await WebSite()
        let token = try site.desk.token("old", .admin, expires: 60)
        #expect(try await site.get("/v1/status", token: token).status == 200)
        site.desk.advance(by: 61)
        try await refused(site, token, 401, reason: "has expired")
    }

    @Test("with a token that was taken back nothing happens, a second later at most")
    func revoked() async throws {
        let site = try await WebSite()
        let token = try site.desk.token("gone", .admin)
        #expect(try await site.get("/v1/status", token: token).status == 200)
        try site.desk.catalog.revoke(token: "gone", at: site.desk.now)
        site.desk.advance(by: 1)
        try await refused(site, token, 401, reason: "was taken back")
    }

    @Test("a token for looking cannot order, one for ordering cannot read the audit log")
    func scopes() async throws {
        let site = try await WebSite()
        let read = try site.desk.token("reader", .read)
        try await refused(site, read, 403, reason: "is needed")
        let operate = try site.desk.token("operator", .operate)
        for path in ["/v1/audit", "/v1/audit/verdict"] {
            #expect(try await site.get(path, token: operate).status == 403)
            #expect(try await site.get(path, token: read).status == 403)
        }
        #expect(try await site.ask("POST", "/v1/reload", token: operate).status == 403)
    }

    @Test("malformed requests are answered with what is wrong, and do nothing")
    func malformed() async throws {
        let site = try await WebSite()
        let long = String(repeating: "a", count: 5000)
        let big = String(repeating: " ", count: WebLimits.bodyMax + 1)
        let deep = String(repeating: "[", count: 100_000)
        for (method, path, body, type, status) in [
            ("GET", "/v1/runs?limit=-1", nil, nil, 400), ("GET", "/v1/runs?limit=99999999999999999999", nil, nil, 400),
            ("GET", "/v1/runs?before=x", nil, nil, 400), ("GET", "/v1/runs?state=none", nil, nil, 400),
            ("GET", "/v1/runs?limit=1&limit=2", nil, nil, 400), ("GET", "/v1/runs?a=%zz", nil, nil, 400),
            ("GET", "/v1/runs?schedule=%ff", nil, nil, 400), ("GET", "/v1/runs/\(long)", nil, nil, 414),
            ("GET", "/v1/runs/%00", nil, nil, 404), ("GET", "/v1/../etc/passwd", nil, nil, 404),
            ("GET", "/v1/runs/", nil, nil, 404), ("DELETE", "/v1/runs", nil, nil, 405),
            ("TRACE", "/v1/runs", nil, nil, 405), ("PROPFIND", "/v1/runs", nil, nil, 405),
            ("POST", "/v1/runs", "", nil, 400), ("POST", "/v1/runs", "[]", nil, 400),
            ("POST", "/v1/runs", #"{"schedule":1}"#, nil, 400), ("POST", "/v1/runs", #"{"schedule":""}"#, nil, 400),
            ("POST", "/v1/runs", #"{"schedule":"\u0000"}"#, nil, 404), ("POST", "/v1/runs", deep, nil, 400),
            ("POST", "/v1/runs", big, nil, 413), ("POST", "/v1/runs", "{}", "text/plain", 415),
        ] as [(String, String, String?, String?, Int)] {
            let reply = try await site.ask(
                method, path, token: site.admin, headers: type.map { ["Content-Type": $0] } ?? [:], body: body)
            #expect(reply.status == status, "\(method) \(path.prefix(60)) \(body?.prefix(40) ?? ""): \(reply.text)")
            if method != "TRACE" { #expect(reply.header("Content-Type") == "application/problem+json") }
        }
        #expect(try site.desk.runs(RunQuery()).rows.isEmpty)
        #expect(try await site.get("/v1/status").status == 200)
    }

    @Test("what is no HTTP is refused and noted, and others are served on")
    func noise() async throws {
        let site = try await WebSite()
        let header = "GET / HTTP/1.1\r\nHost: localhost\r\nX: \(String(repeating: "a", count: 100_000))\r\n\r\n"
        let many = (0..<200).map { "X-\($0): a\r\n" }.joined()
        for text in [
            "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", header,
            "GET / HTTP/1.1\r\n\(many)\r\n",
            "POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
            "POST /v1/runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            let answer = try RawRequest.send(text, to: site.server.port())
            #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(text.prefix(40)): \(answer.prefix(80))")
        }
        #expect(try await site.wait { site.log.all.contains { $0.contains("no HTTP") } })
        #expect(try await site.get("/v1/status").status == 200)
    }

    @Test("a request for another host is refused, so that no page elsewhere can reach the daemon by a name of its own")
    func hosts() async throws {
        let site = try await WebSite()
        let reply = try await site.ask("GET", "/healthz", headers: ["Host": "evil.example"])
        #expect(reply.status == 421)
        #expect(try await site.ask("GET", "/healthz", headers: ["Host": "localhost:1"]).status == 200)
    }

    /// Asks many times at once, until somebody is refused for asking too often.
    private func isRefused(_ ask: @escaping @Sendable () async throws -> Int) async throws -> Bool {
        for _ in 0..<20 {
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<60 { group.addTask { try await ask() } }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(statuses.isSubset(of: [401, 429]))
            if statuses.contains(429) { return true }
        }
        return false
    }

    @Test("guessing tokens is slowed down for the address, and whoever has one is let in from there all the same")
    func guessing() async throws {
        let site = try await WebSite()
        #expect(try await isRefused { try await site.get("/v1/status", token: TokenSecret.make()).status })
        #expect(try await site.get("/v1/status").status == 200)
        #expect(
            try await isRefused {
                try await site.ask("POST", "/login", headers: WebSite.form, body: "token=" + TokenSecret.make()).status
            })
        _ = try await site.logIn(site.admin)
    }

    @Test("a caller who asks too often is told to wait")
    func rates() async throws {
        let site = try await WebSite { $0.rate = 1 }
        var replies: [WebSite.Reply] = []
        for _ in 0..<40 { replies.append(try await site.get("/v1/status")) }
        let late = try #require(replies.first { $0.status == 429 })
        #expect(late.header("Retry-After") == "1")
        #expect(replies.count { $0.status == 200 } >= 10)
    }

    @Test("refusals beyond ten a second are counted instead of filling the log")
    func flood() async throws {
        let site = try await WebSite()
        for _ in 0..<18 { _ = try await site.ask("GET", "/v1/status") }
        #expect(try await site.wait { try site.desk.audit(before: nil, limit: 100).count == 10 })
        site.desk.advance(by: 1)
        _ = try await site.ask("GET", "/v1/status")
        // Requests are noted beside their answers: some of the eighteen may come to that in the second after.
        #expect(
            try await site.wait {
                let noted = try site.desk.audit(before: nil, limit: 100)
                let counted = noted.map { Int(Self.counted($0.draft.detail)) ?? 0 }.reduce(0, +)
                return noted.count < 19 && noted.count + counted == 19
            })
    }

    /// How many refusals were not noted before one, by its details.
    private static func counted(_ detail: String) -> Substring {
        let mark = "\"not_noted_before\":"
        return detail.range(of: mark).map { detail[$0.upperBound...].prefix { $0.isNumber } } ?? ""
    }
}
