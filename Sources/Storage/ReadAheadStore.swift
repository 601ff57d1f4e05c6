public import Files
public import Model
internal import Workers

/// A store that reads blobs which never change in larger pieces than it is asked for, and ahead of who reads on and on.
///
/// For stores where a request takes long however little it brings. Who reads here and there gets what was asked for; who
/// goes on where the last read ended gets pieces that double up to ``pieceMax``, with ``aheadMax`` of them on their way.
/// What was read stays for other threads, which read neighbouring files, until ``memoryMax`` is used up.
public final class ReadAheadStore: MeteringStore {
    /// The size that pieces grow to.
    public static let pieceMax = 4 << 20
    /// The size of the first piece of who reads on.
    static let pieceMin = 256 << 10
    /// So many pieces are on their way beyond the one that is wanted.
    static let aheadMax = 3
    /// The most bytes that are kept: a quarter of what the process may use, where that is said.
    public static let memoryMax = ProcessBounds.memory.map { Int(min($0 / 4, 64 << 20)) } ?? 64 << 20
    /// Who skips no more than so many bytes is still reading on.
    static let skipMax: UInt64 = 1 << 20

    private let base: any MeteringStore
    private let isUnchanging: @Sendable (BlobKey) -> Bool
    private let pieces = Monitor(ReadAheadPieces())

    /// What the store behind it is called.
    public var name: String { base.name }

    /// What the store behind it was asked for.
    public var meter: StoreMeter { base.meter }

    /// Reads ahead in those blobs of `base` that are never replaced by others of the same key.
    public init(_ base: any MeteringStore, isUnchanging: @escaping @Sendable (BlobKey) -> Bool) {
        self.base = base
        self.isUnchanging = isUnchanging
    }

    /// Gives what is there already, and reads the rest in pieces.
    public func read(_ key: BlobKey, at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard isUnchanging(key), !buffer.isEmpty, buffer.count <= Self.memoryMax / 4 else {
            return try base.read(key, at: offset, into: buffer)
        }
        var filled = 0
        while filled < buffer.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
            let (start, overflow) = offset.addingReportingOverflow(UInt64(filled))
            guard !overflow else { break }
            guard let piece = try pieces.read({ try $0.piece(of: key, at: start, wanted: rest.count, from: base) })
            else { break }
            let count = try take(piece, key, at: start, into: rest)
            filled += count
            // A piece that ends before it is full ends where the blob does.
            guard count > 0 else { break }
        }
        return filled
    }

    /// Copies from a piece, after waiting for it.
    private func take(
        _ piece: ReadAheadPiece, _ key: BlobKey, at start: UInt64, into rest: UnsafeMutableRawBufferPointer
    ) throws -> Int {
        if piece.isMine() {
            piece.finish()
            pieces.change { $0.arrived(piece, key) }
        } else {
            pieces.wait { _ in piece.isReady ? () : nil }
        }
        do {
            return try piece.copy(from: start, into: rest)
        } catch {
            pieces.change { $0.drop(piece, key) }
            throw error
        }
    }

    /// Puts.
    @discardableResult
    public func put(
        _ key: BlobKey, _ parts: [UnsafeRawBufferPointer], if condition: PutCondition
    ) throws -> BlobVersion {
        try base.put(key, parts, if: condition)
    }

    /// Asks the store behind it.
    @discardableResult
    public func putInTurn(_ blobs: [BlobPut]) throws -> [BlobVersion] { try base.putInTurn(blobs) }

    /// Asks the store behind it.
    public func get(_ key: BlobKey, limit: ByteCount) throws -> [UInt8] { try base.get(key, limit: limit) }

    /// Asks the store behind it.
    public func fetch(_ key: BlobKey, limit: ByteCount) throws -> (bytes: [UInt8], version: BlobVersion)? {
        try base.fetch(key, limit: limit)
    }

    /// Begins reads of the store behind it, of what is not here or on its way; what is read so is not read ahead for others.
    public func startReads(_ parts: [BlobPart]) throws -> any BlobReading {
        guard parts.allSatisfy({ isUnchanging($0.key) && $0.offset <= .max - UInt64($0.buffer.bytes.count) }) else {
            return try base.startReads(parts)
        }
        let covers = pieces.read { $0.take(parts) }
        return try CoveredReading(parts, covers, by: base.startReads) { piece, part in
            try self.take(piece, part)
        }
    }

    /// Waits for a piece, and copies what it has of `part`.
    private func take(_ piece: ReadAheadPiece, _ part: BlobPart) throws -> Int {
        let start = max(piece.offset, part.offset)
        let target = part.buffer.bytes[Int(start - part.offset)..<Int(min(piece.end, part.end) - part.offset)]
        return try take(piece, part.key, at: start, into: UnsafeMutableRawBufferPointer(rebasing: target))
    }

    /// Asks the store behind it.
    public func replies(to questions: [BlobQuestion]) throws -> [BlobReply] { try base.replies(to: questions) }

    /// Asks the store behind it.
    public func info(_ key: BlobKey) throws -> BlobInfo? { try base.info(key) }

    /// Asks the store behind it.
    public func list(_ prefix: String, after cursor: BlobKey?, limit: Int) throws -> [BlobInfo] {
        try base.list(prefix, after: cursor, limit: limit)
    }

    /// Deletes the blob, and forgets what was read of it.
    public func delete(_ key: BlobKey) throws {
        pieces.change { $0.forget(key) }
        try base.delete(key)
    }

    /// Has the store behind it do it.
    public func make(
        by recipe: BlobRecipe, if condition: PutCondition, as key: () throws -> BlobKey
    ) throws -> BlobVersion? {
        try base.make(by: recipe, if: condition, as: key)
    }

    /// Stages in the store behind it.
    public func stage() throws -> any BlobStaging { try base.stage() }

    /// Begins a read of the store behind it.
    public func startRead(_ key: BlobKey, at offset: UInt64, into buffer: IOBuffer) throws -> any BlobReading {
        try base.startRead(key, at: offset, into: buffer)
    }
}
