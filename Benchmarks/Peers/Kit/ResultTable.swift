/// What the tools of one group came to on one workload.
struct ResultTable {
    let record: Record
    let tools: [Tool]
    let kind: Kind
    let group: Tool.Group

    /// The group's tools of which there are samples.
    var members: [Tool] {
        tools.filter { tool in
            tool.group == group && record.samples.contains { $0.workload == kind && $0.tool == tool.name }
        }
    }

    /// A row for each tool: its phases, what it stored, its memory, and how often it ran.
    var grid: Grid {
        let phases = Phase.allCases.filter { phase in members.contains { figure($0, phase) != nil } }
        let crosses = members.contains { figure($0, .first)?.crossedBytes != nil }
        let extra: [(head: String, cell: (Tool) -> String)] =
            (crosses ? [("crossed", crossed)] : []) + (group == .vault ? [("stored", stored)] : [])
            + [("memory", memory), ("runs", runs)]
        let rows = members.map { tool in
            Grid.Row(
                [tool.name] + phases.map { cell(tool, $0) } + extra.map { $0.cell(tool) }, isEmphasised: tool.isPerigee)
        }
        return Grid(head: [group.title] + phases.map(\.title) + extra.map(\.head), rows: rows)
    }

    /// What went wrong, what was not kept, and where Perigee is not the fastest.
    var remarks: [String] { members.flatMap { failures($0) + losses($0) } + faster }

    private func figure(_ tool: Tool, _ phase: Phase) -> Figure? {
        Figure(
            record.samples.filter { $0.workload == kind && $0.tool == tool.name && $0.phase == phase },
            cores: record.machine.cores)
    }

    /// The figure that the one of `tool` is compared with.
    private func reference(of tool: Tool, _ phase: Phase) -> Figure? {
        guard !tool.isPerigee else { return nil }
        return tools.first { $0.name == tool.reference }.flatMap { figure($0, phase) }
    }

    private func cell(_ tool: Tool, _ phase: Phase) -> String {
        figure(tool, phase)?.cell(beside: reference(of: tool, phase)) ?? ""
    }

    private func stored(_ tool: Tool) -> String {
        guard let first = figure(tool, .first), first.outcome == .right else { return "" }
        let before = figure(tool, .again)?.destinationBytes ?? first.destinationBytes
        let added = figure(tool, .change).flatMap { $0.outcome == .right ? $0.destinationBytes - before : nil }
        return Words.bytes(first.destinationBytes) + (added.map { " + \(Words.bytes($0))" } ?? "")
    }

    /// What crossed the link in the first run, when nothing had changed, and after the change.
    private func crossed(_ tool: Tool) -> String {
        [Phase.first, .again, .change]
            .compactMap { phase in figure(tool, phase)?.crossedBytes.map(Words.bytes) }.joined(separator: " + ")
    }

    private func memory(_ tool: Tool) -> String {
        Words.bytes(Phase.allCases.compactMap { figure(tool, $0)?.peakBytes }.max() ?? 0)
    }

    private func runs(_ tool: Tool) -> String { String(figure(tool, .first)?.count ?? 0) }

    private func failures(_ tool: Tool) -> [String] {
        Phase.allCases.compactMap { phase in
            guard let figure = figure(tool, phase), figure.outcome != .right else { return nil }
            return "\(tool.name), \(phase.title), \(figure.outcome.rawValue): \(figure.note)"
        }
    }

    private func losses(_ tool: Tool) -> [String] {
        let lost = Phase.allCases.compactMap { figure(tool, $0)?.attributesLost }.max() ?? 0
        return lost > 0 ? ["\(tool.name) did not keep permissions or times: \(Words.count(lost, "name"))."] : []
    }

    private var faster: [String] {
        let named = members.compactMap { tool in
            let phases = Phase.allCases.filter { phase in
                guard let figure = figure(tool, phase), let reference = reference(of: tool, phase) else { return false }
                return figure.isFaster(than: reference)
            }
            return phases.isEmpty ? nil : "\(tool.name) (\(phases.map(\.title).joined(separator: ", ")))"
        }
        return named.isEmpty ? [] : ["Faster than Perigee: \(named.joined(separator: "; "))."]
    }
}
