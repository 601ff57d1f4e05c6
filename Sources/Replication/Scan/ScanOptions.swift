internal import Workers

/// How a tree is scanned.
public struct ScanOptions: Sendable {
    /// How many threads list and look up ahead of the consumer.
    public var threads: Int
    /// What belongs to the tree and what does not.
    public var filter: PathFilter
    /// Whether folders on which another file system is mounted are given, but not entered.
    public var oneFileSystem: Bool
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
