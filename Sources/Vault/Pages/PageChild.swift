internal import Content

/// A page as the page above it lists it.
struct PageChild {
    /// The page.
    var id: ContentID
    /// The key of the last record below it: a path, or the bytes of a chunk's ID, which chunk lists do not write.
    var last: [UInt8]
    /// How many entries or chunks are below it.
    var count: UInt64
    /// How many bytes these make up.
    var bytes: UInt64
}
