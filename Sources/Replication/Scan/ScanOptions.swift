public import Model
internal import Workers

/// How a tree is scanned.
public struct ScanOptions: Sendable {
    /// How many threads list and look up ahead of the consumer.
    public var threads: Int
    /// What belongs to the tree and what does not.
    public var filter: PathFilter
    /// Whether folders on which another file system is mounted are given, but not entered.
    public var oneFileSystem: Bool
    /// What comes before this path is neither looked up nor entered, but for the folders on the way to it; nil for none.
    public var after: TreePath?
    /// How many bytes the entries may take that are looked up ahead; a giant folder is sorted in a quarter of it.
    public var memory: Int

    /// Options; what is not given is as usual: all processors, everything, 32 MiB.
    public init(
        threads: Int? = nil, filter: PathFilter = PathFilter(), oneFileSystem: Bool = false,
        memory: Int = 32 << 20
    ) {
        self.threads = max(1, threads ?? Crew.processors)
        self.filter = filter
        self.oneFileSystem = oneFileSystem
        self.memory = memory
    }
}
