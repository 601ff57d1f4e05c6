internal import Catalog
internal import Scheduling

/// A line of the log of a run, for those who watch.
struct LogLine: Encodable {
    private let run: String
    private let at: String
    private let attempt: Int
    private let text: String

    /// What is told of a line.
    init(_ line: RunLine) {
        (run, at) = ("\(line.run)", line.at.rfc3339)
        (attempt, text) = (line.attempt, String(line.text.prefix(CatalogLimits.lineMax)))
    }
}
