internal import ArgumentParser
internal import Foundation
internal import PeersKit

/// `peers foretold`: a table of what `peers foresee` has written before.
struct Foretold: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the tables of earlier runs of foresee, over different links, as one.")

    @Argument(help: ArgumentHelp("What `foresee --json` wrote.", valueName: "file")) var files: [String]
    @Option(
        help: ArgumentHelp(
            "Put the table into FILE, between its lines <!-- foreseen:begin --> and <!-- foreseen:end -->.",
            valueName: "file"))
    var document: String?

    func validate() throws {
        if files.isEmpty { throw ValidationError("Give the files that --json wrote.") }
    }

    func run() throws {
        let all = try files.flatMap {
            try JSONDecoder().decode([Foreseen].self, from: Data(contentsOf: URL(fileURLWithPath: $0)))
        }
        let table = ForesightTable(all).markdown
        print(table, terminator: "")
        guard let document else { return }
        let text = try String(contentsOfFile: document, encoding: .utf8)
        try MarkedSection.replaced(in: text, by: table, section: "foreseen")
            .write(toFile: document, atomically: true, encoding: .utf8)
    }
}
