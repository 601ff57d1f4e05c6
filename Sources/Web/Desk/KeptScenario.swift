internal import Placement
internal import Synchronization

/// A scenario with its prices, as files said it.
final class KeptScenario: Sendable {
    let path: String
    let text: String
    let bookText: ScenarioShelf.BookText?
    let scenario: Scenario
    let book: PriceBook
    private let locality = Mutex<LocalityTable?>(nil)

    init(_ path: String, text: String, book: ScenarioShelf.BookText?) throws {
        self.path = path
        self.text = text
        bookText = book
        scenario = try Scenario(files: [.init(name: path, text: text)])
        self.book = try book.map { try PriceBook(yaml: $0.text, file: $0.file) } ?? .empty
    }

    /// What workloads cost at sites; worked out once.
    func table() throws -> LocalityTable {
        try locality.withLock { known in
            if let known { return known }
            let table = try LocalityTable(scenario, book: book)
            known = table
            return table
        }
    }
}

/// The scenarios that were asked about last.
final class KeptScenarios: Sendable {
    /// So many are kept.
    private static let countMax = 8

    private let kept = Mutex<[KeptScenario]>([])

    /// The scenario in a file that says `text`; read once as long as it, and the prices, say the same.
    ///
    /// - Throws: where one of them is wrong.
    func scenario(_ path: String, text: String, book: ScenarioShelf.BookText?) throws -> KeptScenario {
        let known = kept.withLock { kept in kept.first { $0.path == path } }
        if let known, known.bookText == book, known.text == text { return known }
        let made = try KeptScenario(path, text: text, book: book)
        kept.withLock { kept in
            kept.removeAll { $0.path == path }
            if kept.count >= Self.countMax { kept.removeFirst() }
            kept.append(made)
        }
        return made
    }
}
