internal import ArgumentParser
internal import Model
internal import Trust

/// Trusts a site no more.
struct TrustRemove: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Trust a site no more.",
        discussion: """
            What it has begun goes on; it can begin nothing more, and cannot connect again.

            EXAMPLE
              perigee trust remove laptop
            """)

    @Argument(help: ArgumentHelp("Its name here, or its identity.", valueName: "name")) var name: String
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let book = TrustBook(TrustFolder(state: context.options.stateFolder))
        let document = TrustDocument([try book.remove(name)])
        try context.finish(document) { document.text("trust remove", $0) }
        return .done
    }
}
