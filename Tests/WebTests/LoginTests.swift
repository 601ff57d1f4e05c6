import AsyncHTTPClient
import Catalog
import Foundation
import TestSupport
import Testing
import Web

extension WebSite {
    /// A client that does not go where it is led.
    static let stayingClient = HTTPClient(
        eventLoopGroupProvider: .singleton, configuration: .init(redirectConfiguration: .disallow))

    static let form = ["Content-Type": "application/x-www-form-urlencoded"]

    /// Logs in; returns the cookie, and what forms say besides.
    func logIn(_ token: String) async throws -> (cookie: String, check: String) {
        let reply = try await ask(
            "POST", "/login", headers: Self.form, body: "token=\(token)", client: Self.stayingClient)
        #expect(reply.status == 303)
        let cookie = try #require(reply.header("Set-Cookie"))
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && cookie.contains("Path=/"))
        let pair = String(cookie.prefix { $0 != ";" })
        let page = try await ask("GET", "/", headers: ["Cookie": pair], client: Self.stayingClient)
        #expect(page.status == 200)
        let check = page.text.components(separatedBy: "name=\"perigee-check\" content=\"").dropFirst().first?
            .prefix { $0 != "\"" }
        return (pair, String(try #require(check)))
    }
}

/// People log in with a token, and nobody else can act with their login.
@Suite("Logins")
struct LoginTests {
    @Test("a form with the login's own word is heeded, one without is not")
    func checks() async throws {
        let site = try await WebSite()
        let (cookie, check) = try await site.logIn(site.admin)
        func post(_ body: String, _ headers: [String: String] = [:]) async throws -> Int {
            try await site.ask(
                "POST", "/schedules/nightly/pause",
                headers: WebSite.form.merging(headers) { $1 }.merging(["Cookie": cookie]) { $1 },
                body: body, client: WebSite.stayingClient
            ).status
        }
        #expect(try await post("") == 403)
        #expect(try await post("check=wrong") == 403)
        #expect(try await post("check=\(check)", ["Sec-Fetch-Site": "cross-site"]) == 403)
        #expect(site.desk.state.schedules[0].isPaused == false)
        #expect(try await post("check=\(check)", ["Sec-Fetch-Site": "same-origin"]) == 303)
        #expect(site.desk.state.schedules[0].isPaused == true)
    }

    @Test("the API heeds a login only with its word in a header")
    func scripts() async throws {
        let site = try await WebSite()
        let (cookie, check) = try await site.logIn(site.admin)
        let body = #"{"schedule":"nightly"}"#
        let without = try await site.ask("POST", "/v1/runs", headers: ["Cookie": cookie], body: body)
        #expect(without.status == 403)
        let with = try await site.ask(
            "POST", "/v1/runs", headers: ["Cookie": cookie, "X-Perigee-Check": check], body: body)
        #expect(with.status == 202)
    }

    @Test("a wrong token does not log in, and is noted without being repeated")
    func wrong() async throws {
        let site = try await WebSite()
        let secret = TokenSecret.make()
        let reply = try await site.ask(
            "POST", "/login", headers: WebSite.form, body: "token=\(secret)", client: WebSite.stayingClient)
        #expect(reply.status == 401 && reply.header("Set-Cookie") == nil)
        #expect(try await site.wait { site.log.all.contains { $0.contains("a login with a token that is not valid") } })
        #expect(!site.log.all.contains { $0.contains(secret) } && !reply.text.contains(secret))
    }

    @Test("logging out ends the login, and so do twelve hours and taking the token back")
    func ends() async throws {
        let site = try await WebSite()
        let token = try site.desk.token("person", .operate)
        func status(_ cookie: String) async throws -> Int {
            try await site.ask("GET", "/v1/status", headers: ["Cookie": cookie]).status
        }
        let first = try await site.logIn(token)
        _ = try await site.ask(
            "POST", "/logout", headers: WebSite.form.merging(["Cookie": first.cookie]) { $1 },
            body: "check=\(first.check)", client: WebSite.stayingClient)
        #expect(try await status(first.cookie) == 401)
        let second = try await site.logIn(token)
        site.desk.advance(by: 12 * 3600 - 1)
        #expect(try await status(second.cookie) == 200)
        site.desk.advance(by: 1)
        #expect(try await status(second.cookie) == 401)
        let third = try await site.logIn(token)
        try site.desk.catalog.revoke(token: "person", at: site.desk.now)
        site.desk.advance(by: 1)
        #expect(try await status(third.cookie) == 401)
    }

    @Test("secrets are 256 random bits, and only what has their form has a digest")
    func secrets() throws {
        let all = Set((0..<1000).map { _ in TokenSecret.make() })
        #expect(all.count == 1000)
        for secret in all {
            #expect(secret.utf8.count == 60 && secret.hasPrefix("perigee_"))
            #expect(TokenSecret.digest(secret)?.count == 32)
        }
        let letters = all.flatMap { $0.dropFirst(8).dropLast() }
        let counts = Dictionary(letters.map { ($0, 1) }, uniquingKeysWith: +)
        #expect(counts.count == 32 && counts.values.allSatisfy { (1200...2000).contains($0) })
        for text in ["", "perigee_", "perigee_\(String(repeating: "A", count: 52))", String(repeating: "a", count: 60)]
        {
            #expect(TokenSecret.digest(text) == nil)
        }
    }
}
