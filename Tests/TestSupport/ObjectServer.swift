internal import Foundation

/// A real object store on this host, started when a test first asks for it, and gone when the tests end.
///
/// Its program is a wheel that `make setup-tests` puts into `.build/tools`; `PERIGEE_TOOLS` names another folder of programs.
public final class ObjectServer: Sendable {
    /// What it is called in tests.
    public let kind: String
    /// Where it listens.
    public let endpoint: String
    /// A bucket that is there.
    public let bucket: String
    /// Who may do everything.
    public let accessKey = "testkey"
    /// And the secret for that.
    public let secretKey = "testsecret123"
    /// Where it listens with TLS, and the file of the certificate that vouches for itself; nil where it does not.
    public let secure: (endpoint: String, certificate: String)?
    private let process: ServerProcess?

    private init(
        kind: String, endpoint: String, bucket: String, process: ServerProcess?,
        secure: (endpoint: String, certificate: String)? = nil
    ) {
        self.kind = kind
        self.endpoint = endpoint
        self.bucket = bucket
        self.process = process
        self.secure = secure
    }

    /// SeaweedFS: honours conditions and checksums.
    public static let seaweed = Result { try again { try startSeaweed() } }

    /// The JuiceFS gateway, an S3 of 2022: accepts conditional puts, and ignores the conditions.
    public static let juice = Result { try again { try startJuice() } }

    /// The server that `PERIGEE_S3_ENDPOINT` and `PERIGEE_S3_BUCKET` name, for runs against others; it knows the same keys.
    public static let other: ObjectServer? = {
        let environment = ProcessInfo.processInfo.environment
        guard let endpoint = environment["PERIGEE_S3_ENDPOINT"], let bucket = environment["PERIGEE_S3_BUCKET"] else {
            return nil
        }
        return ObjectServer(kind: "other", endpoint: endpoint, bucket: bucket, process: nil)
    }()

    /// Whether the programs of the servers are on this machine; `make setup-tests` puts them there, and CI does that first.
    public static let isInstalled = tool("weed") != nil && tool("juicefs") != nil

    /// SeaweedFS at `address` in a network namespace; ends with whoever holds it.
    public static func seaweed(in space: String, at address: String) throws -> ObjectServer {
        let folder = try TemporaryFolder(in: TemporaryFolder.inRoomyMemory)
        try writeIdentities(folder)
        let port = LocalPort.free(count: 5)
        let inside = ["netns", "exec", space]
        func answers(_ port: UInt16, _ path: String) -> Bool {
            let ask = """
                exec 3<>/dev/tcp/\(address)/\(port) && printf 'GET \(path) HTTP/1.0\\r\\nHost: x\\r\\n\\r\\n' >&3 \
                && head -c 12 <&3 | grep -q ' 200'
                """
            return (try? ServerProcess.run("/bin/ip", inside + ["timeout", "30", "bash", "-c", ask], in: folder)) != nil
        }
        let process = try ServerProcess(
            "/bin/ip", inside + [needed("weed")] + words(folder, address, port), folder: folder
        ) { answers(port + 3, "/healthz") && answers(port + 2, "/buckets/vaults/") }
        return ObjectServer(
            kind: "SeaweedFS", endpoint: "http://\(address):\(port + 3)", bucket: "vaults", process: process)
    }

    /// Who may do what.
    private static func writeIdentities(_ folder: TemporaryFolder) throws {
        let identities = """
            {"identities":[{"name":"admin","credentials":[{"accessKey":"testkey","secretKey":"testsecret123"}],\
            "actions":["Admin","Read","Write","List","Tagging"]}]}
            """
        try Data(identities.utf8).write(to: URL(fileURLWithPath: folder.path("s3.json")))
    }

    /// The end of what it has written, for a test that it kept waiting.
    public var lastWords: String { process?.lastWords ?? "" }

    /// What SeaweedFS is started with: five ports from `port` on.
    private static func words(_ folder: TemporaryFolder, _ address: String, _ port: UInt16) -> [String] {
        [
            "-logtostderr=true", "mini", "-dir=\(folder.path)", "-ip=\(address)", "-ip.bind=\(address)",
            "-master.port=\(port)", "-volume.port=\(port + 1)", "-filer.port=\(port + 2)", "-s3.port=\(port + 3)",
            "-admin.port=\(port + 4)", "-s3.config=s3.json", "-s3.domainName=localhost", "-s3.port.iceberg=0",
            "-s3.port.lance=0", "-webdav=false", "-admin.ui=false", "-bucket=vaults",
        ]
    }

    /// Somebody else may have taken a port between the question whether it is free and the server's start.
    private static func again(_ start: () throws -> ObjectServer) throws -> ObjectServer {
        for _ in 1..<3 { if let server = try? start() { return server } }
        return try start()
    }

    private static func startSeaweed() throws -> ObjectServer {
        let folder = try TemporaryFolder(in: TemporaryFolder.inRoomyMemory)
        let port = LocalPort.free(count: 6)
        try writeIdentities(folder)
        try ServerProcess.run(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tls.key",
                "-out", "tls.pem", "-days", "2", "-subj", "/CN=perigee tests", "-addext", "subjectAltName=IP:127.0.0.1",
            ], in: folder)
        let secure = [
            "-s3.port.https=\(port + 5)", "-s3.cert.file=tls.pem", "-s3.key.file=tls.key",
        ]
        let process = try ServerProcess(
            needed("weed"), words(folder, "127.0.0.1", port) + secure, folder: folder
        ) {
            // The bucket comes somewhat later than the server.
            LocalPort.answers(port + 3, "/healthz") && LocalPort.answers(port + 2, "/buckets/vaults/")
        }
        return ObjectServer(
            kind: "SeaweedFS", endpoint: "http://127.0.0.1:\(port + 3)", bucket: "vaults", process: process,
            secure: ("https://127.0.0.1:\(port + 5)", folder.path("tls.pem")))
    }

    private static func startJuice() throws -> ObjectServer {
        let folder = try TemporaryFolder(in: TemporaryFolder.inRoomyMemory)
        let port = LocalPort.free(count: 1)
        let database = "sqlite3://\(folder.path)/jfs.db"
        let program = try needed("juicefs")
        try ServerProcess.run(
            program,
            [
                "format", "--storage", "file", "--bucket", "\(folder.path)/data/", "--trash-days", "0", database,
                "vaults",
            ],
            in: folder)
        let process = try ServerProcess(
            program,
            [
                "gateway", "--no-banner", "--keep-etag", "--cache-dir", "\(folder.path)/cache", "--cache-size", "64",
                "--backup-meta", "0", database, "127.0.0.1:\(port)",
            ],
            environment: ["MINIO_ROOT_USER": "testkey", "MINIO_ROOT_PASSWORD": "testsecret123"], folder: folder
        ) { LocalPort.answers(port, "/minio/health/live") }
        return ObjectServer(
            kind: "JuiceFS gateway", endpoint: "http://127.0.0.1:\(port)", bucket: "vaults", process: process)
    }

    /// Where a program of the servers is; nil where it is not installed.
    private static func tool(_ name: String) -> String? {
        let environment = ProcessInfo.processInfo.environment
        var folders = [environment["PERIGEE_TOOLS"]].compactMap { $0 }
        // The tests' bundle lies somewhere below `.build`.
        for start in CommandLine.arguments + [Bundle.main.bundlePath] {
            var url = URL(fileURLWithPath: start)
            while url.path != "/", url.lastPathComponent != ".build" { url.deleteLastPathComponent() }
            if url.path != "/" { folders.append(url.appendingPathComponent("tools").path) }
        }
        return folders.map { "\($0)/bin/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private static func needed(_ name: String) throws -> String {
        guard let path = tool(name) else {
            throw ServerProcess.Failure(description: "\(name) is not installed: make setup-tests")
        }
        return path
    }
}
