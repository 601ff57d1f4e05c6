internal import Content
internal import Model

/// A page of entries, read one entry at a time.
struct EntryPage {
    /// What was known of it.
    let bounds: PageBounds
    private let page: [UInt8]
    private var offset: Int
    private var reader = EntryReader()
    private var count: UInt64 = 0
    private var bytes: UInt64 = 0

    /// The page, whose head has been read.
    init(_ page: [UInt8], bounds: PageBounds) throws(PageFault) {
        guard (bounds.level ?? 0) == 0 else { throw PageFault("is not of the level below its parent") }
        self.page = page
        self.bounds = bounds
        offset = PageKind.headLength
    }

    /// The path of the last entry read; nil before the first.
    var path: [UInt8]? { count == 0 ? nil : reader.path }

    /// The next entry; nil behind the last, once the page has proved to hold what was announced.
    @inline(__always)
    mutating func next() throws -> Entry? {
        let page = self.page
        do throws(PageFault) {
            if offset == page.count {
                try bounds.check(last: path, count: count, bytes: bytes)
                return nil
            }
            return try page.withUnsafeBufferPointer { (buffer) throws(PageFault) -> Entry in
                var input = PageInput(UnsafeRawBufferPointer(buffer), from: offset)
                return try read(&input)
            }
        } catch {
            throw error.reading(bounds.id, at: offset)
        }
    }

    @inline(__always)
    private mutating func read(_ input: inout PageInput) throws(PageFault) -> Entry {
        let entry = try reader.next(from: &input)
        if count == 0, let lower = bounds.lower, !(TreePath(trusted: lower) < entry.path) {
            throw PageFault("begins before the page before it ends")
        }
        let (total, overflow) = bytes.addingReportingOverflow(entry.attributes.size)
        guard !overflow, bounds.allows(count: count + 1, bytes: total) else { throw PageBounds.tooMuch }
        bytes = total
        count += 1
        offset = input.offset
        return entry
    }

    /// Goes back to the first entry.
    mutating func rewind() {
        offset = PageKind.headLength
        reader = EntryReader()
        (count, bytes) = (0, 0)
    }
}
