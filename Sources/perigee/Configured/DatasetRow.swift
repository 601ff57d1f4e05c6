internal import Configurations

/// A dataset for programs.
struct DatasetRow: Encodable {
    let name: String
    let dataClass: String?
    let source: String?
    let exclude: [String]
    let include: [String]
    let oneFileSystem: Bool
    let replicas: [Replica]
    let rules: [RuleRow]

    enum CodingKeys: String, CodingKey {
        case name, source, exclude, include, oneFileSystem, replicas, rules
        case dataClass = "class"
    }

    /// A replica.
    struct Replica: Encodable {
        let site: String
        let kind: String
        let place: String
        let publish: String?
    }

    /// `dataset` as `loaded` describes it.
    init(_ dataset: DatasetSettings, _ loaded: LoadedConfiguration) {
        name = dataset.name
        (dataClass, source) = (dataset.dataClass, dataset.source)
        (exclude, include, oneFileSystem) = (dataset.exclude, dataset.include, dataset.isOneFileSystem)
        replicas = dataset.replicas.map { replica in
            let isTree = if case .tree = replica.place { true } else { false }
            return Replica(
                site: replica.site, kind: isTree ? "tree" : "vault", place: "\(replica.place)",
                publish: isTree ? (replica.isGenerations ? "generations" : "in-place") : nil)
        }
        rules = loaded.configuration.rules.filter { $0.dataset == dataset.name }.map(RuleRow.init)
    }
}
