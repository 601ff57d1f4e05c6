internal import Content
internal import Files
internal import Model
internal import Vault

/// A file of a snapshot, read from its vault: authenticated and hashed again.
final class StoredFile: ReadableFile {
    private let entry: Entry
    private let reading: @Sendable ((StoredReader) throws -> Int) throws -> Int

    /// The file `entry`, read by what `reading` lends.
    init(_ entry: Entry, _ reading: @escaping @Sendable ((StoredReader) throws -> Int) throws -> Int) {
        self.entry = entry
        self.reading = reading
    }

    var path: TreePath { entry.path }

    var attributes: Attributes {
        var attributes = entry.attributes
        attributes.linkGroup = nil
        return attributes
    }

    var dataSize: UInt64 { entry.attributes.dataSize }

    func read(into buffer: UnsafeMutableRawBufferPointer, at dataOffset: UInt64) throws -> Int {
        guard dataOffset < dataSize, !buffer.isEmpty else { return 0 }
        return try reading { try $0.read(entry, into: buffer, at: dataOffset) }
    }

    /// What a vault holds does not change.
    func recheck() throws {}
}

/// Reads parts of files of a vault.
///
/// For one thread at a time.
final class StoredReader {
    private let chunks: ChunkReader
    private let pages: PageReader
    private var scratch: IOBuffer?
    private var group: [ChunkReference] = []

    /// A reader of files of `vault`.
    init(_ vault: Vault) throws {
        chunks = try vault.chunkReader()
        pages = try vault.pages()
    }

    /// Reads data of `entry` from `offset` on until `buffer` is full or the data ends.
    func read(_ entry: Entry, into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64) throws -> Int {
        var cursor = ChunkCursor(entry, source: pages)
        try cursor.seek(toOffset: offset)
        var (done, grouped) = (0, 0)
        func flush() throws {
            guard !group.isEmpty else { return }
            try chunks.read(group, into: UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + grouped)]))
            (done, grouped) = (done + grouped, 0)
            group.removeAll(keepingCapacity: true)
        }
        while done + grouped < buffer.count {
            let start = cursor.offset
            guard let chunk = try cursor.next() else { break }
            let inside = Int(offset + UInt64(done + grouped) - start)
            if inside == 0, Int(chunk.length) <= buffer.count - done - grouped {
                group.append(chunk)
                grouped += Int(chunk.length)
                continue
            }
            try flush()
            let plain = try room(Int(chunk.length))
            try chunks.read(chunk, into: plain)
            let part = plain[inside..<min(plain.count, inside + buffer.count - done)]
            UnsafeMutableRawBufferPointer(rebasing: buffer[done..<(done + part.count)]).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: part))
            done += part.count
        }
        try flush()
        return done
    }

    private func room(_ count: Int) throws -> UnsafeMutableRawBufferPointer {
        guard count <= PageLimits.chunk else { throw PerigeeError(.limit, "a chunk of \(count) bytes is too long") }
        if (scratch?.bytes.count ?? 0) < count { scratch = IOBuffer(count: max(count, 1 << 20)) }
        guard let scratch else { preconditionFailure("it was just made") }
        return UnsafeMutableRawBufferPointer(rebasing: scratch.bytes[..<count])
    }
}
