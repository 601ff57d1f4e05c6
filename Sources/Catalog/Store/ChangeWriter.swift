internal import Foundation
internal import GRDB
internal import Model
internal import Scheduling

/// Writes a change into an open transaction.
struct ChangeWriter {
    private let database: Database
    private let change: CatalogChange
    private let texts: JobTexts
    /// The numbers of runs that were looked up or made.
    private(set) var numbers: [RunID: Int64] = [:]

    init(_ database: Database, _ change: CatalogChange, _ texts: JobTexts) {
        self.database = database
        self.change = change
        self.texts = texts
    }

    // MARK: The state of the schedules

    /// Writes what differs between two states, and the rows of the runs in them.
    ///
    /// - Parameter places: Where they differ; nil where they do not have the same schedules.
    func write(_ state: SchedulerState, after before: SchedulerState?, at places: [Int]?) throws {
        try set("version", state.version, before?.version) { "\($0)" }
        try set("budgets", state.budgets, before?.budgets) { try Self.json($0) }
        try set("latest", state.latest, before?.latest) { "\($0.seconds)" }
        if let places, let before {
            for place in places { try write(state.schedules[place], after: before.schedules[place]) }
            return
        }
        let old = Dictionary((before?.schedules ?? []).map { ($0.name, $0) }) { first, _ in first }
        for schedule in state.schedules where old[schedule.name] != schedule {
            try write(schedule, after: old[schedule.name])
        }
        let names = Set(state.schedules.map(\.name))
        for name in old.keys where !names.contains(name) { try execute("DELETE FROM schedules WHERE name = ?", name) }
    }

    private func write(_ schedule: ScheduleState, after last: ScheduleState?) throws {
        try execute(
            "INSERT INTO schedules VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document",
            schedule.name, schedule.text)
        for run in schedule.runs {
            let known = last?.runs.first { $0.id == run.id }
            if known != run { try note(run, isNew: known == nil) }
        }
    }

    private func set<Value: Equatable>(
        _ name: String, _ value: Value, _ old: Value?, _ text: (Value) throws -> String
    ) throws {
        guard value != old else { return }
        try execute(
            "INSERT INTO scheduler VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document", name,
            try text(value))
    }

    private func note(_ run: OpenRun, isNew: Bool) throws {
        guard let job = change.jobs[run.id.schedule] else { return }
        let (state, reason) = (RunState(run.phase).rawValue, run.stopReason?.rawValue ?? run.delay?.rawValue ?? "")
        if !isNew {
            try execute(
                """
                UPDATE runs SET state = ?, reason = ?, attempts = ?, started = ?, bytes = ?, microdollars = ?,
                    unpriced = ?
                WHERE schedule = ? AND due = ? AND ended IS NULL
                """, state, reason, run.attempt, run.firstStart?.seconds, Self.clamped(run.spent.bytes),
                run.spent.microdollars, Self.clamped(run.spent.unpricedBytes), run.id.schedule, run.id.due.seconds)
            if database.changesCount > 0 { return }
        }
        try execute(
            """
            INSERT INTO runs (schedule, due, verb, dataset, job, cause, state, reason, attempts, issued, started, bytes,
                microdollars, unpriced)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (schedule, due) DO UPDATE SET state = excluded.state, reason = excluded.reason,
                attempts = excluded.attempts, started = excluded.started, bytes = excluded.bytes,
                microdollars = excluded.microdollars, unpriced = excluded.unpriced
            WHERE ended IS NULL
            """, run.id.schedule, run.id.due.seconds, job.verb.rawValue, job.dataset, try texts.text(job),
            run.cause.rawValue, state, reason, run.attempt, change.now.seconds, run.firstStart?.seconds,
            Self.clamped(run.spent.bytes), run.spent.microdollars, Self.clamped(run.spent.unpricedBytes))
    }

    // MARK: Runs

    /// Ends a run, once; one that began and ended within the same change gets its row here.
    ///
    /// - Throws: `conflict` where it has ended before.
    func end(_ record: RunRecord) throws {
        let state = RunState(record.outcome).rawValue
        try execute(
            """
            UPDATE runs SET state = ?, reason = ?, attempts = ?, started = ?, ended = ?, bytes = ?, microdollars = ?,
                unpriced = ?
            WHERE schedule = ? AND due = ? AND ended IS NULL
            """, state, record.reason, record.attempts, record.started?.seconds, record.ended.seconds,
            Self.clamped(record.spent.bytes), record.spent.microdollars, Self.clamped(record.spent.unpricedBytes),
            record.id.schedule, record.id.due.seconds)
        // Of a schedule that is gone nobody knows what a run would have done that has no row.
        guard database.changesCount == 0, let job = change.jobs[record.id.schedule] else { return }
        try execute(
            """
            INSERT INTO runs (schedule, due, verb, dataset, job, cause, state, reason, attempts, issued, started, ended,
                bytes, microdollars, unpriced)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, record.id.schedule, record.id.due.seconds, job.verb.rawValue, job.dataset, try texts.text(job),
            record.cause.rawValue, state, record.reason, record.attempts, change.now.seconds, record.started?.seconds,
            record.ended.seconds, Self.clamped(record.spent.bytes), record.spent.microdollars,
            Self.clamped(record.spent.unpricedBytes))
    }

    func note(_ missed: MissedRuns) throws {
        try execute(
            "INSERT INTO missed (schedule, first, last, count, reason) VALUES (?, ?, ?, ?, ?)", missed.schedule,
            missed.first.seconds, missed.last.seconds, missed.count, missed.reason.rawValue)
    }

    private mutating func number(_ id: RunID) throws -> Int64? {
        if let number = numbers[id] { return number }
        let statement = try database.cachedStatement(sql: "SELECT number FROM runs WHERE schedule = ? AND due = ?")
        let number = try Int64.fetchOne(statement, arguments: [id.schedule, id.due.seconds])
        numbers[id] = number
        return number
    }

    // MARK: What runs have found

    /// Writes what an attempt has left and found out.
    mutating func write(_ findings: CatalogChange.Findings) throws {
        guard let run = try number(findings.run) else { return }
        if let document = findings.document, document.utf8.count <= CatalogLimits.reportMax {
            try execute(
                "INSERT INTO reports VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document", run,
                document)
        }
        for replica in findings.replicas { try write(replica, run) }
        for snapshot in findings.snapshots {
            try execute(
                """
                INSERT INTO snapshots (dataset, site, id, noted, files, bytes, stored, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (dataset, site, id) DO UPDATE SET forgotten = NULL
                """, snapshot.dataset, snapshot.site, snapshot.id, snapshot.noted, Self.clamped(snapshot.files),
                Self.clamped(snapshot.bytes), Self.clamped(snapshot.stored), run)
        }
        for sample in findings.samples {
            try execute(
                "INSERT INTO samples (at, source, destination, bytes, seconds, run) VALUES (?, ?, ?, ?, ?, ?)",
                sample.at.seconds, sample.from, sample.to, Self.clamped(sample.bytes), sample.seconds, run)
        }
        for entry in findings.ledger {
            var entry = entry
            entry.run = run
            try execute(
                "INSERT INTO ledger VALUES (?, ?) ON CONFLICT DO UPDATE SET document = excluded.document", run,
                try Self.json(entry))
        }
    }

    /// Adds a line to the log of a run, as long as there is room.
    mutating func write(_ line: RunLine) throws {
        guard let run = try number(line.run) else { return }
        try execute(
            """
            INSERT INTO lines (run, at, attempt, text)
            SELECT ?1, ?2, ?3, ?4 WHERE (SELECT count(*) FROM lines WHERE run = ?1) < ?5
            """, run, line.at.seconds, line.attempt, String(line.text.prefix(CatalogLimits.lineMax)),
            CatalogLimits.linesMax)
    }

    private func write(_ replica: KnownReplica, _ run: Int64) throws {
        try execute(
            """
            INSERT INTO replicas VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (dataset, site) DO UPDATE SET as_of = max(as_of, excluded.as_of),
                snapshot = coalesce(excluded.snapshot, snapshot), bytes = coalesce(excluded.bytes, bytes),
                verified = coalesce(excluded.verified, verified), run = excluded.run,
                damage = CASE WHEN coalesce(excluded.verified, excluded.damage) IS NULL THEN damage
                    ELSE excluded.damage END
            """, replica.dataset, replica.site, replica.asOf.seconds, replica.snapshot,
            replica.bytes.map(Self.clamped), replica.verified?.seconds, replica.damage, run)
    }

    // MARK: Values

    private func execute(_ sql: String, _ values: (any DatabaseValueConvertible)?...) throws {
        try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }

    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// SQLite has no unsigned numbers.
    static func clamped(_ value: UInt64) -> Int64 { Int64(clamping: value) }
}
