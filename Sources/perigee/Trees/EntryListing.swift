internal import Model

/// Writes entries as they come: lines for people, one document for programs.
struct EntryListing {
    private let context: Context
    private var count: UInt64 = 0

    /// A listing of `place`.
    init(_ context: Context, place: String, snapshot: String?) throws {
        self.context = context
        guard context.isJSON else { return }
        let snapshot = snapshot.map { JSON.quoted($0) } ?? "null"
        let head = "{\"schema\":\"perigee.ls/1\",\"place\":\(JSON.quoted(place)),\"snapshot\":\(snapshot),\"entries\":["
        try context.output.write(head)
    }

    /// Writes the next entry.
    mutating func add(_ row: EntryRow) throws {
        if context.isJSON {
            try context.output.write((count > 0 ? ",{" : "{") + row.members + "}")
        } else {
            try context.output.line(row.line)
        }
        count += 1
    }

    /// Writes what comes after the last entry.
    func end() throws {
        if context.isJSON { try context.output.write("]}\n") }
    }
}
