internal import Content
internal import Model

/// Visits the pages of a tree and of its files' chunk lists from the top down, and the chunks that they name.
///
/// Holds one page a level. The order is that of paths, each page before what is below it.
struct TreeVisit {
    /// Where the pages are.
    let pages: any PageSource

    /// Visits the tree below `root`.
    ///
    /// - Parameters:
    ///   - enters: asked before a page is read; false passes over it and all that is below.
    ///   - chunk: told of each chunk that a visited page names.
    /// - Throws: `damaged` where a page contradicts itself or the one above it, and what source and closures throw.
    func visit(
        _ root: TreeRoot, enters: (ContentID) throws -> Bool, chunk: (ChunkReference) throws -> Void
    ) throws {
        let bounds = PageBounds(id: root.page, count: root.entries, bytes: root.bytes)
        try visit(bounds, isList: false, enters, chunk)
    }

    private func visit(
        _ bounds: PageBounds, isList: Bool, _ enters: (ContentID) throws -> Bool,
        _ chunk: (ChunkReference) throws -> Void
    ) throws {
        guard try enters(bounds.id) else { return }
        let page = try pages.page(bounds.id)
        switch try Self.form(page, bounds, isList: isList) {
        case .entries(var leaf):
            while let entry = try leaf.next() { try visit(entry, enters, chunk) }
        case .chunks(var leaf):
            while let reference = try leaf.next() { try chunk(reference) }
        case .children(var children):
            while let child = try children.next() { try visit(child, isList: isList, enters, chunk) }
        }
    }

    private func visit(
        _ entry: Entry, _ enters: (ContentID) throws -> Bool, _ chunk: (ChunkReference) throws -> Void
    ) throws {
        switch entry.content {
        case .none: break
        case .inline(let references): for reference in references { try chunk(reference) }
        case .paged(let root, let count):
            let bounds = PageBounds(id: root, count: count, bytes: entry.attributes.dataSize)
            try visit(bounds, isList: true, enters, chunk)
        }
    }

    private enum Form {
        case entries(EntryPage)
        case chunks(ChunkPage)
        case children(ChildPage)
    }

    private static func form(_ page: [UInt8], _ bounds: PageBounds, isList: Bool) throws -> Form {
        do throws(PageFault) {
            return try page.withUnsafeBufferPointer { (buffer) throws(PageFault) -> Form in
                var input = PageInput(UnsafeRawBufferPointer(buffer))
                let kind = try input.head()
                switch (kind, isList) {
                case (.entries, false): return .entries(try EntryPage(page, bounds: bounds))
                case (.chunks, true): return .chunks(try ChunkPage(page, bounds: bounds))
                case (.entryChildren, false), (.chunkChildren, true):
                    return .children(try ChildPage(page, kind: kind, bounds: bounds, input: &input))
                default: throw PageFault("is not of the kind that belongs there")
                }
            }
        } catch {
            throw error.reading(bounds.id, at: 0)
        }
    }
}
