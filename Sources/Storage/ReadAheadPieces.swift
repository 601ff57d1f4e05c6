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
        /// What was read for somebody who will not read it again, in order; see ``ReadAheadPieces/take(_:)``.
        var taken: [Range<UInt64>] = []

        /// Where the bytes from `place` on begin that nobody has taken.
        func untaken(from place: UInt64) -> UInt64 {
            taken.first { $0.contains(place) && $0.upperBound - place >= ReadAheadPieces.takenMin }?.upperBound
                ?? place
        }

        /// Keeps in mind that `range` was taken.
        mutating func take(_ range: Range<UInt64>) {
            var range = range
            taken.removeAll { other in
                guard other.lowerBound <= range.upperBound, range.lowerBound <= other.upperBound else { return false }
                range = min(range.lowerBound, other.lowerBound)..<max(range.upperBound, other.upperBound)
                return true
            }
            taken.insert(range, at: taken.firstIndex { $0.lowerBound > range.lowerBound } ?? taken.endIndex)
            if taken.count > ReadAheadPieces.takenMax { taken.removeFirst() }
        }
    }

    /// Fewer bytes than these are read along, rather than asking once more for what lies behind them.
    private static let takenMin: UInt64 = 128 << 10
    /// So many stretches of a blob are remembered as taken.
    private static let takenMax = 256
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
        if let place = stream.pieces.firstIndex(where: { $0.piece.has(start) }) {
            stream.pieces[place].lastUse = uses
            let piece = stream.pieces[place].piece
            if stream.window > 0 { try readAhead(of: piece.end, key, &stream, store) }
            return piece
        }
        let goesOn =
            stream.next.map { next in
                start >= next && start - min(start, stream.untaken(from: next)) <= ReadAheadStore.skipMax
            } ?? false
            || stream.pieces.contains { $0.piece.end == start }
        stream.window =
            goesOn ? min(max(stream.window * 2, ReadAheadStore.pieceMin), ReadAheadStore.pieceMax) : 0
        let piece = try begin(key, start, wanted, &stream, store)
        if goesOn { try readAhead(of: piece.end, key, &stream, store) }
        return piece
    }

    /// What is here or on its way of each of the parts, which somebody reads once; the rest of it counts as taken, and is not
    /// read ahead.
    mutating func take(_ parts: [BlobPart]) -> [ReadAheadCover] {
        uses += 1
        defer { trim() }
        return parts.map { part in
            var stream = streams[part.key] ?? Stream()
            defer { streams[part.key] = stream }
            var cover = ReadAheadCover(rest: part.offset..<part.end)
            while let place = stream.pieces.firstIndex(where: { cover.add($0.piece) }) {
                stream.pieces[place].lastUse = uses
            }
            if !cover.rest.isEmpty { stream.take(cover.rest) }
            return cover
        }
    }

    /// Begins the pieces that follow `place`, as far as the blob is known to go.
    private mutating func readAhead(
        of place: UInt64, _ key: BlobKey, _ stream: inout Stream, _ store: any BlobStore
    ) throws {
        // Not from where somebody else has read on meanwhile, further in front.
        var last = max(place, stream.next ?? place)
        let ahead = UInt64(ReadAheadStore.aheadMax * stream.window)
        while last < place + ahead, stream.size.map({ last < $0 }) ?? false {
            if let there = stream.pieces.first(where: { $0.piece.has(last) }) {
                last = there.piece.end
                continue
            }
            let untaken = stream.untaken(from: last)
            guard untaken == last else {
                last = untaken
                continue
            }
            stream.window = min(stream.window * 2, ReadAheadStore.pieceMax)
            last = try begin(key, last, 1, &stream, store).end
        }
    }

    /// Begins a piece that has the `wanted` bytes at `start`, and more where somebody reads on.
    private mutating func begin(
        _ key: BlobKey, _ start: UInt64, _ wanted: Int, _ stream: inout Stream, _ store: any BlobStore
    ) throws -> ReadAheadPiece {
        // No further than the blob, where that is known, and not into a piece that is there or, beyond what is wanted, into
        // what was taken.
        let following = stream.pieces.lazy.map(\.piece.offset).filter { $0 > start }.min()
        let taken = stream.taken.first {
            $0.lowerBound >= start + UInt64(wanted) && $0.upperBound - $0.lowerBound >= Self.takenMin
        }?.lowerBound
        let end = [stream.size, following, taken].compactMap { $0 }.filter { $0 > start }.min()
        let size = max(wanted, stream.window)
        let count = end.map { Int(min(UInt64(size), $0 - start)) } ?? size
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
        }
        // Seldom, as all of them are looked at.
        if streams.count > 2 * Self.streamsMax { streams = streams.filter { !$0.value.pieces.isEmpty } }
    }
}
