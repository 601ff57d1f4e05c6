public import Model

/// Reads the entries of a tree in path order.
///
/// Memory: one page a level. Each page is checked as it is read: order, counts and sums must agree with what the page
/// above it says. A cursor that has thrown is not to be used again.
///
///     var cursor = EntryCursor(snapshot.tree, source: pages)
///     while let entry = try cursor.next() { print(entry.path) }
public struct EntryCursor {
    private var walker: TreeWalker
    // What a seek has found, to be given next.
    private var found: Entry?

    /// A cursor before the first entry; reads nothing yet.
    public init(_ root: TreeRoot, source: any PageSource) { walker = TreeWalker(root, source) }

    /// The next entry; nil at the end.
    ///
    /// - Throws: `.damaged` where a page contradicts itself or the one above it, and what the source throws.
    @inline(__always)
    public mutating func next() throws -> Entry? {
        if let entry = found {
            found = nil
            return entry
        }
        return try walker.nextEntry()
    }

    /// Goes, forwards or backwards, to where the first entry that is `path` or comes behind it is next.
    ///
    /// Costs a page a level, less those that are open already.
    public mutating func seek(to path: TreePath) throws { found = try walker.seek(to: path) }

    /// Goes to the first entry behind `folder` and all that lies in it.
    public mutating func seek(behind folder: TreePath) throws {
        // Sorts directly behind all of `folder/...`: no name holds a zero byte, and `/` counts as zero.
        try seek(to: folder.isRoot ? TreePath(trusted: [0xff]) : TreePath(trusted: folder.bytes + [1]))
    }

    /// The entry at `path`, or nil; goes there, so that what lies in it comes next.
    public mutating func entry(at path: TreePath) throws -> Entry? {
        try seek(to: path)
        guard let entry = found, entry.path == path else { return nil }
        found = nil
        return entry
    }
}
