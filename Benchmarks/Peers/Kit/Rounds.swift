internal import Glibc

/// The rounds of one workload: in each, every tool has its turn, so that what changes about a machine in the course of
/// a run meets all of them alike.
package struct Rounds {
    private let tools: [Tool]
    private let repetitions: Int
    private let patienceSeconds: Double
    private let holdsMemory: Bool
    private let work: WorkFolder
    private let meter: Meter
    private let link: Link?

    /// Rounds of `tools`, as often as `repetitions`.
    ///
    /// A tool whose turns took longer than `patienceSeconds` together has no further one. `holdsMemory` says whether to
    /// keep a virtual machine's free memory from its host meanwhile. Where there is a `link`, all commands run at its
    /// near end.
    package init(
        tools: [Tool], repetitions: Int, patienceSeconds: Double, holdsMemory: Bool = false, work: WorkFolder,
        meter: Meter, link: Link? = nil
    ) {
        self.tools = tools
        self.repetitions = repetitions
        self.patienceSeconds = patienceSeconds
        self.holdsMemory = holdsMemory
        self.work = work
        self.meter = meter
        self.link = link
    }

    /// Measures `workload`; `heard` is given each sample at once.
    package func run(_ workload: inout Workload, _ heard: (Sample) -> Void) throws {
        try makeLive(workload)
        if holdsMemory { work.room.hold(allBut: workload.bytes * 3) }
        defer {
            work.room.release()
            try? work.live.remove()
        }
        var spent: [String: Double] = [:]
        for group in Tool.Group.allCases {
            let members = tools.filter { $0.group == group }
            for round in 1...max(1, repetitions) {
                // Each round begins with another tool: nobody is always the one to come after the slowest.
                for index in members.indices {
                    let tool = members[(index + round - 1) % members.count]
                    guard spent[tool.name, default: 0] <= patienceSeconds else { continue }
                    let cycle = Cycle(tool: tool, round: round, work: work, meter: meter, link: link)
                    try cycle.run(&workload) { sample in
                        spent[tool.name, default: 0] += sample.wallSeconds
                        heard(sample)
                    }
                }
            }
        }
    }

    /// Copies the first version to the live tree, with all its attributes.
    private func makeLive(_ workload: Workload) throws {
        try Tree.makeFolder(work.live.root)
        let copied = try meter.run(
            ["cp", "-a", "\(workload.first.root)/.", work.live.root], in: work.path, environment: [:], log: work.log)
        guard copied.end == .done else {
            throw PeersError("\(workload.first.root) cannot be copied: \(Meter.lastLine(of: work.log))")
        }
    }
}
