/// Which stretches of which blobs are here or on their way, and who reads on where.
struct ReadAheadPieces {
    private struct Held {
        let piece: ReadAheadPiece
        var lastUse: UInt64
    }

    private struct Stream {
        var pieces: [Held] = []
        /// Where the last read that was not served from memory ended.
        var next: UInt64?
        /// How large the next piece is to be.
        var window = 0
        /// How long the blob is, once that is known.
        var size: UInt64?
    }

    /// So many blobs are remembered of which nothing is kept any more.
    private static let streamsMax = 1024

    private var streams: [BlobKey: Stream] = [:]
    private var bytes = 0
    private var uses: UInt64 = 0

    /// The piece that has the byte at `start`, begun now where there is none; nil where the blob is known to end before.
    mutating func piece(
        of key: BlobKey, at start: UInt64, wanted: Int, from store: any BlobStore
    ) throws -> ReadAheadPiece? {
        uses += 1
        var stream = streams[key] ?? Stream()
        if let size = stream.size, start >= size { return nil }
        defer {
            streams[key] = stream
            trim()
        }
        if let place = stream.pieces.firstIndex(where: { $0.piece.offset <= start && start < $0.piece.end }) {
            stream.pieces[place].lastUse = uses
            let piece = stream.pieces[place].piece
            if stream.window > 0 { try readAhead(of: piece.end, key, &stream, store) }
            return piece
        }
        let goesOn =
            stream.next.map { start >= $0 && start - $0 <= ReadAheadStore.skipMax } ?? false
            || stream.pieces.contains { $0.piece.end == start }
        stream.window =
            goesOn ? min(max(stream.window * 2, ReadAheadStore.pieceMin), ReadAheadStore.pieceMax) : 0
        let piece = try begin(key, start, max(wanted, stream.window), &stream, store)
        if goesOn { try readAhead(of: piece.end, key, &stream, store) }
        return piece
    }

    /// Begins the pieces that follow `place`, as far as the blob is known to go.
    private mutating func readAhead(
        of place: UInt64, _ key: BlobKey, _ stream: inout Stream, _ store: any BlobStore
    ) throws {
        // Not from where somebody else has read on meanwhile, further in front.
        var last = max(place, stream.next ?? place)
        let ahead = UInt64(ReadAheadStore.aheadMax * stream.window)
        while last < place + ahead, stream.size.map({ last < $0 }) ?? false {
            if let there = stream.pieces.first(where: { $0.piece.offset <= last && last < $0.piece.end }) {
                last = there.piece.end
                continue
            }
            stream.window = min(stream.window * 2, ReadAheadStore.pieceMax)
            last = try begin(key, last, stream.window, &stream, store).end
        }
    }

    private mutating func begin(
        _ key: BlobKey, _ start: UInt64, _ wanted: Int, _ stream: inout Stream, _ store: any BlobStore
    ) throws -> ReadAheadPiece {
        // No further than the blob, where that is known, and not into a piece that is there.
        let following = stream.pieces.lazy.map(\.piece.offset).filter { $0 > start }.min()
        let end = [stream.size, following].compactMap { $0 }.filter { $0 > start }.min()
        let count = end.map { Int(min(UInt64(wanted), $0 - start)) } ?? wanted
        let piece = try ReadAheadPiece(store, key, at: start, count: count)
        stream.pieces.append(Held(piece: piece, lastUse: uses))
        stream.next = piece.end
        bytes += piece.count
        return piece
    }

    /// Takes note of what a piece that came has told of its blob.
    mutating func arrived(_ piece: ReadAheadPiece, _ key: BlobKey) {
        if let size = piece.blobSize { streams[key]?.size = size }
    }

    /// Forgets a piece.
    mutating func drop(_ piece: ReadAheadPiece, _ key: BlobKey) {
        guard let place = streams[key]?.pieces.firstIndex(where: { $0.piece === piece }) else { return }
        streams[key]?.pieces.remove(at: place)
        bytes -= piece.count
    }

    /// Forgets a blob.
    mutating func forget(_ key: BlobKey) {
        guard let stream = streams.removeValue(forKey: key) else { return }
        bytes -= stream.pieces.reduce(0) { $0 + $1.piece.count }
    }

    /// Keeps to the limit: what was used least recently goes.
    private mutating func trim() {
        while bytes > ReadAheadStore.memoryMax {
            let all = streams.lazy.flatMap { key, stream in stream.pieces.lazy.map { (key, $0) } }
            guard let (key, held) = all.min(by: { $0.1.lastUse < $1.1.lastUse }), held.lastUse < uses else { return }
            drop(held.piece, key)
            if streams[key]?.pieces.isEmpty ?? false, streams.count > Self.streamsMax { streams[key] = nil }
        }
    }
}
