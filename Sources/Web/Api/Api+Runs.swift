internal import Catalog
internal import HTTPTypes
internal import Model
internal import Scheduling

extension Api {
    /// Runs: list, look, start, cancel.
    var runs: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/runs", id: "listRuns", summary: "Runs, newest first, a page at a time.",
                tag: "runs", scope: .read, parameters: Self.runFilters, answer: .init(help: "A page.", schema: "Runs")
            ) { [pages] request in
                WebAnswer(document: try pages.document(Self.query(request)))
            },
            Operation(
                method: .post, path: "/v1/runs", id: "startRun", summary: "Run a schedule now.", tag: "runs",
                scope: .operate,
                body: .object("What is to run.", ["schedule": .text("The schedule.", max: 512, min: 1)]),
                answer: .init(status: 202, help: "The run was issued.", schema: "Started"), isKeyed: true,
                problems: [404]
            ) { [self] request in
                try keyed.once(request) {
                    var body = try BodyReader(request.body)
                    let schedule = try body.neededText("schedule")
                    try body.finish()
                    return try start(schedule, request)
                }
            },
            Operation(
                method: .get, path: "/v1/runs/{run}", id: "getRun", summary: "A run with its report.", tag: "runs",
                scope: .read, parameters: [Self.runParameter], answer: .init(help: "The run.", schema: "RunDetail")
            ) { [desk] request in
                let row = try Self.row(request, desk)
                return WebAnswer(RunDocument.detail(row, desk.open.first { $0.id == row.id }))
            },
            Operation(
                method: .post, path: "/v1/runs/{run}/cancel", id: "cancelRun", summary: "Stop a run.", tag: "runs",
                scope: .operate, parameters: [Self.runParameter],
                answer: .init(status: 202, help: "It was told to stop.", schema: "Done"), isKeyed: true,
                problems: [404]
            ) { [desk, keyed] request in
                try keyed.once(request) {
                    let id = try Self.row(request, desk).id
                    _ = try desk.perform(.cancel(id), by: request.caller.name)
                    var answer = Self.done("\(id) was told to stop")
                    answer.status = 202
                    return answer
                }
            },
        ]
    }

    /// Starts a run of a schedule.
    func start(_ schedule: String, _ request: WebRequest) throws -> WebAnswer {
        guard let id = try desk.perform(.runNow(schedule: schedule), by: request.caller.name) else {
            throw PerigeeError(
                .conflict, "no run was issued", at: schedule, remedy: "see its open runs", canRetry: true)
        }
        return Self.started(id)
    }

    private static let runParameter = Operation.Parameter(
        name: "run", place: .path, help: "The name of the run.", schema: .text("`nightly@2026-11-23T22:00:00Z`"))

    private static let runFilters: [Operation.Parameter] = [
        .init(
            name: "schedule", place: .query, help: "Of this schedule alone.",
            schema: .text("A schedule.", pattern: textPattern)),
        .init(
            name: "dataset", place: .query, help: "Of this dataset alone.",
            schema: .text("A dataset.", pattern: textPattern)),
        .init(
            name: "state", place: .query, help: "In these states alone, with commas between.",
            schema: .text(
                "States.", pattern: "^(\(states))(,(\(states)))*$")),
        .init(
            name: "before", place: .query, help: "With lower numbers: `next` of the page before.",
            schema: .whole("A number.", min: 0, max: .max)),
        .init(
            name: "limit", place: .query, help: "So many at most; 50 else.",
            schema: .whole("A number.", min: 1, max: 1000)),
    ]

    private static let states = RunState.allCases.map(\.rawValue).joined(separator: "|")

    /// The query for runs that a request asks.
    static func query(_ request: WebRequest) throws -> RunQuery {
        var query = RunQuery(
            schedule: try request.query("schedule"), dataset: try request.query("dataset"),
            before: try request.number("before", 0...Int64.max), limit: try request.limit())
        if let text = try request.query("state") {
            query.states = Set(
                try text.split(separator: ",", omittingEmptySubsequences: false).map { word in
                    guard let state = RunState(rawValue: String(word)) else {
                        throw PerigeeError(
                            .usage, "\"\(word.prefix(40))\" is no state", at: "state",
                            remedy: "write some of \(states.split(separator: "|").joined(separator: ", "))")
                    }
                    return state
                })
        }
        return query
    }

    /// The run that the path names.
    static func row(_ request: WebRequest, _ desk: any Desk) throws -> RunRow {
        let name = request.parameter("run")
        guard let id = RunID(parsing: name), let row = try desk.run(id) else {
            throw PerigeeError(
                .notFound, "there is no such run", at: String(name.prefix(200)), remedy: "see GET /v1/runs")
        }
        return row
    }
}
