/// A dataset as the configuration describes it.
public struct DatasetSettings: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// Where it is described.
    public var position: Position
    /// The class that policies speak of.
    public var dataClass: String?
    /// The site where people write, all others being copies; nil where none is said to be.
    public var source: String?
    /// Globs of what does not belong to it.
    public var exclude: [String] = []
    /// Globs of what belongs to it again.
    public var include: [String] = []
    /// Do not enter other file systems mounted in the tree.
    public var isOneFileSystem = false
    /// Where it is, or is to be, in the order of the file.
    public var replicas: [ReplicaSettings] = []

    /// A dataset that is nowhere yet.
    public init(name: String, position: Position) {
        self.name = name
        self.position = position
    }

    /// The replica at a site; nil where none is described.
    public func replica(at site: String) -> ReplicaSettings? { replicas.first { $0.site == site } }
}
