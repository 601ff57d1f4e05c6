internal import ArgumentParser
internal import PeersKit

/// `peers list`: what would be run.
struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the tools, where they are, and what they are told.")

    @OptionGroup var programs: ProgramOptions

    func run() throws {
        let path = programs.searchPath
        for tool in try programs.chosen(from: Tool.all + Tool.overLinks) {
            print("\(tool.name): \(path.find(tool.program) ?? "not installed (\(tool.remedy))")")
            for phase in Phase.allCases { if let shown = tool.shown(phase) { print("  \(phase.title): \(shown)") } }
        }
    }
}
