import Foundation
import TestSupport
import Testing

/// What syncs with another host cost in bytes and round trips, counted by the line between the two.
@Suite("What crosses the wire", .enabled(if: CountedLine.isPossible, "needs python3"))
final class WireCostTests {
    private let site: FaultSite
    private let line: CountedLine
    private var seed = Seed.fromEnvironment()

    init() throws {
        site = try FaultSite()
        line = try CountedLine(milliseconds: 20)
    }

    /// Syncs the folder `s` to another host, or from there; and what that cost.
    private func sync(pulls: Bool = false, _ more: String...) throws -> (
        report: FaultSite.Report, cost: CountedLine.Counts
    ) {
        let (here, there) = ("@\(pulls ? "r" : "s")", "there:\(site.path(pulls ? "s" : "r"))")
        let ends = pulls ? [there, here] : [here, there]
        let report = try site.run(
            ["sync"] + ends + ["--delete", "--ssh", line.command, "--remote-perigee", Program.path] + more)
        try #require(report.status == 0, "\(report.text)")
        return (report, try line.counts())
    }

    @Test(
        "is a round trip or two and some hundred bytes where nothing changed in thousands of files",
        arguments: [false, true])
    func unchanged(pulls: Bool) throws {
        let made = """
            mkdir s && cd s && for d in $(seq 40); do mkdir d$d; for f in $(seq 100); do echo "$d $f" > d$d/file-$f; done; \
            done; find . -exec touch -d 2020-01-01 {} +; sleep 0.2
            """
        try site.shell(made)
        #expect(try sync(pulls: pulls).report["files", "new"] == 4000)
        // What was made just now proves nothing yet.
        try site.shell("sleep 0.2")
        _ = try sync(pulls: pulls)
        let (report, cost) = try sync(pulls: pulls)
        #expect(report["files", "unchanged"] == 4000, "\(report.text)")
        #expect(cost.trips <= (pulls ? 1 : 2) && cost.sent + cost.received < 4096, "\(cost)")
        // The report counts what the line does, but for the goodbyes, and frames without a payload that came meanwhile, or
        // that the line had not read when it was left.
        let (sent, received) = (report["bytes", "wire_sent"], report["bytes", "wire_received"])
        let counted = pulls ? (received, sent) : (sent, received)
        #expect((-100...80).contains(cost.sent - counted.0), "\(report.text) \(cost)")
        #expect((-100...80).contains(cost.received - counted.1), "\(report.text) \(cost)")
    }

    @Test(
        "is two round trips until a few new files are there, and one where nothing changed in them",
        arguments: [false, true])
    func few(pulls: Bool) throws {
        try site.shell("mkdir s && cd s && for f in $(seq 20); do echo $f > file-$f; done; sleep 0.2")
        // What is to be sent, or what is asked for, goes along with the hello; the files come with the next message.
        let first = try sync(pulls: pulls)
        #expect(first.report["files", "new"] == 20 && first.cost.trips <= 2, "\(first.cost)")
        _ = try sync(pulls: pulls)
        let (report, cost) = try sync(pulls: pulls)
        #expect(report["files", "unchanged"] == 20 && cost.trips <= 1, "\(cost)")
        #expect(try site.differences("s", "r").isEmpty)
    }

    /// A change of a tree, and which of its paths it touches.
    enum Change: String, CaseIterable {
        case append, clustered, scattered, renames, checkpoint, smallFiles
    }

    @Test(
        "is what is missing, compressed, and a little for each chunk and page, whatever changed",
        arguments: Change.allCases)
    func changed(change: Change) throws {
        try makeTree()
        _ = try sync()
        try site.shell("sleep 0.2; rm -rf before; cp -a s before")
        _ = try sync()
        let base = try sync().cost
        try apply(change)
        let (report, cost) = try sync()
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
        let bound = try WireBound(from: site.path("before"), to: site.path("s"))
        // What a run that moves nothing says is no part of what moving costs.
        let crossed = cost.sent + cost.received - base.sent - base.received
        #expect(crossed <= bound.bytes, "\(change): \(crossed) of \(bound), seed \(seed.value), \(report.text)")
    }

    @Test("is little for each change in a snapshot into a vault there, however many files it has")
    func snapshot() throws {
        try site.shell(
            """
            mkdir s && cd s && for d in $(seq 30); do mkdir d$d; for f in $(seq 100); do echo "$d $f $d$f" > d$d/file-$f; done; \
            done; find . -exec touch -d 2020-01-01 {} +
            """)
        let vault = "vault:there:\(site.path("v"))"
        let there = ["--ssh", line.command, "--remote-perigee", Program.path]
        #expect(try site.run(["init", vault] + there).status == 0)
        let snapshot = {
            let report = try self.site.run(["snapshot", "@s", "\(vault)#data"] + there)
            try #require(report.status == 0, "\(report.text)")
            return try self.line.counts()
        }
        let first = try snapshot()
        try site.shell("sleep 0.2; cp -a s before")
        let base = try snapshot()
        for index in 0..<30 {
            let (folder, file) = (1 + index, 1 + Int(seed.next() % 100))
            try append("d\(folder)/file-\(file)", "more \(seed.next())\n")
        }
        try site.shell("sleep 0.2")
        let cost = try snapshot()
        let bound = try WireBound(from: site.path("before"), to: site.path("s"))
        #expect(bound.chunks == 30 && bound.pages > 20)
        let crossed = cost.sent + cost.received - base.sent - base.received
        #expect(crossed <= bound.bytes, "\(crossed) of \(bound), \(first), seed \(seed.value)")
        let restored = try site.run(["restore", "\(vault)#data", site.path("r")] + there)
        #expect(restored.status == 0, "\(restored.text)")
        #expect(try site.differences("s", "r").isEmpty, "seed \(seed.value)")
    }

    /// Small files in folders, a log, a table of rows, and weights.
    private func makeTree() throws {
        for index in 0..<600 {
            let text = (0..<40).map { _ in "line \(seed.next() % 1_000_000) of \(index)\n" }.joined()
            try site.scratch.write("s/src/d\(index / 60)/file-\(index).txt", text)
        }
        try site.scratch.write("s/log", rows(60_000))
        try site.scratch.write("s/table.csv", rows(60_000))
        try site.scratch.write("s/steps/step-1.bin", random: 6 << 20, &seed)
        try site.shell("find s -exec touch -d 2020-01-01 {} +")
    }

    private func rows(_ count: Int) -> String {
        var text = ""
        for row in 0..<count { text += "\(row),user-\(seed.next() % 50_000),\(seed.next() % 1_000_000),paid\n" }
        return text
    }

    private func apply(_ change: Change) throws {
        switch change {
        case .append: try append("log", rows(8000))
        case .clustered:
            let new = rows(1500)
            try edit("table.csv") { $0.replaceSubrange(900_000..<(900_000 + new.utf8.count), with: Data(new.utf8)) }
        case .scattered:
            var places = [Int]()
            for place in stride(from: 5000, to: 1_500_000, by: 50_000) {
                places.append(place + Int(seed.next() % 40_000))
            }
            try edit("table.csv") { table in for place in places { table[place] = UInt8(ascii: "9") } }
        case .renames: try site.shell("mv s/src/d3 s/src/d3-renamed; mv s/src/d7/file-421.txt s/src/d7/renamed.txt")
        case .checkpoint:
            var step = try site.scratch.read("s/steps/step-1.bin")
            for _ in 0..<4 {
                let place = Int(seed.next() % UInt64(step.count - 200_000))
                step.replaceSubrange(place..<(place + 150_000), with: Data(seed.bytes(150_000)))
            }
            try site.scratch.write("s/steps/step-2.bin", Data(seed.bytes(37)) + step)
        case .smallFiles:
            for index in stride(from: 7, to: 600, by: 29) {
                try append("src/d\(index / 60)/file-\(index).txt", "more\n")
            }
        }
        try site.shell("sleep 0.1")
    }

    private func append(_ name: String, _ text: String) throws { try edit(name) { $0.append(Data(text.utf8)) } }

    private func edit(_ name: String, _ body: (inout Data) -> Void) throws {
        var data = try site.scratch.read("s/\(name)")
        body(&data)
        try site.scratch.write("s/\(name)", data)
    }
}
