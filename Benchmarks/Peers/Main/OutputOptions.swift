internal import ArgumentParser
internal import Foundation
internal import PeersKit

/// Where a report goes.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Write the tables to FILE, in Markdown.", valueName: "file")) var markdown: String?

    @Option(
        help: ArgumentHelp(
            """
            Put the tables into FILE, between its lines <!-- measured:begin --> and <!-- measured:end -->; what was \
            measured over links, between <!-- links:begin --> and <!-- links:end -->.
            """, valueName: "file"))
    var readme: String?

    /// Writes `records`, of which those over links go together, to where they were wanted, and to standard output.
    func deliver(_ records: [Record]) throws {
        if let here = records.first(where: { $0.link == nil }) { try deliver(Report(here)) }
        let links = records.filter { $0.link != nil }
        if let first = links.first { try deliver(Report(first, Array(links.dropFirst()))) }
    }

    private func deliver(_ report: Report) throws {
        print(report.text, terminator: "")
        if let markdown { try report.markdown.write(toFile: markdown, atomically: true, encoding: .utf8) }
        if let readme {
            let document = try String(contentsOfFile: readme, encoding: .utf8)
            try MarkedSection.replaced(in: document, by: report.markdown, section: report.section)
                .write(toFile: readme, atomically: true, encoding: .utf8)
        }
    }
}
