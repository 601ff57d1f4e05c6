internal import Content

/// A page of a file's chunks, read one at a time.
struct ChunkPage {
    /// What was known of it.
    let bounds: PageBounds
    private let page: [UInt8]
    private var offset: Int
    private var count: UInt64 = 0
    private var bytes: UInt64 = 0

    /// The page, whose head has been read.
    init(_ page: [UInt8], bounds: PageBounds) throws(PageFault) {
        guard (bounds.level ?? 0) == 0 else { throw PageFault("is not of the level below its parent") }
        self.page = page
        self.bounds = bounds
        offset = PageKind.headLength
    }

    /// The next chunk; nil behind the last, once the page has proved to hold what was announced.
    mutating func next() throws -> ChunkReference? {
        let page = self.page
        do throws(PageFault) {
            if offset == page.count {
                guard count > 0 else { throw PageFault("lists no chunks") }
                try bounds.check(last: nil, count: count, bytes: bytes)
                return nil
            }
            return try page.withUnsafeBufferPointer { (buffer) throws(PageFault) -> ChunkReference in
                var input = PageInput(UnsafeRawBufferPointer(buffer), from: offset)
                let id = try input.id()
                let length = try input.number(upTo: PageLimits.chunk, "holds a chunk above 4 MiB")
                guard length > 0 else { throw PageFault("holds an empty chunk") }
                count += 1
                // A page has less than 2^15 chunks of at most 2^22 bytes.
                bytes += UInt64(length)
                guard bounds.allows(count: count, bytes: bytes) else { throw PageBounds.tooMuch }
                offset = input.offset
                return ChunkReference(id: id, length: UInt32(length))
            }
        } catch {
            throw error.reading(bounds.id, at: offset)
        }
    }
}
