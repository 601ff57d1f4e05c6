internal import Content
internal import Model

/// Walks the pages of a file's chunk list from left to right.
///
/// Holds one page a level.
struct ChunkWalker {
    private struct Fold {
        var page: ChildPage
        // Where its first child begins, and where the child after the last that was read does.
        let start: UInt64
        var next: UInt64
    }

    private let source: any PageSource
    private let root: PageBounds
    private var hasBegun = false
    private var folds: [Fold] = []
    private var leaf: ChunkPage?

    /// A walk that begins before the first chunk below `root`.
    init(_ root: PageBounds, _ source: any PageSource) {
        self.root = root
        self.source = source
    }

    /// The next chunk; nil at the end.
    mutating func next() throws -> ChunkReference? {
        while true {
            if let chunk = try leaf?.next() { return chunk }
            leaf = nil
            guard let (page, start) = try nextPage() else { return nil }
            try open(page, at: start)
        }
    }

    private mutating func nextPage() throws -> (PageBounds, start: UInt64)? {
        if !hasBegun {
            hasBegun = true
            return (root, 0)
        }
        while !folds.isEmpty {
            if let child = try nextChild() { return child }
            folds.removeLast()
        }
        return nil
    }

    private mutating func nextChild() throws -> (PageBounds, start: UInt64)? {
        let lowest = folds.count - 1
        guard let child = try folds[lowest].page.next() else { return nil }
        let start = folds[lowest].next
        // Pages are held to what the page above them says, and that has been summed without overflow.
        folds[lowest].next += child.bytes ?? 0
        return (child, start)
    }

    private mutating func open(_ subtree: PageBounds, at start: UInt64) throws {
        let page = try source.page(subtree.id)
        do throws(PageFault) {
            try page.withUnsafeBufferPointer { (buffer) throws(PageFault) in
                var input = PageInput(UnsafeRawBufferPointer(buffer))
                let kind = try input.head()
                switch kind {
                case .chunks: leaf = try ChunkPage(page, bounds: subtree)
                case .chunkChildren:
                    let children = try ChildPage(page, kind: kind, bounds: subtree, input: &input)
                    folds.append(Fold(page: children, start: start, next: start))
                case .entries, .entryChildren, .snapshot: throw PageFault("is not one that lists chunks")
                }
            }
        } catch {
            throw error.reading(subtree.id, at: 0)
        }
    }

    /// Goes to the leaf that holds the byte at `target`, so that its first chunk is next, and says where that begins.
    ///
    /// Open pages above leaves that are still needed are not read again.
    ///
    /// - Returns: where the next chunk begins; where no byte is at `target`, the number of all bytes.
    mutating func seek(toLeafAt target: UInt64) throws -> UInt64 {
        leaf = nil
        while let lowest = folds.last, !Self.holds(lowest, target) { folds.removeLast() }
        hasBegun = true
        if folds.isEmpty {
            try open(root, at: 0)
            if leaf != nil { return 0 }
        } else if target < folds[folds.count - 1].next {
            folds[folds.count - 1].page.rewind()
            folds[folds.count - 1].next = folds[folds.count - 1].start
        }
        while let (child, start) = try nextChild() {
            guard target - start < child.bytes ?? 0 else { continue }
            try open(child, at: start)
            if leaf != nil { return start }
        }
        return folds[folds.count - 1].next
    }

    private static func holds(_ fold: Fold, _ target: UInt64) -> Bool {
        target >= fold.start && target - fold.start < fold.page.bounds.bytes ?? .max
    }
}
