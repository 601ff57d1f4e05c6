public import Content

/// Where the bytes of a file are: its chunks in order, holes left out.
public enum FileContent: Hashable, Sendable {
    /// No chunks: an empty file, one that is all hole, and everything but files.
    case none
    /// One to ``PageLimits/inlineChunks`` chunks, whose lengths sum to the file's `Attributes.dataSize`.
    case inline([ChunkReference])
    /// More chunks than that: the root of a tree of pages, and how many chunks it lists.
    case paged(root: ContentID, chunks: UInt64)

    /// The number of chunks.
    public var chunkCount: UInt64 {
        switch self {
        case .none: 0
        case .inline(let chunks): UInt64(chunks.count)
        case .paged(_, let chunks): chunks
        }
    }
}
