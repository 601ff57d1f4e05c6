internal import Hashing

/// How much an index segment holds.
public struct IndexExtent: Sendable, Hashable {
    /// How many chunks and pages.
    public var entries: Int
    /// How many packs these lie in.
    public var packs: Int

    /// A size.
    public init(entries: Int, packs: Int) {
        self.entries = entries
        self.packs = packs
    }

    /// The bytes of a segment of that size which takes so many others over.
    public func bytes(replacing replaced: Int = 0) -> UInt64 {
        let buckets = UInt64(IndexBucket.count(for: entries)) * UInt64(IndexBucket.byteCount)
        let rows = UInt64(entries) * UInt64(IndexEntry.byteCount) + UInt64(packs) * UInt64(PackTableRow.byteCount)
        return UInt64(IndexSegment.headCount + IndexFooter.byteCount + replaced * Digest.byteCount) + buckets + rows
    }
}

/// A merge of index segments.
public struct IndexMerge: Sendable, Hashable {
    /// How many segments it takes over.
    public var segments: Int
    /// The bytes of the one that it makes.
    public var bytes: UInt64
}
