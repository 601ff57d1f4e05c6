/// A walk over the blobs of a store that asks for the next page only when the last one is used up.
///
/// A blob that is there during the whole walk is met once; one that comes or goes meanwhile may or may not be.
public struct BlobWalk {
    /// How many blobs are asked for at once, unless said otherwise.
    public static let pageSizeDefault = 1000

    private let store: any BlobStore
    private let prefix: String
    private let pageSize: Int
    private var page: ArraySlice<BlobInfo> = []
    private var cursor: BlobKey?
    private var isLast = false

    init(_ store: any BlobStore, prefix: String, after cursor: BlobKey?, pageSize: Int) {
        precondition(pageSize > 0, "a page holds something")
        self.store = store
        self.prefix = prefix
        self.pageSize = pageSize
        self.cursor = cursor
    }

    /// The next blob; nil after the last.
    public mutating func next() throws -> BlobInfo? {
        if page.isEmpty, !isLast {
            page = try store.list(prefix, after: cursor, limit: pageSize)[...]
            isLast = page.count < pageSize
            cursor = page.last?.key ?? cursor
        }
        return page.popFirst()
    }

    /// Calls `body` with each blob that is left.
    public consuming func forEach(_ body: (BlobInfo) throws -> Void) throws {
        while let info = try next() { try body(info) }
    }
}
