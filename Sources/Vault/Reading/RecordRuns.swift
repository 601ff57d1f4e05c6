internal import Content

/// Reads of records in the order in which they lie, near neighbours in one go.
enum RecordRuns {
    /// The most bytes of neighbouring records that are read in one go.
    static let readMax = 4 << 20
    /// Bytes between two records that are read along rather than asked for apart.
    static let gapMax: UInt64 = 64 << 10

    /// A record and where it lies.
    typealias Item = (id: ContentID, location: ChunkLocation)

    /// Reads the records of `ids`, of `kind`, by `records`, and gives each to `body`, once.
    ///
    /// - Throws: `damaged` where the vault lacks one, and what `body` throws.
    static func read(
        _ ids: [ContentID], _ kind: RecordKind, by records: RecordReader,
        _ body: (Item, UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var rest = ids
        try records.following {
            let located = try rest.map { (id: $0, location: try records.locate($0, kind)) }
                .sorted { ($0.location.pack, $0.location.offset) < ($1.location.pack, $1.location.offset) }
            rest = located.map(\.id)
            var start = 0
            var done = 0
            defer { rest.removeFirst(done) }
            while start < located.count {
                let end = runEnd(located, from: start)
                let bytes = try records.read(from: located[start].location, to: located[end - 1].location)
                for item in located[start..<end] {
                    let offset = Int(item.location.offset - located[start].location.offset)
                    let slice = bytes[offset..<(offset + item.location.recordLength)]
                    try body(item, UnsafeRawBufferPointer(rebasing: slice))
                    done += 1
                }
                start = end
            }
        }
    }

    /// The end of the run of near neighbours that begins at `start`.
    private static func runEnd(_ located: [Item], from start: Int) -> Int {
        let first = located[start].location
        var end = start + 1
        while end < located.count {
            let last = located[end - 1].location
            let next = located[end].location
            let lastEnd = last.offset + UInt64(last.recordLength)
            guard next.pack == first.pack, next.offset >= lastEnd, next.offset - lastEnd <= gapMax,
                next.offset + UInt64(next.recordLength) - first.offset <= UInt64(readMax)
            else { break }
            end += 1
        }
        return end
    }
}
