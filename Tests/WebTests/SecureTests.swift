import AsyncHTTPClient
import Catalog
import Configurations
import Foundation
import Model
import NIOSSL
import TestSupport
import Testing
import Trust
import Web

/// Over TLS a site is known by its key.
@Suite("TLS and settings")
struct SecureTests {
    private func client(_ key: SiteKey?) throws -> HTTPClient {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        if let key {
            tls.certificateChain = [.certificate(try NIOSSLCertificate(bytes: key.certificate(), format: .der))]
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: key.pem(), format: .pem))
        }
        return HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: .init(tlsConfiguration: tls, redirectConfiguration: .disallow))
    }

    @Test("a site that has a token under its key needs no other; one without is a stranger")
    func mutual() async throws {
        let (own, known, unknown) = (try SiteKey.generate(), try SiteKey.generate(), try SiteKey.generate())
        let site = try await WebSite(key: own) { $0.proof = .site }
        try site.desk.catalog.add(
            AccessToken(
                id: "virginia", digest: TokenSecret.digest(known.identity), scopes: [.read], created: site.desk.now))
        for (key, status) in [(known, 200), (unknown, 401), (nil, 401)] as [(SiteKey?, Int)] {
            let client = try client(key)
            #expect(try await site.ask("GET", "/v1/status", client: client).status == status)
            #expect(try await site.ask("POST", "/v1/reload", client: client).status == (status == 200 ? 403 : 401))
            #expect(try await site.ask("GET", "/v1/status", token: site.admin, client: client).status == 200)
            try await client.shutdown()
        }
        #expect(try await site.wait { site.log.all.contains { $0.contains("site:virginia") } })
    }

    @Test("cookies are held to this host, and browsers are told to stay with TLS")
    func cookies() async throws {
        let site = try await WebSite(key: SiteKey.generate()) { $0.proof = .site }
        let client = try client(nil)
        let reply = try await site.ask(
            "POST", "/login", headers: WebSite.form, body: "token=\(site.admin)", client: client)
        try await client.shutdown()
        let cookie = try #require(reply.header("Set-Cookie"))
        #expect(cookie.hasPrefix("__Host-perigee=") && cookie.contains("; Secure"))
        #expect(reply.header("Strict-Transport-Security") != nil)
    }

    @Test(
        "at all addresses requests may be for numbers and this machine, and for other names only where they are listed")
    func hosts() {
        var settings = WebSettings()
        for host in ["0.0.0.0", "::"] {
            settings.host = host
            settings.hosts = []
            let known = KnownHosts(settings, machine: "Box")
            for name in ["192.0.2.1", "2001:db8::1", "::1", "localhost", "box", "BOX"] {
                #expect(known.contains(name), "\(host) \(name)")
            }
            for name in ["evil.example", "box.evil.example", "192.0.2.1.evil.example", "192.0.2", "1", ""] {
                #expect(!known.contains(name), "\(host) \(name)")
            }
            settings.hosts = ["perigee.example.org"]
            let listed = KnownHosts(settings, machine: "box")
            #expect(listed.contains("perigee.example.org") && !listed.contains("box"))
        }
        settings = WebSettings()
        let near = KnownHosts(settings, machine: "box")
        #expect(near.contains("localhost") && near.contains("::1"))
        #expect(!near.contains("192.0.2.1") && !near.contains("box") && !near.contains("evil.example"))
    }

    @Test("an address that others reach is refused without TLS, and without a token")
    func refuses() throws {
        var settings = WebSettings()
        try settings.check(hasToken: false)
        settings.host = "0.0.0.0"
        #expect(throws: PerigeeError.self) { try settings.check(hasToken: true) }
        settings.proof = .site
        #expect(throws: PerigeeError.self) { try settings.check(hasToken: false) }
        try settings.check(hasToken: true)
        for host in ["192.0.2.1", "::", "example.org", "128.0.0.1", "localhost.example.org"] {
            settings.host = host
            #expect(!settings.isLoopback, "\(host)")
        }
        for host in ["127.0.0.1", "127.9.9.9", "::1", "localhost"] {
            settings.host = host
            #expect(settings.isLoopback, "\(host)")
        }
    }

    @Test("settings are read from the configuration, and what is wrong is told with its place")
    func reading() throws {
        func read(_ yaml: String) throws -> (WebSettings, [String]) {
            let log = FaultLog()
            let node = try #require(ConfigurationNode.read(Array(yaml.utf8), log))
            return (WebSettings(node, log: log), log.faults.map { "\($0.key): \($0.message)" })
        }
        let (good, none) = try read(
            """
            listen: 0.0.0.0:443
            tls: { certificate: /a, key: /b }
            hosts: [perigee.example.org]
            scenarios: [train.yaml]
            rate: 50
            """)
        #expect(none == [])
        #expect(good.host == "0.0.0.0" && good.port == 443 && good.rate == 50)
        #expect(good.proof == .files(certificate: "/a", key: "/b"))
        #expect(good.hosts == ["perigee.example.org"] && good.scenarios == ["train.yaml"])
        #expect(!good.hasOpenMetrics)
        let (_, faults) = try read("listen: nonsense:99999\ntsl: site\nrate: -1\nhosts: a\n")
        #expect(faults.count == 4, "\(faults)")
    }
}
