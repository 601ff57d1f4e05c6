internal import Catalog
internal import FoundationEssentials
internal import Model
internal import Scheduling

/// Runs as JSON, with the members that `perigee runs --json` writes.
enum RunDocument {
    /// A run with what its last attempt has left.
    static func detail(_ row: RunRow, _ open: DeskRun?) -> JSONValue {
        .members([
            ("schema", .text("perigee.run/1")), ("run", .raw(self.row(row, open))),
            ("report", row.report.flatMap { isObject($0) ? .raw(Array($0.utf8)) : nil }),
            (
                "log",
                .array(
                    row.log.map { line in
                        .object([
                            ("at", .instant(line.at)), ("attempt", .integer(Int64(line.attempt))),
                            ("text", .text(line.text)),
                        ])
                    })
            ),
        ])
    }

    /// A page of runs.
    static func page(_ page: RunPage, open: [DeskRun]) -> [UInt8] {
        let known = Dictionary(open.map { ($0.id, $0) }) { first, _ in first }
        var json = JSONWriter(expecting: 128 + page.rows.count * rowBytes)
        json.object { json in
            json.text("schema", "perigee.runs/1")
            json.list("runs") { json in
                for row in page.rows { json.object { write(row, known.isEmpty ? nil : known[row.id], to: &$0) } }
            }
            json.number("next", page.next)
        }
        json.end()
        return json.bytes
    }

    /// A run of the catalog, without a line break.
    static func row(_ row: RunRow, _ open: DeskRun? = nil) -> [UInt8] {
        var json = JSONWriter(expecting: rowBytes)
        json.object { write(row, open, to: &$0) }
        return json.bytes
    }

    /// A run that is not done, as events have it, without a line break.
    static func open(_ run: DeskRun) -> [UInt8] {
        var json = JSONWriter(expecting: 2 * rowBytes)
        json.object { json in
            names(run.id, run.job, from: run.from ?? run.job.from, to: &json)
            json.text("cause", run.cause.rawValue)
            json.text("state", run.state.rawValue)
            json.text("reason", run.reason)
            json.number("attempts", run.attempts)
            json.instant("starts_at", run.startsAt)
            json.instant("started", run.started)
            progress(run.progress, to: &json)
        }
        return json.bytes
    }

    /// About the bytes of a run.
    private static let rowBytes = 512

    private static func names(_ id: RunID, _ job: JobSpecification, from: String?, to json: inout JSONWriter) {
        json.run("run", id)
        json.text("schedule", id.schedule)
        json.instant("due", id.due)
        json.text("verb", job.verb.rawValue)
        json.text("dataset", job.dataset.isEmpty ? nil : job.dataset)
        json.text("site", job.site)
        json.text("from", from)
        json.text("via", job.via)
    }

    private static func write(_ row: RunRow, _ open: DeskRun?, to json: inout JSONWriter) {
        json.number("number", row.number)
        names(row.id, row.job, from: open?.from ?? row.job.from, to: &json)
        json.text("cause", row.cause.rawValue)
        json.text("state", row.state.rawValue)
        json.text("reason", row.reason)
        json.number("attempts", row.attempts)
        json.instant("issued", row.issued)
        json.instant("starts_at", open?.startsAt)
        json.instant("started", row.started)
        json.instant("ended", row.ended)
        json.number("bytes", row.spent.bytes)
        json.number("microdollars", row.spent.price)
        progress(open?.progress, to: &json)
    }

    private static func progress(_ progress: DeskProgress?, to json: inout JSONWriter) {
        guard let progress else { return }
        json.object("progress") { json in
            json.text("phase", progress.phase)
            json.number("seconds", progress.seconds)
            json.number("files", progress.files)
            json.number("logical", progress.logical)
            json.number("missing", progress.missing)
            json.number("wire", progress.wire)
            json.number("total_files", progress.totalFiles)
            json.number("total_logical", progress.totalLogical)
            json.number("total_missing", progress.totalMissing)
            json.number("logical_per_second", progress.logicalPerSecond)
            json.number("wire_per_second", progress.wirePerSecond)
            json.number("seconds_left", progress.secondsLeft)
        }
    }

    /// Whether stored text is one JSON object, so that it can stand within another document.
    private static func isObject(_ text: String) -> Bool {
        (try? JSONDecoder().decode(BodyReader.Value.self, from: Data(text.utf8))).map {
            if case .object = $0 { true } else { false }
        } ?? false
    }
}
