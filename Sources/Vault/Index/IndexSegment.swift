internal import Content
internal import Files
internal import Hashing
internal import Model

/// An immutable sorted run of index entries in a file: the blob `index/ab/<digest>`.
///
/// | part | bytes |
/// |---|---|
/// | head | 64: `PERIINDX`, then zeros |
/// | buckets | 64 each: ``IndexBucket`` |
/// | entries | 48 each: ``IndexEntry``, ascending by ID, no ID twice |
/// | pack table | 48 each: ``PackTableRow``, ascending by name |
/// | replaced | 32 each: the names of the segments whose entries this one took over |
/// | footer | 128: ``IndexFooter`` |
///
/// The blob's name is the BLAKE3 of all its bytes. It holds nothing that packs do not say, so it can be made anew
/// without any key.
///
/// Buckets and tables are mapped, three bytes an entry (five in a small segment). Entries are read as they are needed, a bucket at a time: slower
/// than a mapping (1.5 us instead of 0.4), but pages that were touched once do not stay with the process. Opening
/// checks head, footer and tables; entries are checked where they are used, since the record they lead to carries the
/// ID again, and by `verify`.
final class IndexSegment: Sendable {
    static let headCount = 64

    /// The blob's digest.
    let name: Digest
    let entryCount: Int
    let packCount: Int
    let bucketCount: Int
    /// The names of the segments that this one took over.
    let replaced: [Digest]
    /// The size of the file in bytes.
    let size: Int
    private let file: OpenFile
    private let map: MappedFile
    private let footer: IndexFooter

    /// Takes over `file`, found at `place` under `name`.
    init(_ file: consuming OpenFile, name: Digest, at place: String) throws {
        let map = try MappedFile(file)
        let bytes = map.bytes
        guard bytes.count >= Self.headCount + IndexFooter.byteCount else {
            throw PerigeeError(.damaged, "the blob ends too early", at: place)
        }
        let footer = try IndexFooter(
            decoding: Array(bytes.suffix(IndexFooter.byteCount)), fileSize: bytes.count, at: place)
        let tables = UnsafeRawBufferPointer(rebasing: bytes[footer.packsOffset..<(footer.size - IndexFooter.byteCount)])
        guard Blake3.hash(tables) == footer.tables, bytes.prefix(Self.headCount).elementsEqual(Self.head) else {
            throw PerigeeError(.damaged, "the index segment's tables are not what was written", at: place)
        }
        self.name = name
        self.file = file
        self.map = map
        self.footer = footer
        entryCount = Int(footer.entryCount)
        packCount = Int(footer.packCount)
        bucketCount = Int(footer.bucketCount)
        size = bytes.count
        replaced = (0..<Int(footer.replacedCount)).map { index in
            let start = footer.replacedOffset + index * Digest.byteCount
            return Digest(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + Digest.byteCount)]))
        }
    }

    /// The first bytes of each segment.
    static let head: [UInt8] = Array("PERIINDX".utf8) + [UInt8](repeating: 0, count: headCount - 8)

    /// All bytes.
    private var bytes: UnsafeRawBufferPointer { map.bytes }

    /// Reads the entries from `position` on into `buffer`; gives how many there were.
    func read(_ buffer: UnsafeMutableBufferPointer<IndexEntry>, from position: Int) throws -> Int {
        let wanted = max(0, min(buffer.count, entryCount - position))
        let bytes = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<wanted]))
        let offset = footer.entriesOffset + position * IndexEntry.byteCount
        return try file.read(into: bytes, at: UInt64(offset)) / IndexEntry.byteCount
    }

    /// The pack table's row at `number`; nil where there is none.
    func pack(_ number: UInt32) -> PackTableRow? {
        guard number < packCount else { return nil }
        let start = footer.packsOffset + Int(number) * PackTableRow.byteCount
        return PackTableRow(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + PackTableRow.byteCount)]))
    }

    /// The number of the pack `name` in the table; nil where it is not there.
    func packNumber(of name: Digest) -> UInt32? {
        var low = 0
        var high = packCount
        while low < high {
            let middle = (low + high) / 2
            guard let row = pack(UInt32(middle)) else { return nil }
            if row.name == name { return UInt32(middle) }
            if row.name < name { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    private var base: UnsafeRawPointer {
        guard let base = map.bytes.baseAddress else { preconditionFailure("a segment is not empty") }
        return base
    }
}

extension IndexSegment {
    /// An entry and where it stands.
    struct Found {
        let position: Int
        let entry: IndexEntry
    }

    /// The most entries of a bucket that are read at once; nearly all buckets have fewer.
    private static let window = 96

    /// The entry of `key`; nil where there is none, or where it cannot be read.
    ///
    /// - Parameter filtered: false looks at the entries even where the filter says no: for reads, so that a damaged
    ///   filter hides nothing.
    func find(_ key: IndexKey, filtered: Bool = true) -> Found? {
        let bucket = Int(key.prefix.multipliedFullWidth(by: UInt64(bucketCount)).high)
        let line = base + Self.headCount + bucket * IndexBucket.byteCount
        if filtered {
            let hit = IndexBucket.probe(key) { word, bit in
                UInt64(littleEndian: line.load(fromByteOffset: 8 + word * 8, as: UInt64.self)) & bit != 0
            }
            guard hit else { return nil }
        }
        let first = UInt64(littleEndian: line.load(as: UInt64.self))
        let next =
            bucket + 1 < bucketCount
            ? UInt64(littleEndian: line.load(fromByteOffset: IndexBucket.byteCount, as: UInt64.self))
            : UInt64(entryCount)
        guard first < next, next <= UInt64(entryCount) else { return nil }
        return withUnsafeTemporaryAllocation(of: IndexEntry.self, capacity: Self.window) { buffer in
            try? search(key, from: Int(first), to: Int(next), buffer)
        }
    }

    /// Halves the entries `low..<high` by single reads until they fit `buffer`, then looks there.
    private func search(
        _ key: IndexKey, from low: Int, to high: Int, _ buffer: UnsafeMutableBufferPointer<IndexEntry>
    ) throws -> Found? {
        var low = low
        var high = high
        while high - low > buffer.count {
            let middle = (low + high) / 2
            guard try read(UnsafeMutableBufferPointer(rebasing: buffer[..<1]), from: middle) == 1 else { return nil }
            if key < buffer[0].id { high = middle } else { low = middle }
        }
        let count = try read(UnsafeMutableBufferPointer(rebasing: buffer[..<(high - low)]), from: low)
        let start = low
        low = 0
        high = count
        while low < high {
            let middle = (low + high) / 2
            let found = buffer[middle].id
            if found == key { return Found(position: start + middle, entry: buffer[middle]) }
            if found < key { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
