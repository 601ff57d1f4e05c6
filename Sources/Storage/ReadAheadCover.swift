internal import Files

/// What is here, or on its way, of a part of a blob that somebody wants.
struct ReadAheadCover {
    /// Pieces that have the beginning or the end of it.
    private(set) var pieces: [ReadAheadPiece] = []
    /// What none of them has.
    private(set) var rest: Range<UInt64>

    init(rest: Range<UInt64>) { self.rest = rest }

    /// Whether `piece` has the beginning or the end of the rest, which is less by that then.
    mutating func add(_ piece: ReadAheadPiece) -> Bool {
        guard !rest.isEmpty else { return false }
        if piece.has(rest.lowerBound) {
            rest = min(piece.end, rest.upperBound)..<rest.upperBound
        } else if piece.offset < rest.upperBound, rest.upperBound <= piece.end {
            rest = rest.lowerBound..<piece.offset
        } else {
            return false
        }
        pieces.append(piece)
        return true
    }
}

/// A read of parts of which some bytes are in pieces that were read ahead, and the rest is asked for.
final class CoveredReading: BlobReading {
    /// Waits for a piece, and copies what it has of a part.
    typealias Taking = (ReadAheadPiece, BlobPart) throws -> Int

    private let take: Taking
    private var waiting: [(piece: ReadAheadPiece, part: BlobPart)] = []
    private var rests: [(asked: BlobPart, part: BlobPart)] = []
    private var reading: (any BlobReading)?
    private var count = 0

    /// Begins what no piece has, and copies what has come already.
    init(
        _ parts: [BlobPart], _ covers: [ReadAheadCover], by start: ([BlobPart]) throws -> any BlobReading,
        _ take: @escaping Taking
    ) throws {
        self.take = take
        for (part, cover) in zip(parts, covers) where !cover.rest.isEmpty {
            let isWhole = cover.pieces.isEmpty
            let length = Int(cover.rest.upperBound - cover.rest.lowerBound)
            let buffer = isWhole ? part.buffer : IOBuffer(count: length)
            rests.append((BlobPart(part.key, at: cover.rest.lowerBound, into: buffer), part))
        }
        if !rests.isEmpty { reading = try start(rests.map(\.asked)) }
        for (part, cover) in zip(parts, covers) {
            for piece in cover.pieces {
                // What is here is not held on to; what has failed is told at the end, as of the others.
                if piece.isReady, let copied = try? take(piece, part) {
                    count += copied
                } else {
                    waiting.append((piece, part))
                }
            }
        }
    }

    func finish() throws -> (count: Int, size: UInt64?) {
        while let (piece, part) = waiting.popLast() { count += try take(piece, part) }
        guard let reading else { return (count, nil) }
        count += try reading.finish().count
        for (asked, part) in rests where asked.buffer !== part.buffer {
            let target = part.buffer.bytes[Int(asked.offset - part.offset)...]
            UnsafeMutableRawBufferPointer(rebasing: target).copyMemory(from: UnsafeRawBufferPointer(asked.buffer.bytes))
        }
        return (count, nil)
    }
}
