public import Content
public import Model

/// Walks the leaves of a tree from left to right without reading them: each is told by what the page above says of it.
///
/// Memory: one page a level.
///
///     var leaves = LeafCursor(snapshot.tree, source: pages)
///     while let leaf = try leaves.next() { ... leaf.entries(from: pages) ... }
public struct LeafCursor {
    private let source: any PageSource
    private let root: TreeRoot
    private var walker: TreeWalker
    private var passed: UInt64 = 0
    private var isDone = false

    /// A cursor before the first leaf; reads nothing yet.
    public init(_ root: TreeRoot, source: any PageSource) {
        self.source = source
        self.root = root
        walker = TreeWalker(root, source)
    }

    /// The next leaf; nil at the end.
    ///
    /// - Throws: `.damaged` where a page contradicts itself or the one above it, and what the source throws.
    public mutating func next() throws -> TreeLeaf? {
        guard !isDone else { return nil }
        while case .subtree(let bounds) = try walker.step() {
            let isRoot = bounds.level == nil
            guard try bounds.level == 0 || (isRoot && rootIsLeaf()) else {
                try walker.open(bounds)
                continue
            }
            passed += bounds.count
            isDone = isRoot
            return TreeLeaf(bounds: bounds, isLast: isRoot || passed == root.entries)
        }
        isDone = true
        return nil
    }

    private func rootIsLeaf() throws -> Bool {
        try source.page(root.page).withUnsafeBytes { bytes in
            var input = PageInput(bytes)
            do throws(PageFault) {
                return try input.head() == .entries
            } catch {
                throw error.reading(root.page, at: 0)
            }
        }
    }
}

/// A leaf of a tree of entries, known by what the page above says of it.
public struct TreeLeaf: Sendable {
    let bounds: PageBounds
    /// Whether the tree ends with it: only then may it have ended because there was no more.
    let isLast: Bool

    /// The page.
    public var page: ContentID { bounds.id }
    /// How many entries it has.
    public var count: UInt64 { bounds.count }
    /// The path of its last entry; nil where the tree is but this leaf, and nothing above it says.
    public var last: TreePath? { bounds.last.map { TreePath(trusted: $0) } }

    /// Its entries in order, read from `source`.
    public func entries(from source: any PageSource) throws -> LeafEntries {
        try LeafEntries(self, source.page(bounds.id))
    }
}

/// The entries of one leaf in order.
public struct LeafEntries {
    private var page: EntryPage

    init(_ leaf: TreeLeaf, _ bytes: [UInt8]) throws {
        do throws(PageFault) {
            try bytes.withUnsafeBufferPointer { (buffer) throws(PageFault) in
                var input = PageInput(UnsafeRawBufferPointer(buffer))
                guard try input.head() == .entries else { throw PageFault("is not one that lists entries") }
            }
            page = try EntryPage(bytes, bounds: leaf.bounds)
        } catch {
            throw error.reading(leaf.page, at: 0)
        }
    }

    /// The next entry; nil behind the last, once the page has proved to hold what was announced.
    ///
    /// - Throws: `.damaged` where the page contradicts itself or what was announced.
    public mutating func next() throws -> Entry? { try page.next() }
}
