public import Content

/// The top of a tree of entries.
public struct TreeRoot: Hashable, Sendable {
    /// The page to begin at: a page of entries, or of children where there is more than one.
    public var page: ContentID
    /// How many entries the tree has.
    public var entries: UInt64
    /// The sum of the sizes of its files, holes included; a file with several names counts with each.
    public var bytes: UInt64

    /// The root of a tree of `entries` entries.
    public init(page: ContentID, entries: UInt64, bytes: UInt64) {
        self.page = page
        self.entries = entries
        self.bytes = bytes
    }
}
