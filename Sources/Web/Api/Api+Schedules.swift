internal import Catalog
internal import HTTPTypes
internal import Model
internal import Scheduling

extension Api {
    /// Schedules: list, look, next, run, pause, resume.
    var schedules: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/schedules", id: "listSchedules", summary: "All schedules.", tag: "schedules",
                scope: .read, answer: .init(help: "The schedules.", schema: "Schedules")
            ) { [desk] _ in WebAnswer(StateDocument.schedules(desk.state)) },
            Operation(
                method: .get, path: "/v1/schedules/{schedule}", id: "getSchedule", summary: "A schedule.",
                tag: "schedules", scope: .read, parameters: [Self.scheduleParameter],
                answer: .init(help: "The schedule.", schema: "ScheduleDetail")
            ) { [desk] request in WebAnswer(StateDocument.schedule(try Self.schedule(request, desk))) },
            Operation(
                method: .get, path: "/v1/schedules/{schedule}/next", id: "nextRuns",
                summary: "When a schedule is next due.", tag: "schedules", scope: .read,
                parameters: [
                    Self.scheduleParameter,
                    .init(
                        name: "n", place: .query, help: "So many at most; 5 else.",
                        schema: .whole("A number.", min: 1, max: 100)),
                ], answer: .init(help: "The coming runs.", schema: "Coming")
            ) { [desk] request in
                let count = try request.number("n", 1...100) ?? 5
                let schedule = try Self.schedule(request, desk)
                let coming = desk.coming(schedule.name, count: count, before: .distantFuture)
                return WebAnswer(StateDocument.next(schedule, coming))
            },
            Operation(
                method: .post, path: "/v1/schedules/{schedule}/run", id: "runSchedule",
                summary: "Run a schedule now.", tag: "schedules", scope: .operate,
                parameters: [Self.scheduleParameter],
                answer: .init(status: 202, help: "The run was issued.", schema: "Started"), isKeyed: true,
                problems: [404]
            ) { [self] request in try keyed.once(request) { try start(Self.schedule(request, desk).name, request) } },
            order("pause", "Let no more runs of a schedule fall due.", "paused") { .pause(schedule: $0) },
            order("resume", "Let runs of a schedule fall due again.", "resumed") { .resume(schedule: $0) },
        ]
    }

    private func order(
        _ verb: String, _ summary: String, _ done: String, _ order: @escaping @Sendable (String) -> DeskOrder
    ) -> Operation {
        Operation(
            method: .post, path: "/v1/schedules/{schedule}/\(verb)", id: "\(verb)Schedule", summary: summary,
            tag: "schedules", scope: .operate, parameters: [Self.scheduleParameter],
            answer: .init(help: "It is \(done).", schema: "Done"), isKeyed: true, problems: [404]
        ) { [desk, keyed] request in
            try keyed.once(request) {
                let name = try Self.schedule(request, desk).name
                _ = try desk.perform(order(name), by: request.caller.name)
                return Self.done("\(name) is \(done)")
            }
        }
    }

    private static let scheduleParameter = Operation.Parameter(
        name: "schedule", place: .path, help: "The name of the schedule.", schema: .text("A schedule."))

    private static func schedule(_ request: WebRequest, _ desk: any Desk) throws -> DeskSchedule {
        let name = request.parameter("schedule")
        if let schedule = desk.state.schedules.first(where: { $0.name == name }) { return schedule }
        throw PerigeeError(
            .notFound, "there is no such schedule", at: String(name.prefix(200)), remedy: "see GET /v1/schedules")
    }
}
