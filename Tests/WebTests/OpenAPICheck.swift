import Foundation

/// Holds answers against a description of an API, by the validator of JSON Schema that the tests install.
enum OpenAPICheck {
    private static let script = """
        import json, sys
        import jsonschema
        work = json.load(open(sys.argv[1]))
        document = work["document"]
        out = []
        assert document["openapi"] == "3.1.0"
        for name, schema in document["components"]["schemas"].items():
            jsonschema.Draft202012Validator.check_schema(schema)
        def resolve(node):
            while isinstance(node, dict) and "$ref" in node:
                at = document
                for part in node["$ref"][2:].split("/"): at = at[part]
                node = at
            return node
        ids = [o["operationId"] for p in document["paths"].values() for o in p.values()]
        if len(ids) != len(set(ids)): out.append("two operations have one name")
        for path, item in document["paths"].items():
            for method, operation in item.items():
                named = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
                inside = {part[1:-1] for part in path.split("/") if part.startswith("{")}
                if named != inside: out.append(f"{method} {path}: the parameters are {named}")
        for operation, status, text in work["answers"]:
            method, path = operation.split(" ")
            described = document["paths"][path][method.lower()]["responses"]
            if status not in described:
                out.append(f"{operation}: {status} is not described: {text}")
                continue
            content = resolve(described[status])["content"]
            schema = next(iter(content.values()))["schema"]
            whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "components": document["components"]}
            validator = jsonschema.Draft202012Validator(whole, format_checker=jsonschema.FormatChecker())
            for fault in validator.iter_errors(json.loads(text)):
                out.append(f"{operation} {status}: {fault.json_path}: {fault.message}")
        print("\\n".join(out), end="")
        """

    /// What is wrong; nothing where all is right.
    static func faults(document: Data, answers: [(String, String, String)]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("perigee-api-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let work: [String: Any] = [
            "document": try JSONSerialization.jsonObject(with: document),
            "answers": answers.map { [$0.0, $0.1, $0.2] },
        ]
        try JSONSerialization.data(withJSONObject: work).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["timeout", "600", "python3", "-c", script, file.path]
        let top = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONPATH"] = top.appendingPathComponent(".build/tools").path
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let said = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: said, as: UTF8.self)
        return process.terminationStatus == 0 ? text : "the validator failed: \(text)"
    }
}
