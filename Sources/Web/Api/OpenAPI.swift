internal import Catalog
internal import HTTPTypes

/// Describes the API by its own table of operations (OpenAPI 3.1).
enum OpenAPI {
    /// The document.
    static func document(_ operations: [Operation], version: String) -> JSONValue {
        var paths: [(String, JSONValue)] = []
        for operation in operations {
            let item = (operation.method.rawValue.lowercased(), describe(operation))
            if let index = paths.firstIndex(where: { $0.0 == operation.path }) {
                guard case .object(let members) = paths[index].1 else { continue }
                paths[index].1 = .object(members + [item])
            } else {
                paths.append((operation.path, .object([item])))
            }
        }
        return .object([
            ("openapi", .text("3.1.0")),
            (
                "info",
                .object([
                    ("title", .text("Perigee")), ("version", .text(version)),
                    ("summary", .text("Runs, schedules, replicas and decisions of one Perigee daemon.")),
                    ("license", .object([("name", .text("Apache-2.0")), ("identifier", .text("Apache-2.0"))])),
                ])
            ),
            ("servers", .array([.object([("url", .text("/"))])])),
            ("security", .array([.object([("token", .array([]))])])),
            ("tags", .array(tags(operations))), ("paths", .object(paths)),
            (
                "components",
                .object([
                    ("schemas", .object(Schemas.all.map { ($0.name, $0.schema.value) })),
                    ("responses", .object([("Problem", problem)])),
                    (
                        "securitySchemes",
                        .object([
                            (
                                "token",
                                .object([
                                    ("type", .text("http")), ("scheme", .text("bearer")),
                                    ("description", .text("A token made with `perigee token add`.")),
                                ])
                            )
                        ])
                    ),
                ])
            ),
        ])
    }

    private static func tags(_ operations: [Operation]) -> [JSONValue] {
        var names: [String] = []
        for operation in operations where !names.contains(operation.tag) { names.append(operation.tag) }
        return names.map { .object([("name", .text($0))]) }
    }

    private static let problem = JSONValue.object([
        ("description", .text("What went wrong, and what to do about it (RFC 9457).")),
        (
            "content",
            .object([
                (
                    "application/problem+json",
                    .object([("schema", .object([("$ref", .text("#/components/schemas/Problem"))]))])
                )
            ])
        ),
    ])

    private static func describe(_ operation: Operation) -> JSONValue {
        var members: [(String, JSONValue)] = [
            ("operationId", .text(operation.id)), ("summary", .text(operation.summary)),
            ("tags", .array([.text(operation.tag)])),
        ]
        members.append(
            (
                "description",
                .text(operation.scope.map { "Needs the scope `\($0.rawValue)`." } ?? "Needs no token.")
            ))
        if operation.scope == nil { members.append(("security", .array([]))) }
        let parameters = operation.parameters.map(describe) + (operation.isKeyed ? [key] : [])
        if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
        if let body = operation.body {
            let content = JSONValue.object([("application/json", .object([("schema", body.value)]))])
            members.append(("requestBody", .object([("required", .bool(true)), ("content", content)])))
        }
        members.append(("responses", .object(answers(operation))))
        return .object(members)
    }

    private static func describe(_ parameter: Operation.Parameter) -> JSONValue {
        .object([
            ("name", .text(parameter.name)), ("in", .text(parameter.place.rawValue)),
            ("required", .bool(parameter.place == .path || parameter.isNeeded)), ("description", .text(parameter.help)),
            ("schema", parameter.schema.value),
        ])
    }

    private static let key = describe(
        Operation.Parameter(
            name: "Idempotency-Key", place: .header,
            help: "Names the request: the same key with the same request does nothing again, and answers the same.",
            schema: .text("A key.", pattern: "^[!-~]+$", max: WebLimits.keyMax, min: 1)))

    private static func answers(_ operation: Operation) -> [(String, JSONValue)] {
        var answer: [(String, JSONValue)] = [("description", .text(operation.answer.help))]
        let schema = operation.answer.schema.map { JSONSchema.named($0).value } ?? .object([("type", .text("string"))])
        answer.append(("content", .object([(operation.answer.type, .object([("schema", schema)]))])))
        var statuses = Set([400, 414, 429, 500, 503] + operation.problems)
        if operation.scope != nil { statuses.formUnion([401, 403]) }
        if operation.body != nil { statuses.formUnion([408, 413, 415]) }
        if operation.isKeyed { statuses.formUnion([409, 422]) }
        if operation.parameters.contains(where: { $0.place == .path }) { statuses.insert(404) }
        return [("\(operation.answer.status)", .object(answer))]
            + statuses.sorted().map { ("\($0)", .object([("$ref", .text("#/components/responses/Problem"))])) }
    }
}
