internal import ArgumentParser
internal import Model
internal import Trust

/// Lists the sites that this one trusts.
struct TrustList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the sites that this one trusts, and with what.",
        discussion: """
            EXAMPLE
              perigee trust list
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let document = TrustDocument(try TrustBook(TrustFolder(state: context.options.stateFolder)).entries())
        try context.finish(document) { document.text("trust", $0) }
        return .done
    }
}
