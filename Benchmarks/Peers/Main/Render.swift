internal import ArgumentParser
internal import PeersKit

/// `peers report`: tables of what was measured before.
struct Render: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Print the tables of earlier runs, of different workloads or links, as one.")

    @Argument(help: ArgumentHelp("What `--json` wrote.", valueName: "file")) var files: [String]
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if files.isEmpty { throw ValidationError("Give the files that --json wrote.") }
    }

    func run() throws {
        try output.deliver(Record.joined(files.map { try Record(readFrom: $0) }))
    }
}
