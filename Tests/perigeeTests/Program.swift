import Foundation
import TestSupport
import Testing

/// The built program, run as users run it.
enum Program {
    /// What a run left behind.
    struct Outcome {
        let status: Int32
        let output: Data
        let errors: String

        var text: String { String(decoding: output, as: UTF8.self) }

        /// The one JSON document that was printed.
        func document() throws -> [String: Any] {
            let lines = text.split(separator: "\n")
            #expect(lines.count == 1, "exactly one document: \(text.prefix(400)) \(errors.prefix(400))")
            let value = try JSONSerialization.jsonObject(with: output)
            return try #require(value as? [String: Any])
        }
    }

    /// The executable.
    static let path = BuiltProgram.path

    /// Runs the program with `arguments` until it ends.
    static func run(
        _ arguments: String..., input: Data = Data(), environment: [String: String] = [:], in folder: Scratch? = nil
    ) throws -> Outcome {
        try run(arguments, input: input, environment: environment, in: folder)
    }

    static func run(
        _ arguments: [String], input: Data = Data(), environment: [String: String] = [:], in folder: Scratch? = nil,
        program: String = path
    ) throws -> Outcome {
        let files = try Scratch()
        try files.write("in", input)
        let process = try ChildProcess(
            program, arguments, environment: self.environment(environment, home: files), in: folder?.path,
            input: files.path("in"), output: files.path("out"), errors: files.path("err"))
        return Outcome(
            status: try process.status(), output: try files.read("out"),
            errors: String(decoding: try files.read("err"), as: UTF8.self))
    }

    /// Runs a line of shell with the program as `$P`.
    static func shell(_ line: String, environment: [String: String] = [:], in folder: Scratch) throws -> Outcome {
        try run(
            ["-c", line], environment: environment.merging(["P": path]) { $1 }, in: folder, program: "/bin/bash")
    }

    /// Nothing of the tester's own settings, and a home that is thrown away.
    private static func environment(_ extra: [String: String], home: Scratch) throws -> [String: String] {
        let inherited = ProcessInfo.processInfo.environment.filter { ["PATH", "LD_LIBRARY_PATH"].contains($0.key) }
        return inherited.merging(["HOME": home.path, "LC_ALL": "C.UTF-8"]) { $1 }.merging(extra) { $1 }
    }
}

extension Scratch {
    /// Writes a script that can be run at once.
    ///
    /// Another program writes it: what this one has open to write, children that other tests start meanwhile have open too for a
    /// moment, and so long it cannot be run.
    func write(program name: String, _ text: String) throws {
        try write("\(name).text", text)
        let outcome = try Program.shell("cp '\(name).text' '\(name)' && chmod 755 '\(name)'", in: self)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }
}
