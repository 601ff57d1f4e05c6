internal import Content
internal import Model

/// A page of children, read one child at a time.
struct ChildPage {
    /// What was known of it.
    let bounds: PageBounds
    /// Its level: 1 directly above the leaves.
    let level: Int
    private let page: [UInt8]
    private let hasKeys: Bool
    private var offset: Int
    private var key: [UInt8] = []
    private var children: UInt64 = 0
    private var count: UInt64 = 0
    private var bytes: UInt64 = 0

    /// The page, whose head of `kind` has been read; `input` stands behind it.
    init(_ page: [UInt8], kind: PageKind, bounds: PageBounds, input: inout PageInput) throws(PageFault) {
        level = Int(try input.byte())
        guard level > 0, level < PageLimits.height else { throw PageFault("has a level above 16", .limit) }
        guard bounds.level == nil || bounds.level == level else {
            throw PageFault("is not of the level below its parent")
        }
        self.page = page
        self.bounds = bounds
        hasKeys = kind == .entryChildren
        offset = input.offset
    }

    /// The last path below the child that was read last; nil before the first.
    var lastPath: [UInt8]? { children == 0 ? nil : key }

    /// The key that the next child's come behind.
    private var lower: [UInt8]? { !hasKeys ? nil : children == 0 ? bounds.lower : key }

    /// The next child; nil behind the last, once the page has proved to hold what was announced.
    mutating func next() throws -> PageBounds? {
        let page = self.page
        do throws(PageFault) {
            if offset == page.count {
                try check()
                return nil
            }
            return try page.withUnsafeBufferPointer { (buffer) throws(PageFault) -> PageBounds in
                var input = PageInput(UnsafeRawBufferPointer(buffer), from: offset)
                return try read(&input)
            }
        } catch {
            throw error.reading(bounds.id, at: offset)
        }
    }

    private mutating func read(_ input: inout PageInput) throws(PageFault) -> PageBounds {
        let lower = self.lower
        if hasKeys { key = try KeyCoding.read(from: &input, after: key, isFirst: children == 0) }
        if children == 0, hasKeys, let lower, !(TreePath(trusted: lower) < TreePath(trusted: key)) {
            throw PageFault("begins before the page before it ends")
        }
        let id = try input.id()
        let count = try input.varint()
        let bytes = try input.varint()
        guard count > 0 else { throw PageFault("names a page without entries") }
        let (entries, tooMany) = self.count.addingReportingOverflow(count)
        let (total, tooLarge) = self.bytes.addingReportingOverflow(bytes)
        guard !tooMany, !tooLarge, bounds.allows(count: entries, bytes: total) else { throw PageBounds.tooMuch }
        (self.count, self.bytes) = (entries, total)
        children += 1
        offset = input.offset
        return PageBounds(
            id: id, lower: lower, last: hasKeys ? key : nil, count: count, bytes: bytes, level: level - 1)
    }

    private func check() throws(PageFault) {
        // Only the rightmost page of a level may have one child, and a root never.
        guard children > (bounds.level == nil ? 1 : 0) else { throw PageFault("has too few children") }
        try bounds.check(last: hasKeys ? key : nil, count: count, bytes: bytes)
    }

    /// Goes back to the first child.
    mutating func rewind() {
        offset = PageKind.headLength + 1
        (key, children, count, bytes) = ([], 0, 0, 0)
    }
}
