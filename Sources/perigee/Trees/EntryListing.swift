internal import Model

/// Writes entries as they come: lines for people, one document for programs.
struct EntryListing {
    private let context: Context
    private let place: String
    private var page: ListingPage
    private var isEmpty = true

    /// A listing of `place`, as far as `page` wants it.
    init(_ context: Context, place: String, snapshot: String?, page: ListingPage) throws {
        (self.context, self.place, self.page) = (context, place, page)
        guard context.isJSON else { return }
        let snapshot = snapshot.map { JSON.quoted($0) } ?? "null"
        let head = "{\"schema\":\"perigee.ls/1\",\"place\":\(JSON.quoted(place)),\"snapshot\":\(snapshot),\"entries\":["
        try context.output.write(head)
    }

    /// Writes the next entry; whether more are wanted.
    mutating func add(_ row: EntryRow) throws -> Bool {
        if page.skips(row.path) { return true }
        guard page.hasRoom(for: row.path) else { return false }
        let text = context.isJSON ? (isEmpty ? "{" : ",{") + row.members + "}" : row.line + "\n"
        try context.output.write(text)
        page.wrote(text)
        isEmpty = false
        return true
    }

    /// Writes what comes after the last entry.
    func end() throws {
        let next = page.next.map { TreePath.printable($0.bytes) }
        if context.isJSON {
            try context.output.write("]\(next.map { ",\"next\":\(JSON.quoted($0))" } ?? "")}\n")
        } else if let next {
            try context.output.line("there is more: perigee ls \(place) --after '\(next)'")
        }
    }
}
