internal import Catalog
internal import FoundationEssentials
internal import HTTPTypes
internal import Model
internal import Scheduling

/// What the API can do, each operation with its description.
struct Api: Sendable {
    let desk: any Desk
    let hub: EventHub
    let keyed: KeyedRequests
    let gatekeeper: Gatekeeper
    let pages: RunPages
    let settings: WebSettingsInUse

    /// All operations below `/v1`.
    var operations: [Operation] {
        looking + runs + schedules + coming + errands + places + vaults + keys + decisions + jobs + records + tokens
            + peers + configuration
    }

    private var looking: [Operation] {
        [
            Operation(
                method: .get, path: "/v1/status", id: "getStatus", summary: "What the daemon is doing, at a glance.",
                tag: "status", scope: .read, answer: .init(help: "The status.", schema: "Status")
            ) { [desk] _ in WebAnswer(document: try desk.document(.status)) },
            Operation(
                method: .get, path: "/v1/events", id: "getEvents",
                summary:
                    "Events as they happen (server-sent events): run, progress, log, schedule, replica, configuration, "
                    + "stopping. `missed` says that some were left away.",
                tag: "status", scope: .read,
                parameters: [
                    .init(
                        name: "kinds", place: .query, help: "The kinds that are wanted, with commas between; else all.",
                        schema: .text("Kinds.", pattern: "^[a-z]+(,[a-z]+)*$", max: 200))
                ], answer: .init(type: "text/event-stream", help: "A stream that does not end by itself.")
            ) { [hub, gatekeeper] request in try Self.stream(request, hub, gatekeeper) },
            Operation(
                method: .post, path: "/v1/reload", id: "reload", summary: "Read the configuration anew.",
                tag: "status", scope: .admin, answer: .init(help: "It was read.", schema: "Done"), isKeyed: true
            ) { [desk, keyed] request in
                try keyed.once(request) {
                    _ = try desk.perform(.reload, by: request.caller.name)
                    return Self.done("the configuration was read")
                }
            },
        ]
    }

    /// An answer that names a run, and where it is to be seen.
    static func started(_ id: RunID) -> WebAnswer {
        var answer = WebAnswer(
            .object([("schema", .text("perigee.started/1")), ("run", .text(id.description))]), status: 202)
        answer.headers[.location] = "/v1/runs/\(WebTarget.encoded(id.description))"
        return answer
    }

    /// An answer that says what was done.
    static func done(_ what: String) -> WebAnswer {
        WebAnswer(.object([("schema", .text("perigee.done/1")), ("done", .text(what))]))
    }

    private static func stream(_ request: WebRequest, _ hub: EventHub, _ gatekeeper: Gatekeeper) throws -> WebAnswer {
        let kinds = try request.query("kinds")?.split(separator: ",").map(String.init) ?? []
        guard kinds.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x61...0x7a).contains($0) } }) else {
            throw PerigeeError(.usage, "these are no kinds", at: "kinds", remedy: "write run,progress or the like")
        }
        let (headers, caller) = (request.headers, request.caller)
        let client = EventClient(kinds: Set(kinds)) {
            // The rights are looked at anew; sites that have proven their keys keep their connection.
            caller.way == .site || ((try? gatekeeper.caller(headers, site: nil))?.may(.read) ?? false)
        }
        client.add(EventText.hello, kind: nil)
        try hub.add(client)
        var answer = WebAnswer(type: "text/event-stream", [])
        answer.headers[.cacheControl] = "no-store"
        answer.body = .events(client)
        return answer
    }
}
