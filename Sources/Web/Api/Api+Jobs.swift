internal import Catalog
internal import HTTPTypes
internal import Model

extension Api {
    /// Jobs: work that was sent to where it was decided.
    var jobs: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/jobs", id: "listJobs", summary: "Jobs, those of the newest batch first.",
                tag: "jobs", scope: .read,
                parameters: [
                    Self.flag("open", "Only those that have not ended."), Self.limit,
                ], answer: .init(help: "The jobs.", schema: "Jobs")
            ) { [desk] request in
                let limit = try request.limit()
                return WebAnswer(document: try desk.document(.jobs(open: request.flag("open"), limit: limit)))
            },
            Operation(
                method: .post, path: "/v1/jobs", id: "execute",
                summary:
                    "Decide for a scenario, and have its work done where that was decided. What was begun before and "
                    + "has not ended is gone on with.", tag: "jobs", scope: .operate,
                body: .object(
                    "What is to be done.",
                    [
                        "scenario": .text("One of the scenarios.", max: 300, min: 1),
                        "at": .text("The site that all workloads are held to.", max: 300),
                        "anew": .flag("Begin it anew, where the same has not ended."),
                    ], optional: ["at", "anew"]),
                answer: .init(status: 202, help: "The decision and its jobs.", schema: "Execution"), isKeyed: true,
                isHeavy: true, problems: [404, 422]
            ) { [desk, keyed] request in
                try keyed.once(request) {
                    var body = try BodyReader(request.body)
                    let scenario = try body.neededText("scenario", max: 300)
                    let site = try body.text("at", max: 300).flatMap { $0.isEmpty ? nil : $0 }
                    let anew = try body.flag("anew") ?? false
                    try body.finish()
                    var document: [UInt8] = []
                    try desk.noted("job.execute", scenario, site.map { "at \($0)" } ?? "", by: request.caller) {
                        document = try Self.possible { try desk.execute(scenario, at: site, anew: anew) }
                    }
                    return WebAnswer(document: document, status: 202)
                }
            },
            Operation(
                method: .get, path: "/v1/jobs/{job}", id: "getJob", summary: "A job, or the jobs of a batch.",
                tag: "jobs", scope: .read, parameters: [Self.jobParameter],
                answer: .init(help: "The jobs.", schema: "Jobs")
            ) { [desk] request in
                try Self.named { WebAnswer(document: try desk.document(.job(request.parameter("job")))) }
            },
            Operation(
                method: .get, path: "/v1/jobs/{job}/log", id: "getJobLog",
                summary: "What a job has written so far.", tag: "jobs", scope: .read,
                parameters: [Self.jobParameter], answer: .init(help: "Its output.", schema: "JobLog"), isHeavy: true
            ) { [desk] request in
                try Self.named { WebAnswer(document: try desk.document(.jobLog(request.parameter("job")))) }
            },
            Operation(
                method: .post, path: "/v1/jobs/{job}/cancel", id: "cancelJob",
                summary: "Ask for the end of a job, or of the jobs of a batch.", tag: "jobs", scope: .operate,
                parameters: [Self.jobParameter],
                answer: .init(status: 202, help: "They were asked to end.", schema: "Jobs"), isKeyed: true,
                problems: [404]
            ) { [desk, keyed] request in
                try keyed.once(request) {
                    let name = request.parameter("job")
                    var document: [UInt8] = []
                    try desk.noted("job.cancel", name, by: request.caller) {
                        document = try Self.named { try desk.end(job: name) }
                    }
                    return WebAnswer(document: document, status: 202)
                }
            },
        ]
    }

    private static let jobParameter = Operation.Parameter(
        name: "job", place: .path, help: "The name of the job, or of its batch.", schema: .text("`k3f9x2ab7q-1`"))

    /// Says of a name that has not the form of a job's that there is none.
    private static func named<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let fault as PerigeeError where fault.code == .usage {
            throw PerigeeError(
                .notFound, "there is no such job", at: fault.place.map { String($0.prefix(200)) },
                remedy: "see GET /v1/jobs")
        }
    }
}
