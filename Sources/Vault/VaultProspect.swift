public import Content

/// What a vault is opened for, where that is known: then all that this begins with is asked for in one go.
public struct VaultProspect: Sendable, Hashable {
    /// The dataset that is to be read or written.
    public let dataset: String
    /// The snapshot that is thought to be its newest; nil where nothing is known.
    public let snapshot: ContentID?
    /// Whether a session of writing begins at once.
    public let writes: Bool

    /// A prospect.
    public init(dataset: String, snapshot: ContentID? = nil, writes: Bool) {
        (self.dataset, self.snapshot, self.writes) = (dataset, snapshot, writes)
    }
}
