internal import ArgumentParser
internal import Model
internal import Trust

/// Shows who this site is.
struct IdentityShow: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show this site's identity.",
        discussion: """
            EXAMPLE
              perigee identity show --json
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func perform(_ context: Context) throws -> ExitStatus {
        let file = IdentityFile(TrustFolder(state: context.options.stateFolder))
        let document = IdentityDocument(try file.key(), file)
        try context.finish(document) { document.text("identity", $0) }
        return .done
    }
}
