public import Content
internal import Hashing
internal import Model

/// Pages held in memory, named by unkeyed BLAKE3; for tests, and for trees that need not be kept.
public final class MemoryPages: PageSource, PageSink {
    /// The pages by name.
    public private(set) var pages: [ContentID: [UInt8]] = [:]
    /// How often a page was read.
    public private(set) var reads = 0
    /// How often a page was stored that was there already.
    public private(set) var repeats = 0

    /// No pages.
    public init() {}

    /// The page `id`; throws `.notFound` where it was never stored.
    public func page(_ id: ContentID) throws -> [UInt8] {
        guard let page = pages[id] else { throw PerigeeError(.notFound, "no such page", at: "page \(id)") }
        reads += 1
        return page
    }

    /// Keeps a copy of `page`.
    public func store(_ page: UnsafeRawBufferPointer) throws -> ContentID {
        let id = ContentID(Blake3.hash(page))
        if pages[id] == nil { pages[id] = Array(page) } else { repeats += 1 }
        return id
    }

    /// Whether the page `id` was stored.
    public func holds(_ id: ContentID) -> Bool { pages[id] != nil }
}
