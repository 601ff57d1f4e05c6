internal import ArgumentParser
internal import Foundation
internal import PeersKit

/// `peers foresee`: what Perigee foresees of transfers, beside what they come to.
struct Foresee: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Hold what is foreseen of transfers over a link against what they come to.",
        discussion: """
            For each workload: a first sync into an empty tree and into a vault at the far end, back from there, out of that vault, and \
            into a vault here; a change, and the same again; and a sync into a tree that has the version before the change, of \
            which nothing is remembered.

            EXAMPLES
              peers foresee --only sources,images --scale 0.05 --link 100Mbit/s --link 1Gbit/s --link 100Mbit/s,40ms
            """)

    @OptionGroup(title: "Data") var data: DataOptions
    @OptionGroup(title: "Programs") var programs: ProgramOptions
    @Option(help: ArgumentHelp("Work in a new folder within FOLDER; it is removed afterwards.", valueName: "folder"))
    var work = NSTemporaryDirectory()
    @Option(
        help: ArgumentHelp(
            "A link, such as 100Mbit/s or 1Gbit/s,40ms; may be repeated; takes root.", valueName: "rate[,round trip]"))
    var link: [String] = ["100Mbit/s"]
    @Option(
        help: ArgumentHelp(
            "Compress so what crosses; how hard auto does depends on how busy the machine is.", valueName: "how"))
    var compress: String?
    @Option(help: "How often each transfer is made.") var repeats = 1
    @Option(help: ArgumentHelp("End a command after so many seconds.", valueName: "seconds")) var limit = 900
    @Option(help: ArgumentHelp("Write the table to FILE, in Markdown.", valueName: "file")) var markdown: String?
    @Option(help: ArgumentHelp("Write every transfer to FILE.", valueName: "file")) var json: String?

    func validate() throws {
        guard repeats > 0, limit > 0 else { throw ValidationError("--repeats and --limit are 1 or more.") }
    }

    func run() throws {
        try Meter.prepare()
        var all: [Foreseen] = []
        for text in link {
            let shape = try LinkShape(text)
            let work = try WorkFolder(within: work)
            defer { try? work.remove() }
            let relay = [Bundle.main.executablePath ?? CommandLine.arguments[0], "relay"]
            let link = try Link(shape, path: programs.searchPath, work: work, relay: relay)
            defer { link.remove() }
            let path = programs.searchPath.preceded(by: link.programs)
            let foresights = try Foresights(
                work: work, meter: Meter(path: path, limitSeconds: limit), link: link, compression: compress)
            for _ in 0..<repeats {
                for kind in try data.kinds() {
                    var workload = try data.workload(kind, spare: work.data)
                    try foresights.run(&workload) { foreseen in
                        all.append(foreseen)
                        FileHandle.standardError.write(Data(ForesightTable([foreseen]).summary.utf8))
                    }
                }
            }
        }
        let table = ForesightTable(all).markdown
        print(table, terminator: "")
        if let markdown { try table.write(toFile: markdown, atomically: true, encoding: .utf8) }
        if let json { try JSONEncoder().encode(all).write(to: URL(fileURLWithPath: json)) }
    }
}
