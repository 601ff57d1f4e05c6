import Foundation
import TestSupport
import Testing

/// A host with a daemon: a configuration, a state, two vaults, and whatever datasets a test wants.
final class ServingSite {
    let site: FaultSite
    private let environment: [String: String]
    private var guardian: ChildProcess?
    private var starts = 0
    private let datasets: Int
    private let others: [String]

    /// The longest that anything is waited for, in seconds.
    static let patience = 300.0
    /// The longest that a daemon lives, in seconds.
    private static let lifeMax = 1800

    /// Sites `desk` (this host), `lab` and `cellar` (vaults on it), datasets `d0` and on, of a few files each.
    ///
    /// - Parameter others: sites whose vaults are not there yet.
    init(
        datasets: Int = 1, _ more: String = "", _ environment: [String: String] = [:], sites others: [String] = []
    ) throws {
        site = try FaultSite()
        (self.datasets, self.others) = (datasets, others)
        self.environment = ["PERIGEE_STATE": site.path("state"), "SECRET": "of all vaults"].merging(environment) { $1 }
        var seed = Seed.fromEnvironment()
        for index in 0..<datasets {
            for name in 0..<4 { try site.scratch.write("s\(index)/f\(name)", random: 30_000, &seed) }
        }
        for vault in ["lab", "cellar"] {
            let made = try site.run(
                ["init", "vault:\(site.path(vault))"], with: ["PERIGEE_PASSPHRASE": "of all vaults"])
            try #require(made.status == 0, "\(made.text)")
        }
        try write(more)
    }

    deinit { kill() }

    /// Writes the configuration: the usual, and `more`.
    func write(_ more: String) throws {
        let sets = (0..<datasets).map { "  d\($0): { source: desk, replicas: { desk: \(site.path("s\($0)")) } }\n" }
        let vaults = others.map {
            "  \($0): { attributes: { country: DE }, vault: \"vault:\(site.path($0))\", passphrase: env:SECRET }\n"
        }
        try site.scratch.write(
            "perigee.yaml",
            """
            version: 1
            here: desk
            sites:
              desk: { attributes: { country: DE } }
              lab: { attributes: { country: DE }, vault: "vault:\(site.path("lab"))", passphrase: env:SECRET }
              cellar: { attributes: { country: FR }, vault: "vault:\(site.path("cellar"))", passphrase: env:SECRET }
            \(vaults.joined())
            datasets:
            \(sets.joined())
            \(more)

            """)
    }

    /// Runs the program beside the daemon.
    func run(_ arguments: String...) throws -> FaultSite.Report { try run(arguments) }

    func run(_ arguments: [String]) throws -> FaultSite.Report {
        let outcome = try Program.run(arguments + ["--json", "--quiet"], environment: environment, in: site.scratch)
        let document = try? JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        return FaultSite.Report(outcome: outcome, document: document ?? [:])
    }

    /// Starts the daemon; it is ended after a while, whatever becomes of the test.
    func start(waits: Bool = true, with more: [String: String] = [:]) throws {
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH"].contains($0.key) }
        starts += 1
        guardian = try ChildProcess(
            "/usr/bin/timeout", ["--foreground", "-s", "KILL", "\(Self.lifeMax)", Program.path, "serve"],
            environment: inherited.merging(environment) { $1 }.merging(more) { $1 }
                .merging(["HOME": site.path("")]) { $1 }, in: site.scratch.path, errors: site.path("log\(starts)"))
        guard waits else { return }
        try wait("the daemon works") { try self.run("status").document["is_ready"] as? Bool == true }
    }

    /// The number of the daemon's process.
    var daemon: pid_t? {
        guard let guardian else { return nil }
        let number = guardian.identifier
        let text = try? String(contentsOfFile: "/proc/\(number)/task/\(number)/children", encoding: .utf8)
        return text.flatMap { $0.split(separator: " ").first }.flatMap { pid_t($0) }
    }

    /// Ends the daemon at once.
    func kill() {
        guardian?.end()
        guardian = nil
        // Its first thread may be gone, and others still hold its lock: of its end nobody but the system is told.
        let end = Date(timeIntervalSinceNow: Self.patience)
        while isLocked, Date() < end { usleep(10_000) }
    }

    /// Whether a daemon works with the state.
    private var isLocked: Bool {
        let file = open(site.path("state/daemon.lock"), O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }

    /// Asks the daemon to stop, and waits for it; its status.
    func stop() throws -> Int32 {
        let guardian = try #require(guardian)
        Foundation.kill(try #require(daemon), SIGTERM)
        self.guardian = nil
        return try guardian.status(atMost: .seconds(Self.patience))
    }

    /// What the daemon has told so far.
    var log: String {
        (1...max(1, starts)).map { String(decoding: (try? site.scratch.read("log\($0)")) ?? Data(), as: UTF8.self) }
            .joined()
    }

    /// The port at which the API of the daemon listens, as its log says.
    func port() throws -> UInt16 {
        let lines = String(decoding: try site.scratch.read("log\(starts)"), as: UTF8.self).split(separator: "\n")
        let line = try #require(lines.first { $0.contains("the API and the dashboard listen at") }, "\(log)")
        let digits = line.split(separator: ":").last?.prefix { $0.isNumber } ?? ""
        return try #require(UInt16(digits), "\(line)")
    }

    /// Waits until `condition` holds.
    func wait(_ what: String, until condition: () throws -> Bool) throws {
        let end = Date(timeIntervalSinceNow: Self.patience)
        while Date() < end {
            if try condition() { return }
            usleep(50_000)
        }
        try #require(Bool(false), "waited in vain until \(what): \(log.suffix(3000))")
    }

    /// Waits until no run is open.
    func settle() throws {
        try wait("no run is open") { (try self.run("status").document["runs"] as? [Any])?.isEmpty == true }
    }

    /// All runs, newest first.
    func runs(_ more: String...) throws -> [[String: Any]] {
        let report = try run(["runs", "-n", "1000"] + more)
        return try #require(report.document["runs"] as? [[String: Any]], "\(report.text)")
    }

    /// The IDs of the snapshots of a dataset in a vault.
    func snapshots(_ vault: String, _ dataset: String) throws -> [String] {
        let report = try site.run(
            ["log", "vault:\(site.path(vault))#\(dataset)"], with: ["PERIGEE_PASSPHRASE": "of all vaults"])
        let sets = report.document["datasets"] as? [[String: Any]]
        let rows = (sets?.first?["snapshots"] ?? report.document["snapshots"]) as? [[String: Any]] ?? []
        return rows.compactMap { $0["id"] as? String }
    }
}
