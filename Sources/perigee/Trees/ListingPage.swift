internal import Model

/// Which part of a listing is wanted: what comes behind a path, and how much of that.
///
/// Listings are in path order, so that a page and the one behind it are right together, whatever lies before them.
struct ListingPage {
    /// All of this comes before the page; nil for nothing.
    let after: TreePath?
    private let limit: Int?
    private var (count, bytes) = (0, 0)
    private var last: TreePath?
    /// The path behind which the next page begins; nil where there is none.
    private(set) var next: TreePath?

    /// A page that has as many bytes is full, too.
    static let bytesMax = 4 << 20

    /// What comes behind `after`, at most `limit` of it.
    init(after: TreePath? = nil, limit: Int? = nil) { (self.after, self.limit) = (after, limit) }

    /// Whether `path` comes before the page.
    func skips(_ path: TreePath) -> Bool { after.map { path <= $0 } ?? false }

    /// Whether there is room for what is at `path`; where there is none the listing is at its end.
    mutating func hasRoom(for path: TreePath) -> Bool {
        if let limit, count >= limit || bytes >= Self.bytesMax {
            next = last
            return false
        }
        count += 1
        last = path
        return true
    }

    /// Counts what was written of it.
    mutating func wrote(_ text: String) { bytes += text.utf8.count }
}
