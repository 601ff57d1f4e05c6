internal import Content
internal import Model

/// Reads the chunks of a file in order.
///
/// Memory: one page a level. Offsets count the bytes that chunks hold, which leaves out the file's holes. A cursor that
/// has thrown is not to be used again.
public struct ChunkCursor {
    // Chunks that stand in the entry, or else the walk over their pages.
    private let few: [ChunkReference]
    private var index = 0
    private var walker: ChunkWalker?
    // What a seek has found, to be given next.
    private var found: ChunkReference?

    /// The offset at which the next chunk begins; at the end, the number of all bytes.
    public private(set) var offset: UInt64 = 0

    /// A cursor before the first chunk of `content`; reads nothing yet.
    ///
    /// - Parameter bytes: what the chunks sum up to, `Attributes.dataSize`; the pages are held to it if it is given.
    public init(_ content: FileContent, bytes: UInt64? = nil, source: any PageSource) {
        switch content {
        case .none: few = []
        case .inline(let chunks): few = chunks
        case .paged(let page, let chunks):
            few = []
            walker = ChunkWalker(PageBounds(id: page, count: chunks, bytes: bytes), source)
        }
    }

    /// A cursor before the first chunk of the file `entry`.
    public init(_ entry: Entry, source: any PageSource) {
        self.init(entry.content, bytes: entry.attributes.dataSize, source: source)
    }

    /// The next chunk; nil at the end.
    ///
    /// - Throws: `.damaged` where a page contradicts itself or the one above it, and what the source throws.
    public mutating func next() throws -> ChunkReference? {
        guard let chunk = try read() else { return nil }
        offset += UInt64(chunk.length)
        return chunk
    }

    // The next chunk, before its length is counted.
    private mutating func read() throws -> ChunkReference? {
        if let chunk = found {
            found = nil
            return chunk
        }
        if walker != nil { return try walker?.next() }
        guard index < few.count else { return nil }
        defer { index += 1 }
        return few[index]
    }

    /// Goes, forwards or backwards, to the chunk that holds the byte at `target`.
    ///
    /// That chunk is next, and ``offset`` says where it begins. Beyond the last byte, goes to the end. Costs a page a level, less those that are open already; the page of chunks itself is read anew.
    public mutating func seek(toOffset target: UInt64) throws {
        (found, index, offset) = (nil, 0, 0)
        if let start = try walker?.seek(toLeafAt: target) { offset = start }
        while let chunk = try read() {
            if target - offset < UInt64(chunk.length) {
                found = chunk
                return
            }
            offset += UInt64(chunk.length)
        }
    }
}
