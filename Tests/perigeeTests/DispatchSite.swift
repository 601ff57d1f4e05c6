import Foundation
import TestSupport
import Testing

/// Two places on this host with half a dataset at the second, and workloads to be done.
final class DispatchSite {
    let scratch: Scratch
    private let more: [String: String]

    /// - Parameter executor: what runs work at `b`.
    init(executor: String = "shell", environment: [String: String] = [:]) throws {
        scratch = try Scratch()
        more = environment
        var seed = Seed.fromEnvironment()
        for index in 0..<4 { try scratch.write("a/corpus/f\(index)", random: 50_000, &seed) }
        try scratch.write("b/corpus/f0", try scratch.read("a/corpus/f0"))
        try scratch.write("b/corpus/f1", try scratch.read("a/corpus/f1"))
        try write(executor: executor)
    }

    /// Writes the scenario.
    func write(
        executor: String = "shell",
        run: String =
            "{shell: \"cat \\\"$PERIGEE_INPUT_CORPUS\\\"/f* | wc -c > \\\"$PERIGEE_OUTPUT_SUM\\\"/bytes; echo counted\"}",
        corpusAtB: String? = nil, more: String = ""
    ) throws {
        try scratch.write(
            "s.yaml",
            """
            schema: perigee.scenario/1
            name: two places
            sites:
              a: {attributes: {country: DE}}
              b:
                attributes: {country: US}
                offers: {own: {price_per_hour: 3.60, executor: \(executor)}}
            links: [{from: a, to: b, bandwidth: 1Gbit/s, price_per_gb: 0.02, both_ways: true}]
            datasets:
              corpus:
                size: 200KB
                at: {a: 1, b: 0.5}
                class: some
                paths: {a: \(scratch.path("a/corpus")), b: "\(corpusAtB ?? scratch.path("b/corpus"))"}
            classes: {some: {store: "*", process: "*"}}
            workloads:
              count:
                reads: [corpus]
                runtime: 2s
                run: \(run)
                outputs: {sum: {size: 1KB, to: a, paths: {a: \(scratch.path("a/sum"))}}}
            \(more)

            """)
    }

    /// Runs the program in the folder of the scenario.
    func run(_ arguments: String...) throws -> Program.Outcome {
        try Program.run(
            arguments, environment: ["PERIGEE_STATE": scratch.path("state")].merging(more) { $1 }, in: scratch)
    }

    /// The same with JSON, expected to end with `status`.
    func document(_ arguments: String..., status: Int32 = 0) throws -> [String: Any] {
        let outcome = try Program.run(
            arguments + ["--json", "--quiet"],
            environment: ["PERIGEE_STATE": scratch.path("state")].merging(more) { $1 }, in: scratch)
        #expect(outcome.status == status, "\(arguments): \(outcome.text.suffix(1500)) \(outcome.errors)")
        let document = try outcome.document()
        let name = try #require(document["schema"] as? String)
        let file = name.replacingOccurrences(of: "perigee.", with: "").replacingOccurrences(of: "/1", with: "")
        let schema = try SchemaCheck("\(file).schema.json")
        #expect(schema.faults(document) == [], "\(arguments)")
        #expect(schema.unknownMembers(of: document) == [], "\(arguments)")
        return document
    }

    /// The jobs of a document.
    static func jobs(_ document: [String: Any]) -> [[String: Any]] { document["jobs"] as? [[String: Any]] ?? [] }
}
