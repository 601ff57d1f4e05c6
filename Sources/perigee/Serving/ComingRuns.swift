internal import Model
internal import Scheduling
internal import Service

/// What is next due of the schedules of the configuration.
struct ComingRuns {
    private let start: Instant
    private let count: Int

    private struct Document: Encodable {
        let schema = "perigee.coming/1"
        let after: String
        let runs: [Row]
    }

    private struct Row: Encodable {
        let schedule: String
        let work: String
        let due: String
        let local: String
        let clock: String
    }

    /// The next `count` after `start`.
    init(after start: Instant, count: Int) {
        self.start = start
        self.count = count
    }

    /// Prints them.
    func perform(_ context: Context) throws -> ExitStatus {
        let loaded = try NamedSites.current.loaded()
        let settings = try ServiceSettings(loaded.configuration, file: loaded.path, zones: SystemZones.table)
        let document = Document(after: start.rfc3339, runs: rows(settings))
        try context.finish(document) { style in
            guard !document.runs.isEmpty else { return "no schedule is due any more\n" }
            var table = Table(("DUE", .left), ("LOCAL", .left), ("CLOCK", .left), ("SCHEDULE", .left), ("WORK", .left))
            for row in document.runs { table.row(row.due, row.local, row.clock, row.schedule, row.work) }
            return table.rendered(style)
        }
        return .done
    }

    /// Of all schedules the next one, as often as there are to be rows.
    private func rows(_ settings: ServiceSettings) -> [Row] {
        var heads = settings.schedules.compactMap { planned in
            planned.specification.timetable.flatMap { table in
                table.next(after: start).map { (planned: planned, table: table, due: $0) }
            }
        }
        var rows: [Row] = []
        while rows.count < count,
            let index = heads.indices.min(by: {
                (heads[$0].due, heads[$0].planned.specification.name)
                    < (heads[$1].due, heads[$1].planned.specification.name)
            })
        {
            let head = heads[index]
            let shown = OccurrenceRow(head.due, of: head.table)
            rows.append(
                Row(
                    schedule: head.planned.specification.name, work: "\(head.planned.job)", due: shown.due,
                    local: shown.local, clock: shown.clock))
            if let next = head.table.next(after: head.due) { heads[index].due = next } else { heads.remove(at: index) }
        }
        return rows
    }
}
