internal import Content
internal import Model

/// Makes the tree of pages that lists entries, from the entries in order.
///
/// The same entries give the same pages, whatever was built before: see ``BoundaryRule``. Memory: one page a level.
///
///     var builder = EntryTreeBuilder(sink: pages)
///     for entry in entries { try builder.add(entry) }
///     let root = try builder.finish()
public struct EntryTreeBuilder {
    private let sink: any PageSink
    private let rule: BoundaryRule
    private var levels: PageLevels
    private var writer = EntryWriter()
    private var output = PageOutput()
    private var last: [UInt8] = []
    private var isFirst = true
    // Of the open page.
    private var pageEntries: UInt64 = 0
    private var pageBytes: UInt64 = 0
    private var pageWeight: UInt64 = 0
    // Of all pages.
    private var entries: UInt64 = 0
    private var bytes: UInt64 = 0

    /// A tree without entries, whose pages will go to `sink`.
    public init(sink: any PageSink, _ size: PageSize = .wide) {
        self.sink = sink
        rule = .entries(size)
        levels = PageLevels(kind: .entryChildren, sink: sink, size)
        output.begin(.entries)
    }

    /// Appends `entry`, whose path comes behind all before it.
    ///
    /// - Throws: `.format` where the entry is out of order or contradicts itself (a folder with a size, chunks that do
    ///   not make up the file's size, ...), `.limit` where it passes one of ``PageLimits``, and what the sink throws.
    public mutating func add(_ entry: Entry) throws {
        let shared: Int
        do throws(PageFault) {
            try EntryRules.check(entry.attributes)
            try EntryRules.check(entry.content, of: entry.attributes)
            shared = try KeyCoding.shared(entry.path.bytes, after: last, isFirst: isFirst)
            let (sum, overflow) = bytes.addingReportingOverflow(entry.attributes.size)
            if overflow { throw PageFault("makes the tree larger than 2^64 bytes", .limit) }
            bytes = sum
        } catch {
            throw error.writing(entry.path)
        }
        writer.append(entry, shared: pageEntries == 0 ? 0 : shared, to: &output)
        last = entry.path.bytes
        isFirst = false
        entries += 1
        pageEntries += 1
        pageBytes += entry.attributes.size
        let weight = EntryWriter.weight(entry)
        pageWeight += weight
        let ends = last.withUnsafeBytes { key in
            rule.ends(total: pageWeight, bytes: output.count, weight: weight, key: key)
        }
        if ends { try close() }
    }

    /// Takes over `leaf` of another tree of this domain, whose entries come next, without looking at them.
    ///
    /// What it would be made of is just this page, since a page depends on nothing before it: but for the last leaf of a
    /// tree, which may have ended for want of more. One of another ``PageSize`` stays as it is until it changes. All entries
    /// of the leaf must come behind all that were added.
    ///
    /// - Returns: false where the page is not what these entries would make here, or the sink no longer has it; nothing
    ///   was added then, and the entries are to be added one by one.
    public mutating func adopt(_ leaf: TreeLeaf) throws -> Bool {
        let (sum, overflow) = bytes.addingReportingOverflow(leaf.bounds.bytes ?? 0)
        guard pageEntries == 0, !leaf.isLast, leaf.count > 0, let end = leaf.bounds.last, !overflow,
            sink.holds(leaf.page)
        else { return false }
        try levels.add(PageChild(id: leaf.page, last: end, count: leaf.count, bytes: sum - bytes))
        bytes = sum
        entries += leaf.count
        last = end
        isFirst = false
        return true
    }

    private mutating func close() throws {
        let id = try output.withBytes { try sink.store($0) }
        try levels.add(PageChild(id: id, last: last, count: pageEntries, bytes: pageBytes))
        beginPage()
    }

    private mutating func beginPage() {
        output.begin(.entries)
        writer.begin()
        pageEntries = 0
        pageBytes = 0
        pageWeight = 0
    }

    /// Stores what is open and names the root; the builder is empty again.
    ///
    /// A tree without entries is a page without entries.
    public mutating func finish() throws -> TreeRoot {
        if pageEntries > 0 || entries == 0 {
            if entries == 0 {
                return TreeRoot(page: try output.withBytes { try sink.store($0) }, entries: 0, bytes: 0)
            }
            try close()
        }
        defer {
            beginPage()
            (last, isFirst, entries, bytes) = ([], true, 0, 0)
        }
        guard let root = try levels.finish() else { preconditionFailure("pages were stored, and have a root") }
        return TreeRoot(page: root.id, entries: entries, bytes: bytes)
    }
}
