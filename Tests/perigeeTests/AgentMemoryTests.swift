import Foundation
import TestSupport
import Testing

/// How much memory an agent takes for many transfers at once, as the system counted it.
@Suite("The memory of an agent")
struct AgentMemoryTests {
    /// What an agent may have resident at most, with eight transfers at once: 256 MiB.
    private static let bound = 256 << 20
    private static let transfers = 8

    /// What is moved.
    enum Load: CaseIterable {
        /// Eight trees towards the agent.
        case pushes
        /// Eight trees from it.
        case pulls
        /// Trees both ways, and snapshots into a vault of it and out of it.
        case mixed
    }

    @Test("stays below its bound with eight transfers at once, whichever way they go", arguments: Load.allCases)
    func bounded(load: Load) throws {
        var seed = Seed.fromEnvironment()
        let listening = try ListeningSite()
        let site = listening.site
        for index in 0..<200 { try site.scratch.write("s/d\(index % 7)/f\(index)", random: index * 211, &seed) }
        for name in ["one", "two"] { try site.scratch.write("s/\(name)", random: 9 << 20, &seed) }
        try site.scratch.write("s/text", String(repeating: "the same line again\n", count: 300_000))
        let trees = (0..<Self.transfers).map { "t\($0)" }
        try site.shell("mkdir \(trees.joined(separator: " "))")
        try listening.start(
            trees.map { "\($0)=\(site.path($0))" } + ["s=\(site.path("s")):ro", "v=vault:\(site.path("v"))"])
        try listening.trust()
        let vault = "vault:" + listening.endpoint("v")
        if load == .mixed {
            for words in [["init", vault], ["snapshot", "@s", "\(vault)#d"]] {
                let made = try site.run(words)
                #expect(made.status == 0, "\(made.text)")
            }
        }
        let runs = try (0..<Self.transfers).map { index -> ChildProcess in
            try site.start(words(load, index, listening, vault))
        }
        let statuses = try runs.map { try $0.status() }
        #expect(statuses == [Int32](repeating: 0, count: runs.count), "\(listening.told())")
        let peak = try #require(try listening.peakMemory())
        #expect(peak <= Self.bound, "\(load): \(peak >> 20) MiB, seed \(seed.value)")
        for index in 0..<Self.transfers {
            guard let made = made(load, index) else { continue }
            #expect(try site.differences("s", made).isEmpty, "\(made), seed \(seed.value)")
        }
        #expect(listening.stop() == 0)
    }

    private func words(_ load: Load, _ index: Int, _ listening: ListeningSite, _ vault: String) -> [String] {
        let push = ["sync", "@s", listening.endpoint("t\(index)")]
        let pull = ["sync", listening.endpoint("s"), "@r\(index)"]
        switch load {
        case .pushes: return push
        case .pulls: return pull
        case .mixed:
            return [push, pull, ["snapshot", "@s", "\(vault)#e\(index)"], ["restore", "\(vault)#d", "@r\(index)"]][
                index % 4]
        }
    }

    /// The tree that the transfer has made; nil for one into a vault.
    private func made(_ load: Load, _ index: Int) -> String? {
        switch load {
        case .pushes: "t\(index)"
        case .pulls: "r\(index)"
        case .mixed: ["t\(index)", "r\(index)", nil, "r\(index)"][index % 4]
        }
    }
}

extension ListeningSite {
    /// The most memory that the agent had resident so far, in bytes; nil where the system does not say.
    func peakMemory() throws -> Int? {
        guard let agent else { return nil }
        let status = try String(contentsOfFile: "/proc/\(agent.identifier)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) }.map { $0 << 10 }
    }
}
