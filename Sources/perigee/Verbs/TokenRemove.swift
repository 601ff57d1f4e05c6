internal import ArgumentParser
internal import Catalog
internal import Model
internal import Replication
internal import Web

/// Takes a token back.
struct TokenRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take a token back; a daemon that runs heeds it at once.",
        discussion: """
            EXAMPLE
              perigee token remove ci
            """)

    @Argument(help: ArgumentHelp("Its name.", valueName: "name")) var name: String
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        try TokenBook.change(context, "token.remove", name) { try $0.revoke(token: name, at: SystemClock.now()) }
        let catalog = try Catalog.inspect(TokenBook.path(context))
        defer { catalog.close() }
        let document = TokenDocument(
            Array(try catalog.tokens().filter { $0.id == name }.suffix(1)), at: SystemClock.now())
        try context.finish(document) { document.text("token remove", $0) }
        return .done
    }
}
