internal import Catalog
internal import HTTPTypes
internal import Model
internal import Scheduling

/// The pages, each an operation; all of them show what the API answers too.
struct Dashboard: Sendable {
    let desk: any Desk
    let gatekeeper: Gatekeeper

    /// All pages and what they need.
    var operations: [Operation] {
        [
            page("/", "overview") { request in OverviewPage(desk: desk, request: request).markup() },
            page("/runs", "runs") { request in try RunsPage(desk: desk, request: request).markup() },
            page("/runs/{run}", "run") { request in try OneRunPage(desk: desk, request: request).markup() },
            page("/schedules", "schedules") { request in SchedulesPage(desk: desk, request: request).markup() },
            page("/datasets", "datasets") { request in DatasetsPage(desk: desk, request: request).markup() },
            page("/datasets/{dataset}", "dataset") { request in try DatasetPage(desk: desk, request: request).markup()
            },
            page("/datasets/{dataset}/snapshots/{snapshot}", "snapshot", isHeavy: true) { request in
                try SnapshotPage(desk: desk, request: request).markup()
            },
            page("/decisions", "decisions") { request in try DecisionsPage(desk: desk, request: request).markup() },
            page("/jobs", "jobs") { request in try JobsPage(desk: desk, request: request).markup() },
            page("/ledger", "ledger") { request in try LedgerPage(desk: desk, request: request).markup() },
            page("/audit", "audit", scope: .admin) { request in try AuditPage(desk: desk, request: request).markup() },
            part("/parts/plan", "plan") { _ in try PlanPart.markup(desk.document(.plan)) },
            part("/parts/decision", "decision") { request in try DecisionsPage(desk: desk, request: request).decision()
            },
        ] + forms + login + assets
    }

    private func page(
        _ path: String, _ id: String, scope: AccessToken.Scope = .read, isHeavy: Bool = false,
        _ body: @escaping @Sendable (WebRequest) throws -> Markup
    ) -> Operation {
        var operation = Operation(
            method: .get, path: path, id: id, summary: "", tag: "pages", scope: scope,
            answer: .init(type: "text/html", help: "", schema: nil)
        ) { request in
            do {
                return WebAnswer(page: try body(request))
            } catch let fault as PerigeeError {
                return Self.failed(fault, request)
            }
        }
        (operation.isPage, operation.isHeavy) = (true, isHeavy)
        return operation
    }

    private func part(
        _ path: String, _ id: String, _ body: @escaping @Sendable (WebRequest) throws -> Markup
    ) -> Operation {
        var operation = page(path, id) { _ in .nothing }
        operation.isHeavy = true
        operation.handler = { request in
            do {
                return WebAnswer(type: "text/html; charset=utf-8", try body(request).part)
            } catch let fault as PerigeeError {
                return WebAnswer(type: "text/html; charset=utf-8", Notice.markup(fault).part)
            }
        }
        return operation
    }

    private static func failed(_ fault: PerigeeError, _ request: WebRequest) -> WebAnswer {
        let problem = Problem(fault)
        let frame = PageFrame(title: Problem.title(problem.status), path: request.path, caller: request.caller)
        return WebAnswer(problem.status, page: frame.page(Notice.markup(fault)))
    }

    private var forms: [Operation] {
        [
            form("/runs/{run}/cancel", "cancel") { request in
                let row = try Api.row(request, desk)
                _ = try desk.perform(.cancel(row.id), by: request.caller.name)
                return "/runs/\(WebTarget.encoded(row.id.description))"
            },
            form("/jobs", "execute", isHeavy: true) { request in
                let members = WebTarget.members(String(decoding: request.body, as: UTF8.self)) ?? []
                let scenario = members.first { $0.name == "scenario" }?.value ?? ""
                try desk.noted("job.execute", scenario, by: request.caller) {
                    _ = try desk.execute(scenario, at: nil, anew: false)
                }
                return "/jobs"
            },
            form("/jobs/{job}/cancel", "cancelJob") { request in
                let job = request.parameter("job")
                try desk.noted("job.cancel", job, by: request.caller) { _ = try desk.end(job: job) }
                return "/jobs"
            },
            form("/schedules/{schedule}/run", "start") { request in
                let name = request.parameter("schedule")
                let id = try desk.perform(.runNow(schedule: name), by: request.caller.name)
                return id.map { "/runs/\(WebTarget.encoded($0.description))" } ?? "/schedules"
            },
            form("/schedules/{schedule}/pause", "pause") { request in
                _ = try desk.perform(.pause(schedule: request.parameter("schedule")), by: request.caller.name)
                return "/schedules"
            },
            form("/schedules/{schedule}/resume", "resume") { request in
                _ = try desk.perform(.resume(schedule: request.parameter("schedule")), by: request.caller.name)
                return "/schedules"
            },
        ]
    }

    /// A form: what it leads to is where the browser goes then.
    private func form(
        _ path: String, _ id: String, isHeavy: Bool = false, _ body: @escaping @Sendable (WebRequest) throws -> String
    ) -> Operation {
        var operation = Operation(
            method: .post, path: path, id: id, summary: "", tag: "pages", scope: .operate,
            answer: .init(type: "text/html", help: "", schema: nil)
        ) { request in
            do {
                return WebAnswer(seeOther: try body(request))
            } catch let fault as PerigeeError {
                return Self.failed(fault, request)
            }
        }
        (operation.isPage, operation.isForm, operation.isHeavy) = (true, true, isHeavy)
        return operation
    }
}
