internal import Content
internal import Model

/// The pages above the leaves of a tree while it is built: one open page a level.
struct PageLevels {
    private struct Level {
        var output = PageOutput(capacity: 16 << 10)
        var path: [UInt8] = []
        var children: UInt64 = 0
        var pages = 0
        var sum: PageChild?
    }

    private let kind: PageKind
    private let sink: any PageSink
    private let size: PageSize
    // Level 1, above the leaves, comes first.
    private var levels: [Level] = []

    /// No pages above leaves whose pages are of `kind`'s children.
    init(kind: PageKind, sink: any PageSink, _ size: PageSize) {
        (self.kind, self.sink, self.size) = (kind, sink, size)
    }

    /// Takes a finished page of the level below `level`.
    mutating func add(_ child: PageChild, level: Int = 1) throws {
        guard level < PageLimits.height else { throw PerigeeError(.limit, "the tree has more than 16 levels of pages") }
        if levels.count < level { levels.append(Level()) }
        try append(child, to: level)
        let rule: BoundaryRule =
            kind == .entryChildren ? .entryChildren(size, level: level) : .chunkChildren(size, level: level)
        let total = levels[level - 1].children
        let bytes = levels[level - 1].output.count
        let ends = child.last.withUnsafeBytes { rule.ends(total: total, bytes: bytes, weight: 1, key: $0) }
        if ends { try close(level) }
    }

    private mutating func append(_ child: PageChild, to level: Int) throws {
        let index = level - 1
        let isFirst = levels[index].children == 0
        if isFirst {
            levels[index].output.begin(kind)
            levels[index].output.append(upTo: 1) { $0.byte(UInt8(level)) }
            levels[index].path = []
            levels[index].sum = nil
        }
        let hasKey = kind == .entryChildren
        let before = levels[index].path
        let shared = hasKey ? before.withUnsafeBytes { a in child.last.withUnsafeBytes { PathRules.shared(a, $0) } } : 0
        levels[index].output.append(upTo: child.last.count + 80) { pen in
            if hasKey {
                pen.varint(UInt64(shared))
                pen.varint(UInt64(child.last.count - shared))
                child.last.withUnsafeBytes { pen.bytes(UnsafeRawBufferPointer(rebasing: $0[shared...])) }
            }
            pen.id(child.id)
            pen.varint(child.count)
            pen.varint(child.bytes)
        }
        var sum = levels[index].sum ?? PageChild(id: child.id, last: [], count: 0, bytes: 0)
        // The leaves below have been summed without overflow.
        sum.count += child.count
        sum.bytes += child.bytes
        sum.last = child.last
        levels[index].sum = sum
        levels[index].path = child.last
        levels[index].children += 1
    }

    private mutating func close(_ level: Int) throws {
        let index = level - 1
        guard var page = levels[index].sum else { return }
        page.id = try levels[index].output.withBytes { try sink.store($0) }
        levels[index].children = 0
        levels[index].pages += 1
        try add(page, level: level + 1)
    }

    /// Stores all open pages and gives the root: the only page of the first level that has but one.
    mutating func finish() throws -> PageChild? {
        defer { levels = [] }
        var level = 1
        while level <= levels.count {
            let children = levels[level - 1].children
            if children == 1, levels[level - 1].pages == 0 { return levels[level - 1].sum }
            if children > 0 { try close(level) }
            level += 1
        }
        return nil
    }
}
