import Foundation
import PeersKit
import Testing

@Suite("A round of tools")
struct RoundsTests {
    /// Runs tools on a tree of three files, for at most so many seconds a command.
    private func samples(_ tools: [Tool], limitSeconds: Int = 60, repetitions: Int = 1) throws -> [Sample] {
        let scratch = try Scratch()
        for index in 0..<3 { try scratch.write("file \(index)\n".utf8, to: "data/folder/\(index)") }
        var workload = try Workload(kind: .sources, first: "\(scratch.path)/data", second: nil, seed: 1)
        let work = try WorkFolder(within: scratch.path)
        let meter = Meter(path: SearchPath(folders: ["/usr/bin", "/bin"]), limitSeconds: limitSeconds)
        let rounds = Rounds(tools: tools, repetitions: repetitions, patienceSeconds: 60, work: work, meter: meter)
        var samples: [Sample] = []
        try rounds.run(&workload) { samples.append($0) }
        try work.remove()
        #expect(!FileManager.default.fileExists(atPath: work.path))
        return samples
    }

    private func tool(_ name: String, _ phases: [Phase: Tool.Step]) -> Tool {
        Tool(
            name: name, group: .tree, reference: "perigee sync", program: "cp", version: "--version", remedy: "",
            phases: phases)
    }

    @Test("times what is right, turn by turn, and measures memory and bytes")
    func timesRight() throws {
        let copy: Tool.Step = "cp -a {source}/. {destination}/"
        let samples = try samples([tool("a", [.first: copy]), tool("b", [.first: copy])], repetitions: 2)
        #expect(samples.map { "\($0.tool)\($0.round)" } == ["a1", "b1", "b2", "a2"])
        #expect(samples.allSatisfy { $0.outcome == .right && $0.destinationBytes == 21 && $0.attributesLost == 0 })
        #expect(samples.allSatisfy { $0.wallSeconds > 0 && $0.peakBytes > 100_000 })
    }

    @Test("finds a copy that lacks a file, and one made before the change, wrong")
    func findsWrong() throws {
        let samples = try samples([
            tool("less", [.first: "cp {source}/folder/1 {destination}/1"]),
            tool("late", [.first: "cp -a {source}/. {destination}/", .change: "true"]),
        ])
        #expect(samples.map(\.outcome) == [.wrong, .right, .wrong])
        #expect(samples[0].note.contains("folder is missing"))
    }

    @Test("says how a command failed, and ends one that takes too long")
    func failures() throws {
        let samples = try samples(
            [tool("fails", [.first: "cp {source}/none {destination}"]), tool("sleeps", [.first: "sleep 30"])],
            limitSeconds: 1)
        #expect(samples.map(\.outcome) == [.failed, .overdue])
        #expect(samples[0].note.hasPrefix("status 1: /usr/bin/cp: cannot stat"))
        #expect(samples[1].wallSeconds < 20)
    }
}
