internal import ArgumentParser
internal import PeersKit

/// `peers report`: tables of what was measured before.
struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print the tables of earlier runs, of different workloads, as one.")

    @Argument(help: ArgumentHelp("What `--json` wrote.", valueName: "file")) var files: [String]
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if files.isEmpty { throw ValidationError("Give the files that --json wrote.") }
    }

    func run() throws {
        var record = try Record(readFrom: files[0])
        for file in files.dropFirst() { try record.add(Record(readFrom: file)) }
        try output.deliver(record)
    }
}
