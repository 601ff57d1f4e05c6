public import Model

/// What a store says of a blob without reading it.
public struct BlobInfo: Hashable, Sendable {
    /// Its name.
    public var key: BlobKey
    /// Its length.
    public var size: ByteCount
    /// Its version where asking costs nothing more; nil in listings of stores that must read for it.
    public var version: BlobVersion?
    /// When it was stored, by the store's clock.
    public var modified: Timestamp

    /// Info.
    public init(key: BlobKey, size: ByteCount, version: BlobVersion?, modified: Timestamp) {
        self.key = key
        self.size = size
        self.version = version
        self.modified = modified
    }
}
