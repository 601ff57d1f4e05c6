import Foundation
import TestSupport
import Testing

/// A site whose vault is on "another host", which is reached by a command: `ssh` to a ``SecureHost``, or one that only
/// starts the agent.
final class RemoteSite {
    let site: FaultSite
    private let options: [String]
    private let authority: String
    private let host: SecureHost?

    /// A host that is reached without a network: the command drops all but the last word and has a shell run that.
    init() throws {
        site = try FaultSite()
        host = nil
        authority = "me@there"
        // Whoever wants to end the agent finds its number in a file.
        try site.scratch.write(
            "connect",
            "#!/bin/sh\nfor word; do :; done\necho $$ > \(site.path("agent-pid"))\nexec sh -c \"exec $word\"\n")
        try site.shell("chmod +x connect")
        options = ["--ssh", site.path("connect"), "--remote-perigee", Program.path]
    }

    /// A host that is reached by `ssh`.
    init(by host: SecureHost) throws {
        site = try FaultSite()
        self.host = host
        authority = "ssh://127.0.0.1:\(host.port)"
        options = ["--ssh", host.command, "--remote-perigee", Program.path]
    }

    /// The vault as an endpoint.
    func vault(_ dataset: String? = nil) -> String {
        let path = site.path("vault")
        return "vault:" + (host == nil ? "\(authority):\(path)" : authority + path) + (dataset.map { "#\($0)" } ?? "")
    }

    /// Ends the agent as if its host had died; nothing where there is none.
    func killAgent() throws { try site.shell("kill -9 $(cat agent-pid) 2>/dev/null") }

    /// Runs the program.
    func run(_ arguments: String...) throws -> FaultSite.Report { try site.run(arguments + options) }

    /// Starts the program and does not wait for it.
    func start(_ arguments: String...) throws -> ChildProcess { try site.start(arguments + options) }

    /// The words of a run, for a line of shell.
    func words(_ arguments: String...) -> [String] { arguments + options }
}
