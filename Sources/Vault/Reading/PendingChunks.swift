internal import Files
internal import Storage

/// Chunks whose bytes were asked for, and may be on their way.
///
/// For the thread of its ``ChunkReader``.
public final class PendingChunks {
    /// The chunks.
    public let references: [ChunkReference]
    private var begun: (locations: [ChunkLocation], parts: [BlobPart], reading: any BlobReading)?

    init(_ references: [ChunkReference]) { self.references = references }

    func begin(_ locations: [ChunkLocation], _ parts: [BlobPart], by reading: any BlobReading) {
        begun = (locations, parts, reading)
    }

    /// What was begun, once; nil where nothing was.
    func take() -> (locations: [ChunkLocation], parts: [BlobPart], reading: any BlobReading)? {
        defer { begun = nil }
        return begun
    }
}
