import Model
import Testing

@Suite("An endpoint")
struct EndpointTests {
    @Test(
        "is read in every form and written back",
        arguments: [
            ("/data/a", .tree(path: "/data/a")),
            ("./a:b", .tree(path: "./a:b")),
            ("docs", .tree(path: "docs")),
            ("a/b:c", .tree(path: "a/b:c")),
            ("..", .tree(path: "..")),
            ("me@host:/srv/a", .remoteTree(user: "me", host: "host", port: nil, path: "/srv/a")),
            ("me@host:srv", .remoteTree(user: "me", host: "host", port: nil, path: "srv")),
            ("host:/srv/a", .remoteTree(user: nil, host: "host", port: nil, path: "/srv/a")),
            ("ssh://me@host:2222/srv", .remoteTree(user: "me", host: "host", port: 2222, path: "/srv")),
            ("vault:/backup", .vault(.folder(path: "/backup"), nil)),
            ("vault:rel/ative", .vault(.folder(path: "rel/ative"), nil)),
            ("vault:/a#b#docs", .vault(.folder(path: "/a#b"), .init(dataset: "docs"))),
            ("vault:/b#docs@latest~1", .vault(.folder(path: "/b"), .init(dataset: "docs", snapshot: "latest~1"))),
            (
                "vault:/b#docs@2026-11-23T13:05:00Z",
                .vault(.folder(path: "/b"), .init(dataset: "docs", snapshot: "2026-11-23T13:05:00Z"))
            ),
            ("vault:./a:b", .vault(.folder(path: "./a:b"), nil)),
            ("vault:me@host:/srv/v", .vault(.remoteFolder(user: "me", host: "host", port: nil, path: "/srv/v"), nil)),
            ("vault:host:/v", .vault(.remoteFolder(user: nil, host: "host", port: nil, path: "/v"), nil)),
            (
                "vault:me@host:v#docs@latest",
                .vault(
                    .remoteFolder(user: "me", host: "host", port: nil, path: "v"),
                    .init(dataset: "docs", snapshot: "latest"))
            ),
            (
                "vault:ssh://me@host:2222/srv/v#docs",
                .vault(
                    .remoteFolder(user: "me", host: "host", port: 2222, path: "/srv/v"), .init(dataset: "docs"))
            ),
            ("s3://bucket", .vault(.bucket(name: "bucket", prefix: ""), nil)),
            ("s3://bucket/p/q#docs", .vault(.bucket(name: "bucket", prefix: "p/q"), .init(dataset: "docs"))),
            ("perigee://host:7433/docs", .agent(host: "host", port: 7433, .init(dataset: "docs"))),
            ("perigee://[::1]/docs@abcd", .agent(host: "[::1]", port: nil, .init(dataset: "docs", snapshot: "abcd"))),
            (
                "vault:perigee://host:7374/backup#docs@latest",
                .vault(
                    .agent(host: "host", port: 7374, export: "backup"),
                    .init(dataset: "docs", snapshot: "latest"))
            ),
            ("vault:perigee://host/backup", .vault(.agent(host: "host", port: nil, export: "backup"), nil)),
            ("berlin:weights", .site(name: "berlin", .init(dataset: "weights"))),
            ("berlin:weights@latest", .site(name: "berlin", .init(dataset: "weights", snapshot: "latest"))),
        ] as [(String, Endpoint)])
    func forms(text: String, endpoint: Endpoint) throws {
        #expect(try Endpoint(parsing: text) == endpoint)
        #expect(endpoint.description == text)
    }

    @Test(
        "is refused with its text and a remedy where it has no form",
        arguments: [
            "", "vault:", "vault:#docs", "vault:/a#", "vault:/a#@latest", "vault:/a#docs@", "s3://", "ssh://host",
            "ssh://host/", "ssh://@host/p", "ssh://host:0/p", "ssh://host:99999/p", "perigee://host", "perigee://host/",
            "perigee://:1/docs", "ftp://host/a", "me@:/a", "@host:/a", "me@host:", "berlin:@latest",
            "vault:me@:/a", "vault:me@host:", "vault:ssh://host", "vault:ssh://me@host:x/v", "vault:berlin:weights",
            "vault:perigee://host", "vault:perigee://host/b@latest", "vault:perigee://host/b@latest#docs",
        ])
    func refusals(text: String) throws {
        let error = try #require(throws: PerigeeError.self) { try Endpoint(parsing: text) }
        #expect(error.code == .usage)
        #expect(error.place == text)
        #expect(error.remedy != nil)
    }
}
