internal import Content
internal import Model

/// Walks a tree of entries from left to right, and lets the caller open each subtree or pass over it.
///
/// Holds one page a level. A walker that has thrown is not to be used again.
struct TreeWalker {
    /// What comes next.
    enum Step {
        /// An entry of the open leaf.
        case entry(Entry)
        /// A subtree, closed: the caller opens it, or passes over it by taking the next step.
        case subtree(PageBounds)
    }

    private let source: any PageSource
    private let root: PageBounds
    private var hasBegun = false
    private var folds: [ChildPage] = []
    private var leaf: EntryPage?

    /// A walk that begins before the root.
    init(_ root: TreeRoot, _ source: any PageSource) {
        self.source = source
        self.root = PageBounds(id: root.page, count: root.entries, bytes: root.bytes)
    }

    /// The next entry or closed subtree; nil at the end.
    @inline(__always)
    mutating func step() throws -> Step? {
        if let entry = try leaf?.next() { return .entry(entry) }
        leaf = nil
        return try nextSubtree().map { .subtree($0) }
    }

    /// The next entry, all subtrees opened; nil at the end.
    @inline(__always)
    mutating func nextEntry() throws -> Entry? {
        while true {
            if let entry = try leaf?.next() { return entry }
            leaf = nil
            guard let subtree = try nextSubtree() else { return nil }
            try open(subtree)
        }
    }

    private mutating func nextSubtree() throws -> PageBounds? {
        if !hasBegun {
            hasBegun = true
            return root
        }
        while !folds.isEmpty {
            if let child = try folds[folds.count - 1].next() { return child }
            folds.removeLast()
        }
        return nil
    }

    /// Opens the subtree that the last step gave.
    mutating func open(_ subtree: PageBounds) throws {
        let page = try source.page(subtree.id)
        do throws(PageFault) {
            try page.withUnsafeBufferPointer { (buffer) throws(PageFault) in
                var input = PageInput(UnsafeRawBufferPointer(buffer))
                let kind = try input.head()
                switch kind {
                case .entries: leaf = try EntryPage(page, bounds: subtree)
                case .entryChildren: folds.append(try ChildPage(page, kind: kind, bounds: subtree, input: &input))
                case .chunks, .chunkChildren, .snapshot: throw PageFault("is not one that lists entries")
                }
            }
        } catch {
            throw error.reading(subtree.id, at: 0)
        }
    }
}

extension TreeWalker {
    /// Goes, forwards or backwards, to the first entry that is `path` or comes behind it, and gives it.
    ///
    /// Open pages that are still needed are not read again.
    ///
    /// - Returns: nil where all entries come before `path`.
    mutating func seek(to path: TreePath) throws -> Entry? {
        if let open = leaf, open.bounds.holds(path) {
            if let last = open.path, !(TreePath(trusted: last) < path) { leaf?.rewind() }
        } else {
            leaf = nil
            try descend(to: path)
        }
        while let entry = try leaf?.next() {
            if !(entry.path < path) { return entry }
        }
        return try nextEntry()
    }

    /// Opens the leaf that holds `path`; leaves none open where all entries come before it.
    private mutating func descend(to path: TreePath) throws {
        // The lowest open page that `path` is below; its child on the way there is not open.
        while let lowest = folds.last, !lowest.bounds.holds(path) { folds.removeLast() }
        if folds.isEmpty {
            hasBegun = true
            try open(root)
        } else if let last = folds[folds.count - 1].lastPath, !(TreePath(trusted: last) < path) {
            folds[folds.count - 1].rewind()
        }
        while leaf == nil {
            guard let child = try childHolding(path) else { return }
            try open(child)
        }
    }

    private mutating func childHolding(_ path: TreePath) throws -> PageBounds? {
        while let child = try folds[folds.count - 1].next() {
            if child.holds(path) { return child }
        }
        return nil
    }
}
