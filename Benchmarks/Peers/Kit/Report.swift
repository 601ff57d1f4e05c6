/// A record as tables, or records of several links.
package struct Report {
    private let record: Record
    private let others: [Record]
    private let tools: [Tool]

    /// The report of `record`, and of `others` that were made with the same programs over other links.
    package init(_ record: Record, _ others: [Record] = [], tools: [Tool] = Tool.all + Tool.overLinks) {
        self.record = record
        self.others = others
        self.tools = tools
    }

    /// The name of the section that a document has for it.
    package var section: String { record.link == nil ? "measured" : "links" }

    /// For a terminal.
    package var text: String {
        let head = Words.wrapped(record.machine.summary + ".") + "\n" + Words.wrapped(versions)
        let tables = eachWorkload { record, workload in
            let grids = results(of: workload, in: record).map { table in
                ([table.grid.text] + table.remarks.map { "  \($0)" }).joined(separator: "\n")
            }
            return (["\(title(workload, in: record)); the change: \(workload.change)"] + grids)
                .joined(separator: "\n\n")
        }
        return ([head] + tables + [Words.wrapped(legend)]).joined(separator: "\n\n") + "\n"
    }

    /// For a document: what stands between the marks of a README.
    package var markdown: String {
        let head = [Words.wrapped("\(record.machine.summary). \(versions)"), Words.wrapped(legend)]
        let tables = eachWorkload { record, workload in
            let grids = results(of: workload, in: record).map { table in
                table.remarks.isEmpty
                    ? table.grid.markdown
                    : table.grid.markdown + "\n\n" + Words.wrapped(table.remarks.joined(separator: " "))
            }
            return ([Words.wrapped("**\(title(workload, in: record))**; the change: \(workload.change)")] + grids)
                .joined(separator: "\n\n")
        }
        return (head + tables + [Words.wrapped(method), commands.markdown]).joined(separator: "\n\n") + "\n"
    }

    private func eachWorkload(_ table: (Record, WorkloadFacts) -> String) -> [String] {
        ([record] + others).flatMap { record in record.workloads.map { table(record, $0) } }
    }

    private func title(_ workload: WorkloadFacts, in record: Record) -> String {
        record.link.map { "\($0): \(workload.summary)" } ?? workload.summary
    }

    private func results(of workload: WorkloadFacts, in record: Record) -> [ResultTable] {
        Tool.Group.allCases
            .map { ResultTable(record: record, tools: tools, kind: workload.kind, group: $0) }
            .filter { !$0.members.isEmpty }
    }

    /// What a reader of a document must know of how it was measured.
    private var method: String {
        guard record.link == nil else {
            return """
                All ran in turns on the same data, from one network namespace of the machine to another one behind a \
                pair of virtual interfaces whose queues (`tc tbf`) pass bytes at that rate, through `ssh` with its usual \
                settings; for a round trip a relay delays each packet. Crossed: what the interfaces counted in the first run, when nothing had changed, and after \
                the small change, both directions and all headers. `make peers PEERS="--link 100Mbit/s"` prints the \
                same for another machine. The commands, from A to B on the host `far`:
                """
        }
        return """
            All ran in turns on the same data in one run, which was in the cache. What the first run, the one after the \
            small change, and the restore made was compared with the original before its time counted. Times of Perigee \
            include opening a repository with its passphrase, a fifth of a second. `make peers` prints the same for \
            another machine; [Benchmarks/README.md](Benchmarks/README.md) says what is compared with what, and what is \
            unfair to whom. The commands, from A to B:
            """
    }

    private var commands: Grid {
        let last = record.link == nil ? Phase.verify : .restore
        let measured = tools.filter { tool in record.samples.contains { $0.tool == tool.name } }
        let rows = measured.map { tool in
            Grid.Row([tool.name] + [.first, last].map { phase in tool.shown(phase).map { "`\($0)`" } ?? "" })
        }
        return Grid(head: ["", "each run", last.title], rows: rows, hasFigures: false)
    }

    private var legend: String {
        """
        Cells: wall-clock seconds (CPU seconds), and how many times Perigee's wall-clock time that is; medians of so \
        many runs. Stored: what the first run put into the repository, and what the small change added. Memory: the \
        largest resident set in any phase; \(Words.bytes(record.machine.floor)) is the least that shows. A tilde: \
        other programs took more than a tenth of the machine meanwhile.
        """
    }

    /// Each program with its version, named once; and those that are not there.
    private var versions: String {
        var named: [String] = []
        var missing: [String] = []
        for program in record.programs {
            guard let tool = tools.first(where: { $0.name == program.tool }) else { continue }
            let words = program.version.map { "\(tool.program) \($0)" } ?? "\(tool.program) (\(tool.remedy))"
            if program.version == nil {
                if !missing.contains(words) { missing.append(words) }
            } else if !named.contains(words) {
                named.append(words)
            }
        }
        let absent = missing.isEmpty ? "" : " Not installed, so not measured: \(missing.joined(separator: "; "))."
        return "Versions: \(named.joined(separator: ", ")).\(absent)"
    }
}
