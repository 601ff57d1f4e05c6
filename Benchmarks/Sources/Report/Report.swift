internal import Foundation
internal import Harness
internal import Yardsticks

/// Turns the readings of a run into `report.md` and `report.json`, and says whether all ratios are accepted.
///
///     Report READINGS FOLDER
@main
enum Report {
    private struct Document: Encodable {
        let schema = "perigee.benchmarks/1"
        let readings: [Row]
        let notes: [String]

        struct Row: Encodable {
            let reading: Reading
            let verdict: Reading.Verdict

            func encode(to encoder: any Encoder) throws {
                try reading.encode(to: encoder)
                var container = encoder.container(keyedBy: Key.self)
                try container.encode(verdict, forKey: .verdict)
            }

            enum Key: CodingKey { case verdict }
        }
    }

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3 else {
            print("usage: Report READINGS FOLDER")
            exit(2)
        }
        let readings = try ReadingLog.read(arguments[1])
        let folder = URL(fileURLWithPath: arguments[2])
        let notes = notes(on: readings)
        try Data(markdown(readings, notes).utf8).write(to: folder.appendingPathComponent("report.md"))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let document = Document(readings: readings.map { .init(reading: $0, verdict: $0.verdict) }, notes: notes)
        try encoder.encode(document).write(to: folder.appendingPathComponent("report.json"))
        print(markdown(readings, notes))
        let missing = suites.filter { suite in !readings.contains { $0.suite == suite } }
        for suite in missing { print("no figures of the suite \(suite)") }
        let failed = readings.filter { $0.verdict == .fails }
        for reading in failed { print("below its threshold: \(reading.name), against \(reading.limitName)") }
        exit(failed.isEmpty && missing.isEmpty ? 0 : 1)
    }

    /// The suites that a whole run has figures of; those of a part of it are named in `PERIGEE_BENCH_SUITES`.
    private static var suites: [String] {
        (Settings["PERIGEE_BENCH_SUITES"] ?? "hash chunk seal compress index pages pipeline planning")
            .split(separator: " ").map { String($0) }
    }

    private static func notes(on readings: [Reading]) -> [String] {
        var notes: [String] = []
        let measured = Set(readings.map(\.suite))
        if measured.contains("hash"), !readings.contains(where: { $0.limitName.hasPrefix("official BLAKE3") }) {
            notes.append("The official BLAKE3 was absent: PERIGEE_BENCH_BLAKE3 names no library of it.")
        }
        if measured.contains("compress"), Settings.bfloat16 == nil {
            notes.append("No bfloat16 weights were given (PERIGEE_BENCH_BF16): made ones stand in.")
        }
        if measured.contains("compress"), Settings.float32 == nil {
            notes.append("No float32 weights were given (PERIGEE_BENCH_FP32): made ones stand in.")
        }
        if measured.contains("chunk"), Settings.versions.isEmpty {
            notes.append("No series of versions was given (PERIGEE_BENCH_VERSIONS): a made one stands in.")
        }
        return notes
    }

    private static func markdown(_ readings: [Reading], _ notes: [String]) -> String {
        var text = "# Benchmarks of Perigee\n\n"
        text +=
            "Each figure stands beside its limit, measured in the same run in turns with it. A ratio says how good the\n"
        text += "figure is beside the limit; more is better. *short*: accepted, and less than is aimed at.\n"
        for suite in suites where readings.contains(where: { $0.suite == suite }) {
            text +=
                "\n## \(suite)\n\n| what | figure | limit | | ratio | least | aim | |\n|---|---:|---:|---|---:|---:|---:|---|\n"
            // What something is asked of comes first.
            let rows = readings.filter { $0.suite == suite }
            for reading in rows where reading.verdict != .shown { text += row(reading) }
            for reading in rows where reading.verdict == .shown { text += row(reading) }
            for reading in readings where reading.suite == suite && !reading.parts.isEmpty {
                let parts = reading.parts.map { "\($0.name) \(reading.text($0.figure))" }.joined(separator: ", ")
                text += "\nParts of \(reading.name): \(parts).\n"
            }
        }
        if !notes.isEmpty { text += "\n## Notes\n\n" + notes.map { "- \($0)\n" }.joined() }
        return text
    }

    private static func row(_ reading: Reading) -> String {
        func plain(_ ratio: Double?) -> String { ratio.map { String(format: "%.2f", $0) } ?? "" }
        let verdict =
            switch reading.verdict {
            case .shown: ""
            case .holds: "holds"
            case .short: "*short*"
            case .fails: "**fails**"
            }
        return "| \(reading.name) | \(reading.text(reading.figure)) | \(reading.text(reading.limit)) "
            + "| \(reading.limitName) | \(reading.ratioText) | \(plain(reading.threshold)) "
            + "| \(plain(reading.target ?? (reading.verdict == .shown ? nil : reading.threshold))) | \(verdict) |\n"
    }
}
