internal import Content
internal import Files
internal import Model
internal import Vault

/// Fetches what files of a snapshot have, several neighbouring chunks at a time.
///
/// One for each thread.
final class FileFetcher {
    /// Chunks that were read together.
    struct Group {
        /// Where they begin in the file's data.
        var offset: UInt64
        var chunks: [ChunkReference] = []
        /// How many bytes they have.
        var count = 0
    }

    /// A group has so many bytes at most, but for a single chunk.
    static let groupMax = 2 << 20
    /// Groups of chunks that are on their way while the one before them is written.
    private static let groupsAhead = 2

    private let reader: ChunkReader
    private let pages: PageReader

    /// How many bytes of sealed chunks were read so far.
    var sealedBytes: UInt64 { reader.sealedBytes }

    /// What fetches by `reader`, and reads lists of chunks by `pages`.
    init(_ reader: ChunkReader, _ pages: PageReader) { (self.reader, self.pages) = (reader, pages) }

    /// Fetches the chunks that begin in `stretch` of the entry's data, but for those that `takes` has taken.
    ///
    /// - Parameters:
    ///   - takes: asked for each chunk, with its place in the data, before it is fetched.
    ///   - body: called with each group in order, and what reads it into memory that has room for it.
    func fetch(
        _ entry: Entry, _ stretch: Range<UInt64>, takes: (ChunkReference, UInt64) throws -> Bool,
        _ body: (Group, (UnsafeMutableRawBufferPointer) throws -> Void) throws -> Void
    ) throws {
        guard !stretch.isEmpty else { return }
        guard entry.attributes.dataSize > UInt64(Self.groupMax) else {
            // What lies around a short file is mostly wanted next, so it may be read in one go with it.
            return try forEachGroup(entry, stretch, takes) { group in
                try body(group) { try reader.read(group.chunks, into: $0) }
            }
        }
        // Of a long file some groups lie apart and some do not: reading ahead for these would bring the others twice.
        let isLong = entry.attributes.dataSize > LargeRestore.sizeMin
        var pending: [(group: Group, chunks: PendingChunks)] = []
        func finishFirst() throws {
            let (group, chunks) = pending.removeFirst()
            try body(group) { try reader.finish(chunks, into: $0) }
        }
        try forEachGroup(entry, stretch, takes) { group in
            pending.append((group, try reader.start(group.chunks, alone: isLong)))
            if pending.count > Self.groupsAhead { try finishFirst() }
        }
        while !pending.isEmpty { try finishFirst() }
    }

    /// Gathers the chunks that begin in `stretch` and are not taken, as many as fit a group.
    private func forEachGroup(
        _ entry: Entry, _ stretch: Range<UInt64>, _ takes: (ChunkReference, UInt64) throws -> Bool,
        _ body: (Group) throws -> Void
    ) throws {
        var cursor = ChunkCursor(entry, source: pages)
        if stretch.lowerBound > 0 { try cursor.seek(toOffset: stretch.lowerBound) }
        var group = Group(offset: cursor.offset)
        func pass(_ next: UInt64) throws {
            if group.count > 0 { try body(group) }
            group = Group(offset: next)
        }
        while cursor.offset < stretch.upperBound {
            let position = cursor.offset
            guard let chunk = try cursor.next() else { break }
            // The chunk that reaches into this stretch from before belongs to the stretch in which it begins.
            guard position >= stretch.lowerBound else {
                group.offset = cursor.offset
                continue
            }
            if try takes(chunk, position) {
                try pass(cursor.offset)
                continue
            }
            if group.count + Int(chunk.length) > Self.groupMax, group.count > 0 { try pass(position) }
            group.chunks.append(chunk)
            group.count += Int(chunk.length)
        }
        if group.count > 0 { try body(group) }
    }
}
