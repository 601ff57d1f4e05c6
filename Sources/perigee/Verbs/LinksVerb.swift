internal import ArgumentParser
internal import Configurations
internal import Model
internal import Replication

/// The links of the configuration.
struct LinksVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "Show the links that the configuration describes, and what was measured of them.",
        discussion: """
            EXAMPLES
              perigee links
              perigee links --json
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    struct Document: Encodable {
        let schema = "perigee.links/1"
        let file: String
        let links: [LinkRow]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let loaded = try NamedSites.current.loaded()
        let state = StateFolder(path: context.options.stateFolder)
        let rows = loaded.configuration.links.map { LinkRow($0, loaded, state: state) }
        try context.finish(Document(file: loaded.path, links: rows)) { ConfigurationText.links(loaded, rows, $0) }
        return .done
    }
}
