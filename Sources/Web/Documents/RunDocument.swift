internal import Catalog
internal import FoundationEssentials
internal import Model
internal import Scheduling

/// Runs as JSON, with the members that `perigee runs --json` writes.
enum RunDocument {
    /// A run in a list.
    static func row(_ row: RunRow, _ open: DeskRun? = nil) -> JSONValue { .members(members(row, open)) }

    /// A run with what its last attempt has left.
    static func detail(_ row: RunRow, _ open: DeskRun?) -> JSONValue {
        .members([
            ("schema", .text("perigee.run/1")), ("run", self.row(row, open)),
            ("report", row.report.flatMap { isObject($0) ? .raw(Array($0.utf8)) : nil }),
        ])
    }

    /// A page of runs.
    static func page(_ page: RunPage, open: [DeskRun]) -> JSONValue {
        let known = Dictionary(open.map { ($0.id, $0) }) { first, _ in first }
        return .members([
            ("schema", .text("perigee.runs/1")), ("runs", .array(page.rows.map { row($0, known[$0.id]) })),
            ("next", page.next.map { .integer($0) }),
        ])
    }

    /// A run that is not done, as events have it.
    static func open(_ run: DeskRun) -> JSONValue {
        .members(
            names(run.id, run.job, from: run.from ?? run.job.from) + [
                ("cause", .text(run.cause.rawValue)), ("state", .text(run.state.rawValue)),
                ("reason", .text(run.reason)), ("attempts", .integer(Int64(run.attempts))),
                ("starts_at", .instant(run.startsAt)), ("started", .instant(run.started)),
                ("progress", progress(run.progress)),
            ])
    }

    private static func names(_ id: RunID, _ job: JobSpecification, from: String?) -> [(String, JSONValue?)] {
        [
            ("run", .text(id.description)), ("schedule", .text(id.schedule)), ("due", .instant(id.due)),
            ("verb", .text(job.verb.rawValue)), ("dataset", .text(job.dataset)), ("site", .text(job.site)),
            ("from", from.map { .text($0) }), ("via", job.via.map { .text($0) }),
        ]
    }

    private static func members(_ row: RunRow, _ open: DeskRun?) -> [(String, JSONValue?)] {
        [("number", .integer(row.number))] + names(row.id, row.job, from: open?.from ?? row.job.from) + [
            ("cause", .text(row.cause.rawValue)), ("state", .text(row.state.rawValue)), ("reason", .text(row.reason)),
            ("attempts", .integer(Int64(row.attempts))), ("issued", .instant(row.issued)),
            ("starts_at", .instant(open?.startsAt)), ("started", .instant(row.started)), ("ended", .instant(row.ended)),
            ("bytes", .unsigned(row.spent.bytes)), ("microdollars", .integer(row.spent.microdollars)),
            ("progress", progress(open?.progress)),
        ]
    }

    private static func progress(_ progress: DeskProgress?) -> JSONValue? {
        guard let progress else { return nil }
        return .members([
            ("phase", .text(progress.phase)), ("seconds", .number(progress.seconds)),
            ("files", .unsigned(progress.files)), ("logical", .unsigned(progress.logical)),
            ("missing", .unsigned(progress.missing)), ("wire", .unsigned(progress.wire)),
            ("total_files", progress.totalFiles.map { .unsigned($0) }),
            ("total_logical", progress.totalLogical.map { .unsigned($0) }),
            ("total_missing", progress.totalMissing.map { .unsigned($0) }),
            ("logical_per_second", progress.logicalPerSecond.map { .number($0) }),
            ("wire_per_second", progress.wirePerSecond.map { .number($0) }),
            ("seconds_left", progress.secondsLeft.map { .number($0) }),
        ])
    }

    /// Reads the name of a run; nil for what is none.
    static func id(_ text: String) -> RunID? {
        guard let sign = text.lastIndex(of: "@"), sign > text.startIndex,
            let due = Timestamp(rfc3339: String(text[text.index(after: sign)...]))
        else { return nil }
        return RunID(schedule: String(text[..<sign]), due: Instant(due))
    }

    /// Whether stored text is one JSON object, so that it can stand within another document.
    private static func isObject(_ text: String) -> Bool {
        (try? JSONDecoder().decode(BodyReader.Value.self, from: Data(text.utf8))).map {
            if case .object = $0 { true } else { false }
        } ?? false
    }
}
