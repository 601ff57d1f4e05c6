import Foundation
import TestSupport
import Testing

/// A folder with whatever a test puts into it, a state folder that stays from run to run, and runs of the program on both.
final class FaultSite {
    /// What a run said.
    struct Report {
        let outcome: Program.Outcome
        let document: [String: Any]

        var status: Int32 { outcome.status }
        /// Everything that it said, for messages of tests.
        var text: String { "status \(status): \(outcome.text.prefix(2000)) \(outcome.errors.prefix(1000))" }
        /// The error's code, where the run ended with one.
        var code: String? { document["code"] as? String }
        /// The files that failed, each with its code.
        var failures: [String: String] {
            let listed = document["failures"] as? [[String: Any]] ?? []
            return Dictionary(
                listed.map { ($0["path"] as? String ?? "", $0["code"] as? String ?? "") },
                uniquingKeysWith: { a, _ in a })
        }

        /// A figure of a group: `report["files", "new"]`.
        subscript(group: String, figure: String) -> Int {
            ((document[group] as? [String: Any])?[figure] as? NSNumber)?.intValue ?? -1
        }
    }

    let scratch: Scratch
    let environment: [String: String]
    private var mounts: [String] = []

    /// A site; with a vault called `vault` where one is wanted.
    init(vault: Bool = false) throws {
        scratch = try Scratch()
        environment = ["PERIGEE_STATE": scratch.path("state"), "PERIGEE_PASSPHRASE": "correct horse"]
        if vault { #expect(try run("init", self.vault()).status == 0) }
    }

    deinit { for mount in mounts { _ = try? shell("umount -l \(mount)") } }

    func path(_ name: String) -> String { scratch.path(name) }

    /// The vault as an endpoint.
    func vault(_ dataset: String? = nil) -> String { "vault:\(path("vault"))" + (dataset.map { "#\($0)" } ?? "") }

    /// Runs the program; names that begin with `@` stand for paths of the site.
    func run(_ arguments: String...) throws -> Report { try run(arguments) }

    func run(_ arguments: [String], with more: [String: String] = [:]) throws -> Report {
        let outcome = try Program.run(
            expand(arguments) + ["--json", "--quiet"], environment: environment.merging(more) { $1 })
        let document = try? JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        return Report(outcome: outcome, document: document ?? [:])
    }

    /// The bytes of a file at an endpoint.
    func bytes(_ endpoint: String, _ path: String) throws -> Data {
        try Program.run("cat", endpoint, path, environment: environment).output
    }

    /// Gives the whole site to the user that ``runAsOrdinary(_:)`` runs as, with a copy of the program.
    func giveToOrdinary() throws {
        guard Self.isSuperuser else { return }
        try shell("cp -n \"$P\" program; mkdir -p state; chown -R nobody .; chmod 755 . program")
    }

    /// Runs the program as a user without rights of their own: nobody, where the tests run as the superuser.
    func runAsOrdinary(_ arguments: String...) throws -> Report { try runAsOrdinary(arguments) }

    func runAsOrdinary(_ arguments: [String]) throws -> Report {
        guard Self.isSuperuser else { return try run(arguments) }
        try giveToOrdinaryState()
        let words = (expand(arguments) + ["--json", "--quiet"]).map { "'\($0)'" }.joined(separator: " ")
        let outcome = try shell("\(Self.become) ./program \(words)")
        let document = try? JSONSerialization.jsonObject(with: outcome.output) as? [String: Any]
        return Report(outcome: outcome, document: document ?? [:])
    }

    /// Runs a line of shell as that user.
    @discardableResult
    func shellAsOrdinary(_ line: String) throws -> Program.Outcome {
        guard Self.isSuperuser else { return try shell(line) }
        try shell("chown nobody .; chmod 755 .")
        return try Program.run(
            Self.become.split(separator: " ").map(String.init) + ["bash", "-c", line], environment: environment,
            in: scratch, program: "/usr/bin/env")
    }

    /// Starts the program as that user and does not wait for it.
    func startAsOrdinary(_ arguments: String...) throws -> ChildProcess {
        guard Self.isSuperuser else { return try start(arguments) }
        try giveToOrdinaryState()
        let words = Self.become.split(separator: " ").map(String.init)
        return try start(words + [path("program")] + expand(arguments), program: "/usr/bin/env")
    }

    private func giveToOrdinaryState() throws {
        try shell("cp -n \"$P\" program; chmod 755 . program; mkdir -p state; chown -R nobody state")
    }

    private static let become = "setpriv --reuid=65534 --regid=65534 --clear-groups"

    /// Runs a line of shell in the site.
    @discardableResult
    func shell(_ line: String) throws -> Program.Outcome {
        try Program.shell(line, environment: environment, in: scratch)
    }

    /// Starts the program and does not wait for it.
    func start(_ arguments: String...) throws -> ChildProcess { try start(arguments) }

    func start(_ arguments: [String], program: String = Program.path) throws -> ChildProcess {
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH"].contains($0.key) }
        return try ChildProcess(
            program, expand(arguments) + ["--json", "--quiet"],
            environment: inherited.merging(environment) { $1 }.merging(["HOME": scratch.path]) { $1 })
    }

    /// Mounts a small file system on the folder `name`.
    func mount(_ name: String, size: String) throws {
        let done = try shell("mkdir -p \(name) && mount -t tmpfs -o size=\(size) none \(name)")
        try #require(done.status == 0, "\(done.errors)")
        mounts.append(name)
    }

    /// The files of a tree with their bytes, links with their targets; folders and what runs leave behind left out.
    func files(_ tree: String) throws -> [String: Data] {
        let manager = FileManager.default
        var files = [String: Data]()
        for name in try manager.subpathsOfDirectory(atPath: path(tree)) where !name.contains(".perigee-") {
            let path = self.path("\(tree)/\(name)")
            switch try manager.attributesOfItem(atPath: path)[.type] as? FileAttributeType {
            case .typeRegular: files[name] = try Data(contentsOf: URL(fileURLWithPath: path))
            case .typeSymbolicLink: files[name] = Data("-> \(try manager.destinationOfSymbolicLink(atPath: path))".utf8)
            default: continue
            }
        }
        return files
    }

    /// What killed runs left in a tree.
    func leftovers(_ tree: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path(tree)).filter { $0.contains(".perigee-") }
    }

    /// How two trees differ, told by another program; nothing where they do not.
    func differences(_ a: String, _ b: String) throws -> String {
        guard Self.hasRsync else {
            return try TreeComparison.differences(path(a), path(b), except: .holes).joined(separator: "\n")
        }
        let told = try shell("rsync -nacHAXx --delete --itemize-changes '\(a)/' '\(b)/'")
        return told.text + told.errors
    }

    private func expand(_ arguments: [String]) -> [String] {
        arguments.map { $0.hasPrefix("@") ? path(String($0.dropFirst())) : $0 }
    }

    /// Whether this user can mount file systems.
    static let canMount: Bool = {
        let line = "d=$(mktemp -d) && mount -t tmpfs none $d && umount $d && rmdir $d"
        return (try? Program.run(["-c", line], program: "/bin/bash").status == 0) ?? false
    }()

    /// Whether rsync is installed, as a second opinion.
    static let hasRsync = (try? Program.run(["-c", "rsync --version"], program: "/bin/bash").status == 0) ?? false

    /// Whether tests can run the program as a user without rights of their own.
    static let hasOrdinaryUser: Bool = {
        guard isSuperuser else { return true }
        return (try? Program.run(["-c", "\(become) true"], program: "/bin/bash").status == 0) ?? false
    }()

    /// Whether the tests run as the superuser.
    static let isSuperuser = geteuid() == 0
}
