import Foundation
import TestSupport
import Testing

/// The built daemon with a folder, a vault and a nightly schedule, whose clock a test sets.
final class LiveDaemon: Sendable {
    private let folder: TemporaryFolder
    private let daemon: ChildProcess
    /// The secret of a token that may start and stop.
    let secret: String
    /// Where its pages are.
    let base: String

    /// The longest that it lives, in seconds.
    private static let lifeMax = 400

    /// Starts it at an instant, with so many bytes to be copied at such a rate at most.
    init(at instant: String, bytes: Int, rate: String) async throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        _ = try folder.folder("work")
        var seed = Seed.fromEnvironment()
        let random = (0..<bytes / 8).flatMap { _ in withUnsafeBytes(of: seed.next()) { Array($0) } }
        try Data(random).write(to: URL(fileURLWithPath: folder.path("work/random")))
        try Self.configuration(folder, rate).write(
            toFile: folder.path("perigee.yaml"), atomically: true, encoding: .utf8)
        let (secret, daemon) = try await WebSite.apart { try Self.start(folder, at: instant) }
        (self.secret, self.daemon) = (secret, daemon)
        base = "http://localhost:\(try await Self.port(folder))"
    }

    private static func configuration(_ folder: TemporaryFolder, _ rate: String) -> String {
        """
        version: 1
        here: desk
        sites: { desk: {}, shelf: { vault: "vault:\(folder.path("shelf"))", passphrase: env:SECRET } }
        datasets:
          work: { source: desk, replicas: { desk: \(folder.path("work")) } }
        limits: { rate: \(rate) }
        schedules:
          - { name: nightly, replicate: work, to: shelf, at: nightly between 22:00 and 05:00, zone: Europe/Berlin }
        serve: { api: { listen: "127.0.0.1:0" } }

        """
    }

    private static func start(
        _ folder: TemporaryFolder, at instant: String
    ) throws -> (secret: String, daemon: ChildProcess) {
        var environment = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH"].contains($0.key) }
        environment["HOME"] = folder.path("home")
        environment["PERIGEE_STATE"] = folder.path("state")
        environment["SECRET"] = "of the shelf"
        let vault = try ChildProcess(
            BuiltProgram.path, ["init", "vault:\(folder.path("shelf"))"],
            environment: environment.merging(["PERIGEE_PASSPHRASE": "of the shelf"]) { $1 }, in: folder.path)
        try #require(try vault.status() == 0)
        let made = try ChildProcess(
            BuiltProgram.path, ["token", "add", "person", "--scope", "operate", "--json"], environment: environment,
            in: folder.path, output: folder.path("token"))
        try #require(try made.status() == 0)
        let text = try String(contentsOfFile: folder.path("token"), encoding: .utf8)
        let secret = String(try #require(text.firstMatch(of: /"secret":"([a-z0-9_]+)"/)?.1))
        try set(instant, folder)
        environment["LD_PRELOAD"] = try library()
        environment["FAKETIME_TIMESTAMP_FILE"] = folder.path("clock")
        environment["FAKETIME_NO_CACHE"] = "1"
        let daemon = try ChildProcess(
            "/usr/bin/timeout", ["--foreground", "-s", "KILL", "\(lifeMax)", BuiltProgram.path, "serve"],
            environment: environment, in: folder.path, errors: folder.path("log"))
        return (secret, daemon)
    }

    /// What moves the clock of whoever loads it.
    private static func library() throws -> String {
        let places = try FileManager.default.contentsOfDirectory(atPath: "/usr/lib")
        let found = places.map { "/usr/lib/\($0)/faketime/libfaketimeMT.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
        return try #require(found, "libfaketime is there")
    }

    /// Sets its clock, which goes on from there.
    func set(_ instant: String) throws { try Self.set(instant, folder) }

    private static func set(_ instant: String, _ folder: TemporaryFolder) throws {
        let wanted = try #require(ISO8601DateFormatter().date(from: instant))
        let offset = Int(wanted.timeIntervalSinceNow.rounded())
        // As a whole: it is read at any time.
        try Data("\(offset < 0 ? "" : "+")\(offset)\n".utf8)
            .write(to: URL(fileURLWithPath: folder.path("clock")), options: .atomic)
    }

    /// The port that its log names, which is waited for two minutes at most.
    private static func port(_ folder: TemporaryFolder) async throws -> String {
        var log = ""
        for _ in 0..<2400 {
            log = (try? String(contentsOfFile: folder.path("log"), encoding: .utf8)) ?? ""
            if log.contains("the daemon works"),
                let port = log.firstMatch(of: /the API and the dashboard listen at 127\.0\.0\.1:(\d+)/)?.1
            {
                return String(port)
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return try #require(nil, "the daemon works: \(log)")
    }

    /// Changes what is to be copied.
    func change() throws { try Data("new".utf8).write(to: URL(fileURLWithPath: folder.path("work/more"))) }
}
