internal import ArgumentParser
internal import Content
internal import Hashing
internal import Model
internal import Workers
internal import Yardsticks

/// How fast this machine is at what Perigee does, beside what would be the limit.
struct Bench: Verb {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure hashing, cutting, sealing, compressing, TLS and whole moves on this machine.",
        discussion: """
            Each figure stands beside its limit, measured in the same run in turns with it, and the ratio of both: more \
            is better. Whole moves are made in a folder in memory where there is room, else in TMPDIR.

            EXAMPLES
              perigee bench
              perigee bench hash seal --json
              perigee bench pipeline --seconds 20 --in /mnt/disk
            """)

    /// What can be measured.
    enum Suite: String, CaseIterable, ExpressibleByArgument {
        case hash, chunk, seal, compress, wire, pipeline

        func yardsticks(in folder: String?) -> [Yardstick] {
            switch self {
            case .hash: HashYardsticks.all
            case .chunk: ChunkYardsticks.all
            case .seal: SealYardsticks.all
            case .compress: CompressYardsticks.all
            case .wire: WireYardsticks.all
            case .pipeline: PipelineYardsticks.all(in: folder)
            }
        }
    }

    @Argument(
        help: ArgumentHelp(
            "hash, chunk, seal, compress, wire, pipeline; all of them if none is named.", valueName: "what"))
    var suites: [Suite] = []

    @Option(
        help: ArgumentHelp(
            "How long to measure in all, about; each figure takes three rounds at least.", valueName: "n"))
    var seconds = 30.0

    @Option(
        name: .customLong("in"), help: ArgumentHelp("Make whole moves in this folder.", valueName: "dir"),
        completion: .directory)
    var folder: String?

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        guard seconds > 0, seconds <= 86_400 else { throw ValidationError("--seconds is above 0, and a day at most") }
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let yardsticks = Suite.allCases.filter { suites.isEmpty || suites.contains($0) }
            .flatMap { $0.yardsticks(in: folder) }
        var document = Document()
        for yardstick in yardsticks {
            try context.stop.check()
            if context.options.progressStyle != .none { Diagnostics.write("measuring \(yardstick.name)\n") }
            document.readings.append(
                try yardstick.read(seconds: seconds / Double(yardsticks.count)) { try context.stop.check() })
        }
        try context.finish(document) { Self.text(document, $0) }
        return .done
    }

    private struct Document: Encodable {
        let schema = "perigee.bench/1"
        let version = Perigee.version
        let processors = Crew.processors
        let kernel = (Kernel.available.first ?? .portable).name
        let kernels = Kernel.available.map(\.name)
        let libraries = Dictionary(uniqueKeysWithValues: Libraries.versions.map { ($0.name, $0.version) })
        var readings: [Reading] = []
    }

    private static func text(_ document: Document, _ style: Style) -> String {
        var table = Table(
            ("what", .left), ("figure", .right), ("limit", .right), ("ratio", .right), ("limit is", .left))
        for reading in document.readings {
            table.row(
                reading.name, reading.text(reading.figure), reading.text(reading.limit), reading.ratioText,
                reading.limitName)
        }
        let processors = Format.count(document.processors, "processor")
        let title =
            "bench  perigee \(document.version)   \(processors)   kernels \(document.kernels.joined(separator: ", "))"
        return style.strong(title) + "\n" + table.rendered(style) + parts(document.readings, style)
    }

    /// What the limit of a whole move is made of.
    private static func parts(_ readings: [Reading], _ style: Style) -> String {
        readings.filter { !$0.parts.isEmpty }.map { reading in
            let parts = reading.parts.map { "\($0.name) \(reading.text($0.figure))" }.joined(separator: "   ")
            return style.faint("parts of \(reading.name)") + "\n  \(parts)\n"
        }.joined()
    }
}
