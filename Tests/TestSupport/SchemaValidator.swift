public import Foundation

/// A validator of JSON Schema that is not ours, run on a schema of `Config/schemas`.
public struct SchemaValidator: Sendable {
    /// The folder that all of the project lies in.
    public static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let tools = top.appendingPathComponent(".build/tools").path
    /// It is ended after so many seconds, whatever it does.
    private static let patience = 60

    private let schema: String

    /// Whether it is there.
    public static let isInstalled: Bool = (try? SchemaValidator("configuration").validate([String]())) != nil

    /// A validator by `Config/schemas/NAME.schema.json`.
    public init(_ name: String) {
        schema = Self.top.appendingPathComponent("Config/schemas/\(name).schema.json").path
    }

    /// What it says of each document: nothing where it is as the schema wants it, else what is wrong first.
    ///
    /// - Throws: where it cannot be run, or the schema itself is none.
    public func validate(_ documents: [some Encodable]) throws -> [String] {
        let script = """
            import json, sys
            import jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            def first(document):
                return next((error.message[:300] for error in validator.iter_errors(document)), "")
            print(json.dumps([first(document) for document in json.load(sys.stdin)]))
            """
        let folder = try TemporaryFolder()
        try JSONEncoder().encode(documents).write(to: URL(fileURLWithPath: folder.path("documents")))
        try ChildProcess(
            "python3", ["-c", script, schema],
            environment: ProcessInfo.processInfo.environment.merging(["PYTHONPATH": Self.tools]) { $1 },
            input: folder.path("documents"), output: folder.path("answer")
        ).wait(atMost: .seconds(Self.patience))
        let answer = try Data(contentsOf: URL(fileURLWithPath: folder.path("answer")))
        return try JSONDecoder().decode([String].self, from: answer)
    }
}
