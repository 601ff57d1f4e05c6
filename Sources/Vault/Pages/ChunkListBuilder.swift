internal import Content
internal import Hashing
internal import Model

/// Makes the list of a file's chunks: in the entry itself where they are few, else as a tree of pages.
///
/// It serves one file after another: ``finish()`` leaves it empty. Memory: one page a level.
public struct ChunkListBuilder {
    private let sink: any PageSink
    private let rule: BoundaryRule
    private var levels: PageLevels
    private var few: [ChunkReference] = []
    private var output = PageOutput(capacity: 0)
    private var last = Digest.zero
    private var count: UInt64 = 0
    // Of the open page.
    private var pageCount: UInt64 = 0
    private var pageBytes: UInt64 = 0

    /// A list without chunks, whose pages will go to `sink`.
    public init(sink: any PageSink, _ size: PageSize = .wide) {
        self.sink = sink
        rule = .chunks(size)
        levels = PageLevels(kind: .chunkChildren, sink: sink, size)
    }

    /// Appends the file's next chunk.
    ///
    /// - Throws: `.format` where it is empty or above ``PageLimits/chunk``, and what the sink throws.
    public mutating func add(_ chunk: ChunkReference) throws {
        guard chunk.length > 0, chunk.length <= UInt32(PageLimits.chunk) else {
            throw PerigeeError(.format, "a chunk is empty or above 4 MiB", at: "chunk \(chunk.id)")
        }
        count += 1
        if count <= UInt64(PageLimits.inlineChunks) {
            few.append(chunk)
            return
        }
        for earlier in few { try write(earlier) }
        few.removeAll(keepingCapacity: true)
        try write(chunk)
    }

    private mutating func write(_ chunk: ChunkReference) throws {
        if pageCount == 0 { output.begin(.chunks) }
        output.append(upTo: Digest.byteCount + 10) { pen in
            pen.id(chunk.id)
            pen.varint(UInt64(chunk.length))
        }
        last = chunk.id.digest
        pageCount += 1
        pageBytes += UInt64(chunk.length)
        let ends = last.withUnsafeBytes { key in
            rule.ends(total: pageCount, bytes: output.count, weight: 1, key: key)
        }
        if ends { try close() }
    }

    private mutating func close() throws {
        let id = try output.withBytes { try sink.store($0) }
        let key = last.withUnsafeBytes { Array($0) }
        try levels.add(PageChild(id: id, last: key, count: pageCount, bytes: pageBytes))
        pageCount = 0
        pageBytes = 0
    }

    /// Stores what is open and gives the content of the file; the builder is empty again.
    public mutating func finish() throws -> FileContent {
        defer {
            few.removeAll(keepingCapacity: true)
            count = 0
        }
        if count == 0 { return .none }
        if count <= UInt64(PageLimits.inlineChunks) { return .inline(few) }
        if pageCount > 0 { try close() }
        guard let root = try levels.finish() else { preconditionFailure("pages were stored, and have a root") }
        return .paged(root: root.id, chunks: count)
    }
}
