/// A dataset's presence at a site.
public struct ReplicaSettings: Sendable, Equatable {
    /// What it is.
    public enum Place: Sendable, Equatable {
        /// Plain files below an absolute path of the site's host.
        case tree(String)
        /// In a vault, under a name.
        case vault(VaultPath, dataset: String)
    }

    /// The site.
    public var site: String
    /// Where it is described.
    public var position: Position
    /// Where it is there.
    public var place: Place
    /// Whether a tree there appears whole, as generations.
    public var isGenerations = false
}

extension ReplicaSettings.Place: CustomStringConvertible {
    /// The place as it is written.
    public var description: String {
        switch self {
        case .tree(let path): path
        case .vault(let vault, let dataset): "\(vault)#\(dataset)"
        }
    }
}
