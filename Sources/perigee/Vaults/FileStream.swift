internal import Content
internal import Files
internal import Model
internal import Vault

/// The bytes of a file in a snapshot, front to back: its chunks, and zeros for its holes.
struct FileStream {
    private static let zeroBytes = 1 << 20

    private let reader: ChunkReader
    private let buffer = IOBuffer(count: Int(RecordHeader.plainLengthMax))
    private let zeros = IOBuffer(count: zeroBytes)
    private let size: UInt64
    private var chunks: ChunkCursor
    private var holes: ArraySlice<Extent>
    private var offset: UInt64 = 0
    // What is left of the chunk that was read last.
    private var rest = UnsafeRawBufferPointer(start: nil, count: 0)

    /// The bytes of `entry`, a file of `vault`.
    init(_ entry: Entry, of vault: Vault) throws {
        reader = try vault.chunkReader()
        zeros.bytes.initializeMemory(as: UInt8.self, repeating: 0)
        chunks = ChunkCursor(entry, source: try vault.pages())
        size = entry.attributes.size
        holes = entry.attributes.holes[...]
    }

    /// The next piece, valid until the next call; nil at the end.
    ///
    /// - Throws: `damaged` where the chunks are not as many bytes as the file should have.
    mutating func next() throws -> UnsafeRawBufferPointer? {
        guard offset < size else {
            guard try rest.isEmpty && chunks.next() == nil else { throw Self.mismatch }
            return nil
        }
        if let hole = holes.first, hole.offset <= offset {
            let count = min(hole.end - offset, UInt64(Self.zeroBytes))
            offset += count
            if offset >= hole.end { holes = holes.dropFirst() }
            return UnsafeRawBufferPointer(rebasing: zeros.bytes[..<Int(count)])
        }
        if rest.isEmpty { try readChunk() }
        let end = min(size, holes.first?.offset ?? size)
        let count = min(rest.count, Int(clamping: end - offset))
        let piece = UnsafeRawBufferPointer(rebasing: rest[..<count])
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        offset += UInt64(count)
        return piece
    }

    private mutating func readChunk() throws {
        guard let chunk = try chunks.next(), chunk.length > 0, Int(chunk.length) <= buffer.bytes.count else {
            throw Self.mismatch
        }
        let plain = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[..<Int(chunk.length)])
        try reader.read(chunk, into: plain)
        rest = UnsafeRawBufferPointer(plain)
    }

    private static let mismatch = PerigeeError(
        .damaged, "the file's chunks do not make up its length", remedy: "run perigee verify on the vault")
}
