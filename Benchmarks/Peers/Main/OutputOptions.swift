internal import ArgumentParser
internal import Foundation
internal import PeersKit

/// Where a report goes.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the tables to FILE, in Markdown.", valueName: "file")) var markdown: String?

    @Option(
        help: ArgumentHelp(
            "Put the tables into FILE, between its lines <!-- measured:begin --> and <!-- measured:end -->.",
            valueName: "file"))
    var readme: String?

    /// Writes `record` to where it was wanted, and to standard output.
    func deliver(_ record: Record) throws {
        let report = Report(record)
        print(report.text, terminator: "")
        if let markdown { try report.markdown.write(toFile: markdown, atomically: true, encoding: .utf8) }
        if let readme {
            let document = try String(contentsOfFile: readme, encoding: .utf8)
            try MarkedSection.replaced(in: document, by: report.markdown)
                .write(toFile: readme, atomically: true, encoding: .utf8)
        }
    }
}
