/// What a snapshot holds, and what it cost to make.
public struct SnapshotStatistics: Hashable, Sendable {
    /// How many regular files the tree has.
    public var files: UInt64
    /// How many entries could not be read and are missing, or are as in the snapshot before.
    public var unread: UInt64
    /// The plain bytes of all chunks that the vault did not hold before.
    public var addedBytes: UInt64
    /// How many chunks that were.
    public var addedChunks: UInt64
    /// The bytes that were written for them, compressed and sealed.
    public var storedBytes: UInt64
    /// The mean length of the snapshot's chunks in plain bytes, rounded; zero where it has none or nobody counted.
    public var averageChunk: UInt64

    /// Statistics; what is not given is zero.
    public init(
        files: UInt64 = 0, unread: UInt64 = 0, addedBytes: UInt64 = 0, addedChunks: UInt64 = 0, storedBytes: UInt64 = 0,
        averageChunk: UInt64 = 0
    ) {
        self.files = files
        self.unread = unread
        self.addedBytes = addedBytes
        self.addedChunks = addedChunks
        self.storedBytes = storedBytes
        self.averageChunk = averageChunk
    }
}
