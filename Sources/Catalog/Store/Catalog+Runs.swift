internal import Foundation
internal import GRDB
public import Model
public import Scheduling

// Runs, newest first.
extension Catalog {
    /// The runs that `query` asks for.
    public func runs(_ query: RunQuery) throws(PerigeeError) -> RunPage {
        let limit = CatalogLimits.page(query.limit)
        var (conditions, arguments): ([String], [any DatabaseValueConvertible]) = ([], [])
        func require(_ condition: String, _ values: [any DatabaseValueConvertible]) {
            conditions.append(condition)
            arguments += values
        }
        if let schedule = query.schedule { require("schedule = ?", [schedule]) }
        if let dataset = query.dataset { require("dataset = ?", [dataset]) }
        if !query.states.isEmpty {
            let states = query.states.map(\.rawValue).sorted()
            // Runs of one schedule or dataset are few, those in a state may be all: the plus keeps its index out then.
            let column = query.schedule == nil && query.dataset == nil ? "state" : "+state"
            require("\(column) IN (\(states.map { _ in "?" }.joined(separator: ", ")))", states)
        }
        if let before = query.before { require("number < ?", [before]) }
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        arguments.append(limit + 1)
        var rows = try read { database in
            try RunRow.fetch(
                database, "SELECT \(RunRow.columns) FROM runs\(filter) ORDER BY number DESC LIMIT ?", arguments)
        }
        guard rows.count > limit else { return RunPage(rows: rows, next: nil) }
        rows.removeLast()
        return RunPage(rows: rows, next: rows.last?.number)
    }

    /// A run with its report and its log; nil where there is none of that name.
    public func run(_ id: RunID) throws(PerigeeError) -> RunRow? {
        try read { database in
            let sql = "SELECT \(RunRow.columns) FROM runs WHERE schedule = ? AND due = ?"
            guard var row = try RunRow.fetch(database, sql, [id.schedule, id.due.seconds]).first else { return nil }
            row.report = try String.fetchOne(
                database, sql: "SELECT document FROM reports WHERE run = ?", arguments: [row.number])
            let lines = try Row.fetchAll(
                database, sql: "SELECT at, attempt, text FROM lines WHERE run = ? ORDER BY number",
                arguments: [row.number])
            row.log = lines.map { RunLine(run: id, at: Instant($0[0]), attempt: $0[1], text: $0[2]) }
            return row
        }
    }

    /// The newest ended run of a schedule; nil where none has ended.
    public func lastEnded(of schedule: String) throws(PerigeeError) -> RunRow? {
        try read { database in
            let sql = """
                SELECT \(RunRow.columns) FROM runs WHERE schedule = ? AND ended IS NOT NULL ORDER BY number DESC LIMIT 1
                """
            return try RunRow.fetch(database, sql, [schedule]).first
        }
    }

    /// How many runs there are in each state, among those that were issued at `start` or later.
    public func counts(since start: Instant) throws(PerigeeError) -> [RunState: Int] {
        try read { database in
            var counts: [RunState: Int] = [:]
            let sql = "SELECT state, count(*) FROM runs WHERE issued >= ? GROUP BY state"
            for row in try Row.fetchAll(database, sql: sql, arguments: [start.seconds]) {
                if let state = RunState(rawValue: row[0]) { counts[state] = row[1] }
            }
            return counts
        }
    }

    /// Runs that were due and never began, newest first.
    public func missed(limit: Int = 50) throws(PerigeeError) -> [MissedRuns] {
        try read { database in
            let sql = "SELECT schedule, first, last, count, reason FROM missed ORDER BY number DESC LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: [CatalogLimits.page(limit)]).compactMap { row in
                MissedRuns.Reason(rawValue: row[4]).map {
                    MissedRuns(
                        schedule: row[0], first: Instant(row[1]), last: Instant(row[2]), count: row[3], reason: $0)
                }
            }
        }
    }

    /// Forgets runs that ended before `instant`; of open ones, of the audit log and of the ledger nothing is lost.
    ///
    /// - Returns: how many.
    @discardableResult
    public func forgetRuns(endedBefore instant: Instant) throws(PerigeeError) -> Int {
        try write { database in
            try database.execute(
                sql: "DELETE FROM runs WHERE ended IS NOT NULL AND ended < ?", arguments: [instant.seconds])
            return database.changesCount
        }
    }
}

extension RunRow {
    /// The columns that ``init(_:)`` reads, in their order.
    static let columns = """
        number, schedule, due, job, cause, state, reason, attempts, issued, started, ended, bytes, microdollars,
        unpriced
        """

    static func fetch(
        _ database: Database, _ sql: String, _ arguments: [any DatabaseValueConvertible]
    ) throws -> [RunRow] {
        let statement = try database.cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments))
        var jobs: [String: JobSpecification] = [:]
        var rows: [RunRow] = []
        while let row = try cursor.next() { rows.append(try RunRow(row, &jobs)) }
        return rows
    }

    /// What a row says; `jobs` holds the jobs that were read before, since few differ.
    private init(_ row: Row, _ jobs: inout [String: JobSpecification]) throws {
        guard let cause = RunCause(rawValue: row[4]), let state = RunState(rawValue: row[5]) else {
            throw PerigeeError(
                .damaged, "the catalog holds a run that means nothing", at: "run \(row[0] as Int64)",
                remedy: "put back the backup of the catalog")
        }
        let text: String = row[3]
        let job = try jobs[text] ?? JSONDecoder().decode(JobSpecification.self, from: Data(text.utf8))
        jobs[text] = job
        number = row[0]
        id = RunID(schedule: row[1], due: Instant(row[2]))
        self.job = job
        self.cause = cause
        self.state = state
        reason = row[6]
        attempts = row[7]
        issued = Instant(row[8])
        started = (row[9] as Int64?).map { Instant($0) }
        ended = (row[10] as Int64?).map { Instant($0) }
        spent = Spending(
            bytes: UInt64(max(0, row[11] as Int64)), microdollars: row[12],
            unpricedBytes: UInt64(max(0, row[13] as Int64)))
        report = nil
        log = []
    }
}
