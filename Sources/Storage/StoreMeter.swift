public import Model

/// What a store was asked for, by verb; failed requests count as well, their bytes do not.
public struct StoreMeter: Hashable, Sendable {
    /// Blobs put, the commits of staged ones included.
    public var puts: UInt64 = 0
    /// Ranges read.
    public var reads: UInt64 = 0
    /// Questions for size and version.
    public var infos: UInt64 = 0
    /// Pages listed.
    public var lists: UInt64 = 0
    /// Blobs deleted.
    public var deletes: UInt64 = 0
    /// Bytes of blobs that were stored.
    public var written: ByteCount = .zero
    /// Bytes that reads gave.
    public var read: ByteCount = .zero

    /// Nothing yet.
    public init() {}

    /// All requests together.
    public var requests: UInt64 { puts + reads + infos + lists + deletes }
}
