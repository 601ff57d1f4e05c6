internal import ArgumentParser
internal import Catalog
internal import Replication
internal import Web

/// Lists tokens.
struct TokenList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the tokens, those that were taken back too.",
        discussion: """
            EXAMPLE
              perigee token list
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let catalog = try Catalog.inspect(TokenBook.path(context))
        defer { catalog.close() }
        let document = TokenDocument(try catalog.tokens(), at: SystemClock.now())
        try context.finish(document) { document.text("tokens", $0) }
        return .done
    }
}
