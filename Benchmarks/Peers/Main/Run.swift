internal import ArgumentParser
internal import Foundation
internal import PeersKit

/// `peers run`: measures.
struct Run: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Measure, and print the tables.")

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Programs") var programs: ProgramOptions
    @OptionGroup(title: "Output") var output: OutputOptions

    @Option(help: ArgumentHelp("Work in a new folder within FOLDER; it is removed afterwards.", valueName: "folder"))
    var work = NSTemporaryDirectory()

    @Flag(
        help: """
            Where the work folder is in memory: hold all free memory that is not needed. For virtual machines that give \
            free memory back to their host, since getting it back costs more than what is measured.
            """)
    var holdMemory = false

    @Option(
        help: ArgumentHelp(
            "Replicate over a link to another host instead, such as 100Mbit/s or 1Gbit/s,40ms; takes root.",
            valueName: "rate[,round trip]"))
    var link: String?

    @Option(help: "How often each tool has its turn.") var repeats = 3

    @Option(
        help: ArgumentHelp("No further turn for a tool whose turns at a workload took longer.", valueName: "seconds"))
    var patience = 60.0

    @Option(help: ArgumentHelp("End a command after so many seconds.", valueName: "seconds")) var limit = 900

    @Option(help: ArgumentHelp("Write every sample to FILE.", valueName: "file")) var json: String?

    func validate() throws {
        guard repeats > 0, limit > 0 else { throw ValidationError("--repeats and --limit are 1 or more.") }
    }

    func run() throws {
        try Meter.prepare()
        let work = try WorkFolder(within: work)
        defer { try? work.remove() }
        let shape = try link.map { try LinkShape($0) }
        let tools = try programs.chosen(from: shape == nil ? Tool.all : Tool.overLinks)
        var path = programs.searchPath
        let link = try shape.map { try Link($0, path: path, work: work, relay: Self.relay) }
        defer { link?.remove() }
        if let link { path = path.preceded(by: link.programs) }
        let meter = Meter(path: path, limitSeconds: limit)
        let versions = Versions.of(tools, in: path, meter: meter, work: work)
        var record = Record(machine: try Machine(work: work, meter: meter), programs: versions, link: shape?.summary)
        say(record.machine.summary)
        for tool in tools where path.find(tool.program) == nil { say("not installed: \(tool.name) (\(tool.remedy))") }

        let rounds = Rounds(
            tools: tools.filter { path.find($0.program) != nil }, repetitions: repeats, patienceSeconds: patience,
            holdsMemory: holdMemory, work: work, meter: meter, link: link)
        for kind in try data.kinds() {
            var workload = try data.workload(kind, spare: work.data)
            try checkRoom(for: workload, in: work)
            say("\(workload.facts.summary); the change: \(workload.facts.change)")
            record.add(workload.facts)
            try rounds.run(&workload) { sample in
                record.add(sample)
                say(Self.line(of: sample))
            }
            if let json { try record.write(to: json) }
        }
        try output.deliver([record])
    }

    /// This program, as what delays the bytes of a link.
    private static var relay: [String] { [Bundle.main.executablePath ?? CommandLine.arguments[0], "relay"] }

    /// The live tree, a destination, and what is restored lie side by side.
    private func checkRoom(for workload: Workload, in work: WorkFolder) throws {
        let needed = workload.bytes / 2 * 7
        guard Machine.freeBytes(at: work.path) >= needed else {
            throw PeersError(
                "\(work.path) has less than the \(Words.bytes(needed)) that \(workload.kind.rawValue) needs; "
                    + "give another folder with --work, or a smaller --scale")
        }
    }

    private static func line(of sample: Sample) -> String {
        var words = [
            "\(sample.round)", sample.workload.rawValue, sample.tool, sample.phase.title,
            "\(Words.seconds(sample.wallSeconds)) s",
            "cpu \(Words.seconds(sample.userSeconds + sample.systemSeconds)) s", Words.bytes(sample.peakBytes),
            "at the destination \(Words.bytes(sample.destinationBytes))",
            "others \(Words.seconds(sample.foreignSeconds)) s",
        ]
        if sample.outcome != .right { words.append("\(sample.outcome.rawValue): \(sample.note)") }
        return words.joined(separator: "  ")
    }

    /// Tells people how far it is; the tables alone are on standard output.
    private func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
