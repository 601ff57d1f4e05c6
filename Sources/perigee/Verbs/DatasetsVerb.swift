internal import ArgumentParser
internal import Configurations
internal import Model

/// The datasets of the configuration.
struct DatasetsVerb: Verb {
    static let configuration = CommandConfiguration(
        commandName: "datasets",
        abstract: "Show the datasets that the configuration describes, and where they are.",
        discussion: """
            EXAMPLES
              perigee datasets
              perigee datasets weights --json
            """)

    @Argument(help: ArgumentHelp("Only this one.", valueName: "dataset")) var name: String?
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    struct Document: Encodable {
        let schema = "perigee.datasets/1"
        let file: String
        let datasets: [DatasetRow]
    }

    func perform(_ context: Context) throws -> ExitStatus {
        let loaded = try NamedSites.current.loaded()
        let datasets = try name.map { [try loaded.dataset($0, in: $0)] } ?? loaded.configuration.datasets
        let rows = datasets.map { DatasetRow($0, loaded) }
        try context.finish(Document(file: loaded.path, datasets: rows)) {
            ConfigurationText.datasets(loaded, rows, $0)
        }
        return .done
    }
}
