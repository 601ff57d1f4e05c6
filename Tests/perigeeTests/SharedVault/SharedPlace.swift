import Foundation
import TestSupport
import Testing

/// A vault and a folder beside it, and runs of the program on both, each with the state folder of its own machine.
struct SharedPlace {
    /// What became of a run.
    struct Run {
        /// How it ended.
        let ending: ChildProcess.Ending
        /// What it said on standard output, where that is whole.
        let document: [String: Any]
        /// How long it took, in seconds.
        let seconds: Double
        private let words: String
        private let errors: String

        init(_ arguments: [String], _ ending: ChildProcess.Ending, output: Data, errors: Data, seconds: Double) {
            self.ending = ending
            self.seconds = seconds
            document = (try? JSONSerialization.jsonObject(with: output) as? [String: Any]) ?? [:]
            words = arguments.joined(separator: " ")
            self.errors = String(decoding: output.prefix(1000) + errors.prefix(1000), as: UTF8.self)
        }

        /// Whether it did all that it was asked for.
        var isDone: Bool { ending == .exited(status: 0) }
        /// Whether it was killed.
        var isKilled: Bool { ending == .killed(signal: SIGKILL) }
        /// The error's code, where it ended with one.
        var code: String? { document["code"] as? String }
        /// Everything about it, for messages of tests.
        var text: String { "\(words): \(ending) \(errors)" }

        /// How many packs the report of a gc has in a group.
        func packs(_ group: String) -> Int { (document[group] as? [String: Any])?["count"] as? Int ?? -1 }
    }

    let scratch: Scratch
    /// The vault as an endpoint.
    let vault: String
    private let environment: [String: String]
    private var key: [String] { ["--key-file", scratch.path("key")] }

    /// A new vault in a folder.
    init() throws { try self.init(nil) }

    /// A new vault in a bucket of `server`; nil: in a folder.
    init(_ server: ObjectServer?) throws {
        scratch = try Scratch()
        vault =
            server.map { "s3://\($0.bucket)/v\(UUID().uuidString.lowercased())" } ?? "vault:\(scratch.path("vault"))"
        var environment = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH"].contains($0.key) }
        environment["HOME"] = scratch.path
        if let server {
            environment["AWS_ACCESS_KEY_ID"] = server.accessKey
            environment["AWS_SECRET_ACCESS_KEY"] = server.secretKey
            environment["AWS_ENDPOINT_URL_S3"] = server.endpoint
        }
        self.environment = environment
        // A key that opens at once, where a passphrase would take a fifth of a second each time.
        try scratch.write("key", Data((0..<32).map { UInt8($0) }))
        let made = try run(["init", vault], on: "first")
        try #require(made.isDone, "\(made.text)")
    }

    /// A dataset in the vault, or one snapshot of it.
    func endpoint(_ dataset: String, _ snapshot: String? = nil) -> String {
        "\(vault)#\(dataset)" + (snapshot.map { "@\($0)" } ?? "")
    }

    /// Runs the program to its end; kills it where it still runs after `life` seconds.
    func run(_ arguments: [String], on machine: String, killedAfter life: Double? = nil) throws -> Run {
        let (output, errors) = (scratch.path("out-\(machine)"), scratch.path("errors-\(machine)"))
        let start = Date()
        let process = try ChildProcess(
            Program.path, arguments + key + ["--json", "--quiet"],
            environment: environment.merging(["PERIGEE_STATE": scratch.path("state-\(machine)")]) { $1 },
            in: scratch.path, output: output, errors: errors)
        if let life {
            while process.isRunning, Date().timeIntervalSince(start) < life { usleep(1000) }
            process.send(SIGKILL)
        }
        let ending = try process.wait()
        return Run(
            arguments, ending, output: try scratch.read("out-\(machine)"),
            errors: try scratch.read("errors-\(machine)"),
            seconds: Date().timeIntervalSince(start))
    }
}
