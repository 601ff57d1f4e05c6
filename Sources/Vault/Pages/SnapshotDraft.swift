public import Model

/// A snapshot that is not committed: all but its dataset, its place in the history, and its ID.
public struct SnapshotDraft: Hashable, Sendable {
    /// When the run that made it began.
    public var created: Timestamp
    /// Its entries.
    public var tree: TreeRoot
    /// Where they were read, as the user named it.
    public var source: String
    /// The host that read them.
    public var host: String
    /// The program's version.
    public var program: String
    /// What it holds, and what it cost.
    public var statistics: SnapshotStatistics

    /// A draft.
    public init(
        created: Timestamp, tree: TreeRoot, source: String, host: String, program: String,
        statistics: SnapshotStatistics = SnapshotStatistics()
    ) {
        self.created = created
        self.tree = tree
        self.source = source
        self.host = host
        self.program = program
        self.statistics = statistics
    }
}
