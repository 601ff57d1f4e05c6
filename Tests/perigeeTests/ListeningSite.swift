import Foundation
import TestSupport
import Testing

/// Two sites with states of their own, one of which runs an agent that listens.
final class ListeningSite {
    let site: FaultSite
    private let state: String
    private(set) var agent: ChildProcess?
    /// What the agent printed when it was ready.
    private(set) var document: [String: Any] = [:]

    /// Gives both identities: the near site is that of ``site``, the far one keeps its state in `far`.
    ///
    /// - Parameters:
    ///   - state: the far site's state.
    ///   - other: a site whose near site is that of this one too.
    init(state: String = "far", beside other: ListeningSite? = nil) throws {
        site = try other?.site ?? FaultSite()
        self.state = state
        for state in ["state", state] where !FileManager.default.fileExists(atPath: site.path("\(state)/trust")) {
            let made = try site.run(["identity", "new", "--state", site.path(state)])
            #expect(made.status == 0, "\(made.text)")
        }
    }

    deinit { kill() }

    /// The identity of the site with this state.
    func identity(_ state: String) throws -> String {
        let shown = try site.run(["identity", "--state", site.path(state)])
        return try #require(shown.document["identity"] as? String)
    }

    /// Starts the agent, with the same port as the last one had, and waits until it listens.
    func start(
        _ exports: String..., relayingTo relays: [String] = [], within spaces: LinkedSpaces? = nil
    ) throws { try start(exports, relayingTo: relays, within: spaces) }

    /// Starts the agent likewise, at the far end of a link where one is named.
    func start(_ exports: [String], relayingTo relays: [String] = [], within spaces: LinkedSpaces? = nil) throws {
        let listen = document["listen"] as? String ?? spaces.map { _ in "\(LinkedSpaces.farAddress):0" } ?? "0"
        let place = spaces.map { ["ip", "netns", "exec", $0.far] } ?? []
        let process = try ChildProcess(
            "/usr/bin/env",
            place + [Program.path, "agent", "--listen", listen, "--state", site.path(state), "--json"]
                + exports.flatMap { ["--export", $0] } + relays.flatMap { ["--relay-to", $0] },
            output: site.path("\(state).out"), errors: site.path("\(state).err"))
        agent = process
        for _ in 0..<600 {
            let output = try site.scratch.read("\(state).out")
            if output.last == UInt8(ascii: "\n") {
                document = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
                return
            }
            try #require(process.isRunning, "\(told())")
            Thread.sleep(forTimeInterval: 0.05)
        }
        Issue.record("the agent is not ready: \(told())")
    }

    /// What the agent told so far.
    func told() -> String { String(decoding: (try? site.scratch.read("\(state).err")) ?? Data(), as: UTF8.self) }

    /// Waits until the agent has told `text`.
    func hasTold(_ text: String) -> Bool {
        for _ in 0..<200 {
            if told().contains(text) { return true }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return false
    }

    /// What the agent exports as `name`.
    func endpoint(_ name: String) -> String { "perigee://\(document["listen"] as? String ?? "")/\(name)" }

    /// Has both sites trust each other, the near one with `rights`.
    func trust(_ rights: String = "read,write") throws {
        let listen = try #require(document["listen"] as? String)
        for words in [
            ["trust", "add", state, try identity(state), "--at", listen, "--replace"],
            [
                "trust", "add", "near", try identity("state"), "--allow", rights, "--replace", "--state",
                site.path(state),
            ],
        ] {
            let added = try site.run(words)
            #expect(added.status == 0, "\(added.text)")
        }
    }

    /// Asks the agent to stop, and gives its status.
    func stop() -> Int32? {
        guard let agent else { return nil }
        self.agent = nil
        agent.send(SIGTERM)
        return try? agent.status()
    }

    /// Kills the agent.
    func kill() {
        agent?.end()
        agent = nil
    }
}
