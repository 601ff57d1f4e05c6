internal import Content
internal import Model

/// What a reader of a page knows of it beforehand, from the page above or from the root, and holds it to.
struct PageBounds {
    /// The page.
    var id: ContentID
    /// The key that all keys of the page come behind; nil where there is none.
    var lower: [UInt8]?
    /// The key of the last record below; nil for a root.
    var last: [UInt8]?
    /// How many entries or chunks are below.
    var count: UInt64
    /// How many bytes these make up; nil where that is not known.
    var bytes: UInt64?
    /// Its level, 0 for leaves; nil for a root.
    var level: Int?

    /// Whether `path` is, or would be, below this page.
    func holds(_ path: TreePath) -> Bool {
        if let lower, !(TreePath(trusted: lower) < path) { return false }
        guard let last else { return true }
        return !(TreePath(trusted: last) < path)
    }

    /// Whether a page may hold this much so far; so sums over several pages stay within what their parent says.
    func allows(count: UInt64, bytes: UInt64) -> Bool { count <= self.count && bytes <= self.bytes ?? .max }

    /// What is wrong with a page that holds more than ``allows(count:bytes:)``.
    static var tooMuch: PageFault { PageFault("holds more than the page above it says") }

    /// Throws where a page that ended with `last`, `count` and `bytes` is not the one that was announced.
    func check(last: [UInt8]?, count: UInt64, bytes: UInt64) throws(PageFault) {
        guard self.last == nil || self.last == last else {
            throw PageFault("does not end where the page above it says")
        }
        guard self.count == count, self.bytes == nil || self.bytes == bytes else {
            throw PageFault("does not hold what the page above it says")
        }
    }
}
