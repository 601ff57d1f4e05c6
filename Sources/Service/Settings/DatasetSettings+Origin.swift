public import Configurations

extension DatasetSettings {
    /// The site from which all copies come: where people write; where nobody says, the only one that is described.
    public var origin: String? { source ?? (replicas.count == 1 ? replicas[0].site : nil) }
}
