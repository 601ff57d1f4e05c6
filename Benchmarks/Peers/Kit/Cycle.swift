internal import Glibc

/// All phases of one tool on one workload, from an empty destination on.
struct Cycle {
    let tool: Tool
    let round: Int
    let work: WorkFolder
    let meter: Meter
    /// The link that lies between the tree and the destination, if one does.
    let link: Link?

    /// Runs the phases, and gives each sample to `heard`.
    ///
    /// The live tree is changed on the way, and as it was at the end. Ends early where a phase fails that later ones build
    /// on.
    func run(_ workload: inout Workload, _ heard: (Sample) -> Void) throws {
        try work.renew()
        for step in tool.setup {
            let measured = try perform(step)
            guard measured.end == .done else {
                return heard(
                    sample(workload, .first, measured, .failed, note: "setup: \(Meter.lastLine(of: work.log))"))
            }
        }
        var isChanged = false
        defer { if isChanged { try? workload.change.revert(work.live) } }
        for phase in Phase.allCases {
            guard let step = tool.phases[phase] else { continue }
            if phase == .change {
                isChanged = true
                try workload.change.apply(to: work.live)
            }
            let sample = try timed(step, phase, workload)
            heard(sample)
            if sample.outcome != .right, phase != .verify { break }
        }
        if isChanged {
            isChanged = false
            try workload.change.revert(work.live)
        }
        try work.renew()
    }

    private func timed(_ step: Tool.Step, _ phase: Phase, _ workload: Workload) throws -> Sample {
        if phase.writesMuch { work.room.touch(bytes: workload.bytes) }
        sync()  // so that nobody pays for what another has left to write
        let before = try link?.crossedBytes()
        let measured = try perform(step)
        let last = measured.end == .done ? "" : Meter.lastLine(of: work.log)
        let crossed = try before.map { try (link?.crossedBytes() ?? $0) - $0 }
        func sample(_ outcome: Sample.Outcome, lost: Int = 0, note: String = "") -> Sample {
            self.sample(workload, phase, measured, outcome, crossed: crossed, lost: lost, note: note)
        }
        switch measured.end {
        case .done: break
        case .overdue: return sample(.overdue, note: "ended after its time was over")
        case .failed(let code): return sample(.failed, note: "status \(code): \(last)")
        case .killed(let signal): return sample(.failed, note: "killed by signal \(signal)")
        }
        guard let copy = result(of: phase) else { return sample(.right) }
        let comparison = try TreeComparison(of: copy, with: work.live)
        return sample(
            comparison.isSame ? .right : .wrong, lost: comparison.attributes, note: comparison.summary)
    }

    /// The tree that a phase must have made equal to the live one.
    private func result(of phase: Phase) -> Tree? {
        switch (tool.group, phase) {
        case (_, .restore): work.restored
        case (.tree, .first), (.tree, .change), (.farTree, .first), (.farTree, .change): work.destination
        default: nil
        }
    }

    private func perform(_ step: Tool.Step) throws -> Measured {
        let state = work.state.root
        var environment = ["HOME": state, "TMPDIR": state, "XDG_CACHE_HOME": "\(state)/cache"]
        for (name, value) in tool.environment { environment[name] = work.filled(value) }
        let words = step.words.split(separator: " ").map { work.filled(String($0)) }
        return try meter.run(
            link?.command(words) ?? words, in: work.filled(step.folder), environment: environment, log: work.log)
    }

    private func sample(
        _ workload: Workload, _ phase: Phase, _ measured: Measured, _ outcome: Sample.Outcome, crossed: Int? = nil,
        lost: Int = 0, note: String = ""
    ) -> Sample {
        Sample(
            workload: workload.kind, tool: tool.name, phase: phase, round: round, outcome: outcome,
            wallSeconds: measured.wall, userSeconds: measured.user, systemSeconds: measured.system,
            peakBytes: measured.peak, destinationBytes: (try? work.destination.extent().bytes) ?? 0,
            foreignSeconds: measured.foreign, attributesLost: lost, note: note,
            crossedBytes: crossed)
    }
}
