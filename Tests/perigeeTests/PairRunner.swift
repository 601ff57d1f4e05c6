import Foundation
import Testing

/// Runs the program between any two ends of a ``PairLab``, from the near site, with a bound on each run's time.
struct PairRunner: Sendable {
    /// A run that did not end as it should.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// The words before a command that is to run on the near site.
    let reach: [String]
    /// Where the far site's server of `ssh` listens, and its agents.
    let shell: String, sender: String, taker: String
    /// Where vaults in the object store lie.
    let bucket: String
    /// The folder of all data, with a `/` at its end.
    let folder: String
    /// The command in the place of `ssh`.
    let ssh: String
    let environment: [String: String]

    /// How long a run may take, in seconds.
    private static let deadline = 600

    /// What a destination is called.
    static func name(_ from: PairKind, _ to: PairKind) -> String { "\(from)-to-\(to)" }

    func path(_ name: String) -> String { folder + name }

    /// The end with the data; of a vault without the dataset.
    func source(_ kind: PairKind) -> String {
        switch kind {
        case .tree: path("s")
        case .shellTree: "ssh://\(NSUserName())@\(shell)\(path("s"))"
        case .agentTree: "perigee://\(sender)/s"
        case .vault: "vault:\(path("sv"))"
        case .shellVault: "vault:ssh://\(shell)\(path("sv"))"
        case .agentVault: "vault:perigee://\(sender)/sv"
        case .bucket: "\(bucket)/source"
        }
    }

    /// The end that data goes to; of a vault without the dataset.
    ///
    /// The far host goes by another name than as a source: so what comes from it does not stay there.
    func destination(_ kind: PairKind, from: PairKind) -> String {
        let name = Self.name(from, kind)
        return switch kind {
        case .tree: path(name)
        case .shellTree: "ssh://\(shell)\(path(name))"
        case .agentTree: "perigee://\(taker)/\(name)"
        case .vault: "vault:\(path(name))"
        case .shellVault: "vault:ssh://\(shell)\(path(name))"
        case .agentVault: "vault:perigee://\(taker)/\(name)"
        case .bucket: "\(bucket)/\(name)"
        }
    }

    /// Runs the program to its end.
    func run(_ arguments: [String]) throws -> Program.Outcome {
        let words =
            reach + ["timeout", "-k", "5", "\(Self.deadline)", Program.path] + arguments
            + ["--json", "--quiet", "--ssh", ssh, "--remote-perigee", path("far-perigee")]
        let secret = ["sync", "snapshot", "restore", "estimate", "init", "verify"].contains(arguments.first)
        return try Program.run(
            words + (secret ? ["--key-file", path("key")] : []), environment: environment, program: "/usr/bin/env")
    }

    /// Runs the program, and expects that all went well.
    @discardableResult
    func done(_ arguments: String...) throws -> PairReport {
        let outcome = try run(arguments)
        guard outcome.status == 0 else {
            throw Failure(description: "\(arguments): status \(outcome.status) \(outcome.text) \(outcome.errors)")
        }
        return PairReport(try outcome.document())
    }

    /// What is wrong with bringing the data from one kind of end to another; nothing where all is as it should be.
    func faults(_ from: PairKind, _ to: PairKind) -> [String] {
        do {
            return try check(from, to).map { "\(Self.name(from, to)): \($0)" }
        } catch {
            return ["\(Self.name(from, to)): \(error)"]
        }
    }

    private func check(_ from: PairKind, _ to: PairKind) throws -> [String] {
        let (vault, dataset) = (destination(to, from: from), to.isTree ? "" : "#d")
        if to == .bucket { try done("init", vault, "--like", "vault:\(path("sv"))") }
        let ends = [source(from) + (from.isTree ? "" : "#d"), vault + dataset]
        let foreseen = try done("estimate", ends[0], ends[1])
        let first = try done("sync", ends[0], ends[1])
        var faults = first.missing > 0 ? [] : ["nothing was moved: \(first)"]
        if !(1...first.missing).contains(foreseen.missing) {
            faults.append("\(foreseen.missing) bytes were foreseen, \(first.missing) were missing")
        }
        faults += try differences(to, vault, Self.name(from, to))
        let again = try done("sync", ends[0], ends[1])
        if again.moved > 0 { faults.append("the second run has moved something: \(again)") }
        return faults
    }

    /// How the destination differs from the data, by the word of other programs.
    private func differences(_ to: PairKind, _ vault: String, _ name: String) throws -> [String] {
        var made = name
        if !to.isTree {
            made = "\(name)-restored"
            // Read where it lies: how it went there is what is tested.
            let place = to == .bucket ? vault : "vault:\(path(name))"
            try done("restore", "\(place)#d", path(made))
        }
        return try Self.differences(path("s"), path(made))
    }

    /// How two trees differ.
    static func differences(_ a: String, _ b: String) throws -> [String] {
        var told = ""
        for line in [
            "diff -r --no-dereference '\(a)' '\(b)'", "rsync -nacHAX --delete --itemize-changes '\(a)/' '\(b)/'",
        ] {
            let outcome = try Program.run(["-c", line], program: "/bin/bash")
            told += outcome.text + outcome.errors
        }
        return told.isEmpty ? [] : [told]
    }
}

/// The figures of a report.
struct PairReport: CustomStringConvertible {
    let document: [String: Any]

    init(_ document: [String: Any]) { self.document = document }

    /// A figure of a group, or the middle of its spread.
    func figure(_ group: String, _ name: String) -> Int {
        let value = (document[group] as? [String: Any])?[name]
        return (value as? NSNumber)?.intValue ?? ((value as? [String: Any])?["p50"] as? NSNumber)?.intValue ?? -1
    }

    var missing: Int { figure("bytes", "missing") }
    /// What crossed, both ways.
    var wire: Int { figure("bytes", "wire_sent") + figure("bytes", "wire_received") }
    /// Files and chunks that a run has brought.
    var moved: Int { missing + figure("files", "new") + figure("files", "changed") + figure("chunks", "missing") }

    var description: String { "\(document)" }
}
