import Configurations
import Foundation
import TestSupport

/// A validator of JSON Schema that is not ours, run on `Config/schemas/configuration.schema.json`.
enum SchemaValidator {
    static let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static let tools = top.appendingPathComponent(".build/tools").path

    /// Whether it is there.
    static let isInstalled: Bool = (try? validate([])) != nil

    /// What the validator says of each document: nothing where it is as the schema wants it, else what is wrong first.
    static func validate(_ documents: [ConfigurationNode]) throws -> [String] {
        let script = """
            import json, sys
            import jsonschema
            schema = json.load(open(sys.argv[1]))
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            print(json.dumps([next((e.message for e in validator.iter_errors(d)), "") for d in json.load(sys.stdin)]))
            """
        let folder = try TemporaryFolder()
        try JSONEncoder().encode(documents).write(to: URL(fileURLWithPath: folder.path("documents")))
        try ChildProcess(
            "python3", ["-c", script, top.appendingPathComponent("Config/schemas/configuration.schema.json").path],
            environment: ProcessInfo.processInfo.environment.merging(["PYTHONPATH": tools]) { $1 },
            input: folder.path("documents"), output: folder.path("answer")
        ).wait()
        let answer = try Data(contentsOf: URL(fileURLWithPath: folder.path("answer")))
        return try JSONDecoder().decode([String].self, from: answer)
    }
}
