internal import Model
internal import Replication

/// Writes differences as they are found: lines and a summary for people, one document for programs.
struct DiffListing {
    private let context: Context
    private let old: String
    private let new: String
    private var counts: [DiffRow.Change: Int] = [:]

    /// A listing of what differs between `old` and `new`.
    init(_ context: Context, old: String, new: String) {
        self.context = context
        self.old = old
        self.new = new
    }

    /// Writes what comes before the first difference.
    func begin() throws {
        guard context.isJSON else { return }
        let head =
            "{\"schema\":\"perigee.diff/1\",\"old\":\(JSON.quoted(old)),\"new\":\(JSON.quoted(new)),\"changes\":["
        try context.output.write(head)
    }

    /// Writes the next difference.
    mutating func add(_ row: DiffRow) throws {
        if context.isJSON {
            try context.output.write((counts.isEmpty ? "" : ",") + row.object)
        } else {
            try context.output.line(row.line(context.style))
        }
        counts[row.change, default: 0] += 1
    }

    /// Writes the counts, and what could not be read.
    func end(_ failures: [ScanFailure]) throws {
        if context.isJSON {
            let members = DiffRow.Change.allCases.map { "\"\($0.rawValue)\":\(counts[$0] ?? 0)" }
            let rows = failures.map { failure in
                "{\"path\":\(JSON.quoted(TreePath.printable(failure.path.bytes))),"
                    + "\"code\":\"\(failure.error.code.rawValue)\",\"message\":\(JSON.quoted(failure.error.message))}"
            }
            try context.output.write(
                "],\"summary\":{\(members.joined(separator: ","))},\"failures\":[\(rows.joined(separator: ","))]}\n")
        } else {
            let parts = DiffRow.Change.allCases.compactMap { change in
                counts[change].map { "\(Quantity.grouped($0)) \(change == .kind ? "other kind" : change.rawValue)" }
            }
            try context.output.line(parts.isEmpty ? "no differences" : parts.joined(separator: ", "))
            for failure in failures { Diagnostics.note("\(failure.path)", failure.error.message) }
        }
    }
}
