internal import ArgumentParser
internal import Foundation
internal import PeersKit

/// Which programs run, and where they are found.
struct ProgramOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The program perigee to measure, unless the one in the PATH.", valueName: "file"))
    var perigee: String?

    @Option(
        help: ArgumentHelp("Look for programs in these folders first, separated by colons.", valueName: "folders"))
    var path: String?

    @Option(
        help: ArgumentHelp("Only these tools, separated by commas; `peers list` has their names.", valueName: "names"))
    var tools: String?

    var searchPath: SearchPath {
        let usual = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let folders = (path.map { [$0] } ?? []) + [usual]
        var known: [String: String] = [:]
        if let perigee { known["perigee"] = URL(fileURLWithPath: perigee).path }
        return SearchPath(folders: folders.flatMap { $0.split(separator: ":").map(String.init) }, known: known)
    }

    /// The tools that are wanted, in the order of the tables.
    func chosen(from all: [Tool]) throws -> [Tool] {
        guard let tools else { return all }
        return try ToolNames(tools).chosen(from: all)
    }
}
