/// What a session has written so far.
public struct WriteStatistics: Hashable, Sendable {
    /// Chunks that were missing and are now written.
    public var addedChunks: UInt64 = 0
    /// Their plain bytes.
    public var addedBytes: UInt64 = 0
    /// The bytes of their records: compressed, sealed, with headers.
    public var storedBytes: UInt64 = 0
    /// Pages that were missing and are now written.
    public var addedPages: UInt64 = 0
    /// The bytes of their records.
    public var pageBytes: UInt64 = 0
    /// Packs that are in the vault.
    public var packs: UInt64 = 0
    /// Packs of killed runs whose chunks were taken over.
    public var adoptedPacks: UInt64 = 0

    /// Nothing written.
    public init() {}

    mutating func add(_ other: WriteStatistics) {
        addedChunks += other.addedChunks
        addedBytes += other.addedBytes
        storedBytes += other.storedBytes
        addedPages += other.addedPages
        pageBytes += other.pageBytes
        packs += other.packs
        adoptedPacks += other.adoptedPacks
    }
}
