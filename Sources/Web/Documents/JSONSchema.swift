/// The form of a JSON document, as OpenAPI 3.1 writes it: JSON Schema of 2020-12.
struct JSONSchema: Sendable {
    /// Members of an object, in order.
    struct Members: ExpressibleByDictionaryLiteral, Sendable {
        let all: [(String, JSONSchema)]

        init(dictionaryLiteral elements: (String, JSONSchema)...) { all = elements }
        /// Members.
        init(_ all: [(String, JSONSchema)]) { self.all = all }

        /// Those of `a`, then those of `b`.
        static func + (a: Members, b: Members) -> Members { Members(a.all + b.all) }
    }

    /// The schema itself.
    let value: JSONValue

    private init(_ members: [(String, JSONValue)]) { value = .object(members) }

    /// Text.
    static func text(_ help: String, pattern: String? = nil, max: Int? = nil, min: Int? = nil) -> JSONSchema {
        JSONSchema(
            [("type", .text("string")), ("description", .text(help))]
                + [
                    pattern.map { ("pattern", .text($0)) }, min.map { ("minLength", .integer(Int64($0))) },
                    max.map { ("maxLength", .integer(Int64($0))) },
                ].compactMap { $0 })
    }

    /// One of some words.
    static func words(_ words: [String], _ help: String) -> JSONSchema {
        JSONSchema([
            ("type", .text("string")), ("enum", .array(words.map { .text($0) })), ("description", .text(help)),
        ])
    }

    /// An instant.
    static func instant(_ help: String) -> JSONSchema {
        JSONSchema([
            ("type", .text("string")), ("format", .text("date-time")), ("description", .text(help)),
        ])
    }

    /// A whole number.
    static func whole(_ help: String, min: Int64? = 0, max: Int64? = nil) -> JSONSchema {
        JSONSchema(
            [("type", .text("integer")), ("description", .text(help))]
                + [min.map { ("minimum", .integer($0)) }, max.map { ("maximum", .integer($0)) }].compactMap { $0 })
    }

    /// A number.
    static func number(_ help: String, min: Double? = nil, max: Double? = nil) -> JSONSchema {
        JSONSchema(
            [("type", .text("number")), ("description", .text(help))]
                + [min.map { ("minimum", .number($0)) }, max.map { ("maximum", .number($0)) }].compactMap { $0 })
    }

    /// True or false.
    static func flag(_ help: String) -> JSONSchema {
        JSONSchema([("type", .text("boolean")), ("description", .text(help))])
    }

    /// A list.
    static func list(_ item: JSONSchema, _ help: String, max: Int? = nil) -> JSONSchema {
        JSONSchema(
            [("type", .text("array")), ("items", item.value), ("description", .text(help))]
                + [max.map { ("maxItems", .integer(Int64($0))) }].compactMap { $0 })
    }

    /// Members, all of them needed but the optional ones, and no others.
    static func object(
        _ help: String, _ members: Members, optional: Set<String> = [], isOpen: Bool = false
    ) -> JSONSchema {
        JSONSchema([
            ("type", .text("object")), ("description", .text(help)),
            ("properties", .object(members.all.map { ($0.0, $0.1.value) })),
            ("required", .array(members.all.map(\.0).filter { !optional.contains($0) }.map { .text($0) })),
            ("additionalProperties", .bool(isOpen)),
        ])
    }

    /// A document of a version.
    static func document(
        _ schema: String, _ help: String, _ members: Members, optional: Set<String> = []
    ) -> JSONSchema {
        JSONSchema([
            ("type", .text("object")), ("description", .text(help)),
            (
                "properties",
                .object([("schema", .object([("const", .text(schema))]))] + members.all.map { ($0.0, $0.1.value) })
            ),
            (
                "required",
                .array(
                    (["schema"] + members.all.map(\.0)).filter { !optional.contains($0) }.map { .text($0) })
            ),
            ("additionalProperties", .bool(false)),
        ])
    }

    /// A document that a verb of the command line prints, described by a schema of its own.
    static func printed(_ schema: String, _ help: String) -> JSONSchema {
        JSONSchema([
            ("type", .text("object")), ("description", .text(help)),
            ("properties", .object([("schema", .object([("const", .text(schema))]))])),
            ("required", .array([.text("schema")])),
        ])
    }

    /// Another one below components.
    static func named(_ name: String) -> JSONSchema {
        JSONSchema([("$ref", .text("#/components/schemas/\(name)"))])
    }

    /// `self`, or null.
    var orNull: JSONSchema {
        JSONSchema([("anyOf", .array([value, .object([("type", .text("null"))])]))])
    }
}
