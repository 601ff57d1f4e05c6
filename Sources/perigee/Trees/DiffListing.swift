internal import Model
internal import Replication

/// Writes differences as they are found: lines and a summary for people, one document for programs.
struct DiffListing {
    private let context: Context
    private let old: String
    private let new: String
    private var page: ListingPage
    private var counts: [DiffRow.Change: Int] = [:]

    /// A listing of what differs between `old` and `new`, as far as `page` wants it.
    init(_ context: Context, old: String, new: String, page: ListingPage) {
        (self.context, self.old, self.new, self.page) = (context, old, new, page)
    }

    /// Writes what comes before the first difference.
    func begin() throws {
        guard context.isJSON else { return }
        let head =
            "{\"schema\":\"perigee.diff/1\",\"old\":\(JSON.quoted(old)),\"new\":\(JSON.quoted(new)),\"changes\":["
        try context.output.write(head)
    }

    /// Writes the next difference; whether more are wanted.
    mutating func add(_ row: DiffRow) throws -> Bool {
        if page.skips(row.path) { return true }
        guard page.hasRoom(for: row.path) else { return false }
        let text = context.isJSON ? (counts.isEmpty ? "" : ",") + row.object : row.line(context.style) + "\n"
        try context.output.write(text)
        page.wrote(text)
        counts[row.change, default: 0] += 1
        return true
    }

    /// Writes the counts of what was written, and what could not be read.
    func end(_ failures: [ScanFailure]) throws {
        let next = page.next.map { TreePath.printable($0.bytes) }
        if context.isJSON {
            let members = DiffRow.Change.allCases.map { "\"\($0.rawValue)\":\(counts[$0] ?? 0)" }
            let rows = failures.map { failure in
                "{\"path\":\(JSON.quoted(TreePath.printable(failure.path.bytes))),"
                    + "\"code\":\"\(failure.error.code.rawValue)\",\"message\":\(JSON.quoted(failure.error.message))}"
            }
            try context.output.write(
                "],\"summary\":{\(members.joined(separator: ","))},\"failures\":[\(rows.joined(separator: ","))]"
                    + (next.map { ",\"next\":\(JSON.quoted($0))" } ?? "") + "}\n")
        } else {
            let parts = DiffRow.Change.allCases.compactMap { change in
                counts[change].map { "\(Quantity.grouped($0)) \(change == .kind ? "other kind" : change.rawValue)" }
            }
            try context.output.line(parts.isEmpty ? "no differences" : parts.joined(separator: ", "))
            if let next { try context.output.line("there is more: perigee diff \(old) \(new) --after '\(next)'") }
            for failure in failures { Diagnostics.note("\(failure.path)", failure.error.message) }
        }
    }
}
