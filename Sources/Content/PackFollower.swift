internal import Hashing

/// Follows the bytes of a pack as they come, in parts of any size, and knows how it has to end: its directory and footer say
/// nothing that its records do not.
///
/// Pure, and without keys. Memory is 64 bytes a record, of ``PackFormat/entryCountMax`` at most.
public struct PackFollower {
    private enum Place {
        case head
        /// Between two records, or within a header.
        case header
        case body(left: Int)
        /// What came is no pack, or one of more records than a pack has.
        case lost
    }

    /// What was taken of some bytes.
    public struct Taken: Equatable {
        /// How many bytes at the start are of the head or of records; fewer than all where something else follows.
        public var count = 0
        /// Where the records lie that begin and end within these bytes.
        public var records = 0..<0
    }

    private var entries: [PackEntry] = []
    private var place = Place.head
    // Of a head or a header that comes in parts.
    private var partial: [UInt8] = []
    private var size: UInt64 = 0

    /// Follows a pack of which nothing has come.
    public init() {}

    /// Takes what comes next, as far as it is of the head or of records.
    public mutating func take(_ bytes: UnsafeRawBufferPointer) -> Taken {
        var taken = Taken()
        while taken.count < bytes.count {
            let rest = bytes.slice(taken.count, bytes.count - taken.count)
            if let record = takeRecord(rest) {
                taken.records =
                    (taken.records.isEmpty ? taken.count : taken.records.lowerBound)..<(taken.count + record)
                taken.count += record
            } else if let count = takePart(rest) {
                taken.count += count
            } else {
                break
            }
        }
        return taken
    }

    /// Gives it up: something else has come.
    public mutating func stop() { (place, entries, partial) = (.lost, [], []) }

    /// The directory and the footer that end the pack with the records that came; nil where it cannot end here, or is none.
    public var tail: [UInt8]? {
        guard case .header = place, partial.isEmpty else { return nil }
        return PackFormat.tail(of: entries, size: size)
    }

    /// The length of ``tail``.
    public var tailCount: Int { entries.count * PackEntry.byteCount + PackFormat.footerCount }

    /// Takes the record that `bytes` begin with; nil where they do not have all of one.
    private mutating func takeRecord(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard case .header = place, partial.isEmpty, let header = try? RecordHeader.decode(bytes),
            header.recordLength <= bytes.count, note(header)
        else { return nil }
        size += UInt64(header.recordLength)
        return header.recordLength
    }

    /// Takes a part of the head or of a record; nil where `bytes` begin with something else.
    private mutating func takePart(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let count: Int
        switch place {
        case .lost: return nil
        case .body(let left):
            count = min(left, bytes.count)
            place = count == left ? .header : .body(left: left - count)
        case .head:
            count = gather(bytes, PackFormat.headCount)
            if partial.count == PackFormat.headCount {
                place = partial == PackFormat.head ? .header : .lost
                partial = []
            }
        case .header:
            guard !partial.isEmpty || RecordHeader.mayBegin(bytes) else { return nil }
            count = gather(bytes, RecordHeader.byteCount)
            if partial.count == RecordHeader.byteCount {
                let header = partial.withUnsafeBytes { try? RecordHeader.decode($0) }
                // The entry says where the header began.
                size -= UInt64(RecordHeader.byteCount - count)
                place = header.map { note($0) ? .body(left: Int($0.sealedLength)) : .lost } ?? .lost
                size += UInt64(RecordHeader.byteCount - count)
                partial = []
            }
        }
        size += UInt64(count)
        return count
    }

    /// Takes of `bytes` what ``partial`` lacks of `most`.
    private mutating func gather(_ bytes: UnsafeRawBufferPointer, _ most: Int) -> Int {
        let count = min(most - partial.count, bytes.count)
        partial.append(contentsOf: bytes.slice(0, count))
        return count
    }

    /// Notes a record that begins here; false where a pack has no room for it.
    private mutating func note(_ header: RecordHeader) -> Bool {
        guard entries.count < PackFormat.entryCountMax else { return false }
        entries.append(PackEntry(header, at: size))
        return true
    }
}
