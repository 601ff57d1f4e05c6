public import Content

/// A chunk as a list names it: which, and how long.
public struct ChunkReference: Hashable, Sendable {
    /// The digest of the plain bytes.
    public var id: ContentID
    /// The number of plain bytes, from 1 to ``PageLimits/chunk``.
    public var length: UInt32

    /// A reference to the chunk `id` of `length` bytes.
    public init(id: ContentID, length: UInt32) {
        self.id = id
        self.length = length
    }
}
