internal import ArgumentParser
internal import Configurations
internal import Model

/// The sites of the configuration.
struct SitesVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "sites",
        abstract: "Show the sites that the configuration describes.",
        discussion: """
            EXAMPLES
              perigee sites
              perigee sites --config /etc/perigee/perigee.yaml --json
            """)

    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    struct Document: Encodable {
        let schema = "perigee.sites/1"
        let file: String
        let here: String?
        let sites: [SiteRow]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let loaded = try NamedSites.current.loaded()
        let rows = loaded.configuration.sites.map { SiteRow($0, loaded) }
        try context.finish(Document(file: loaded.path, here: loaded.here, sites: rows)) {
            ConfigurationText.sites(loaded, rows, $0)
        }
        return .done
    }
}
