internal import Content
internal import Files
internal import Glibc
internal import Hashing
internal import Model

/// An immutable sorted run of index entries in a mapped file: the blob `index/ab/<digest>`.
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
/// The blob's name is the BLAKE3 of all its bytes. It holds nothing that packs do not say, so it can be made anew without
/// any key. Opening checks head, footer and tables; entries are checked where they are used, since the record they lead to
/// carries the ID again, and by `verify`.
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
    private let file: MappedFile
    private let footer: IndexFooter

    /// Takes over the mapped `file`, found at `place` under `name`.
    init(_ file: MappedFile, name: Digest, at place: String) throws {
        let bytes = file.bytes
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
    var bytes: UnsafeRawBufferPointer { file.bytes }

    /// The entry at `position`, which is below ``entryCount``.
    @inline(__always)
    func entry(_ position: Int) -> IndexEntry {
        assert(position >= 0 && position < entryCount)
        return base.load(fromByteOffset: footer.entriesOffset + position * IndexEntry.byteCount, as: IndexEntry.self)
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
        guard let base = file.bytes.baseAddress else { preconditionFailure("a segment is not empty") }
        return base
    }

    /// Gives back the memory of the entries before `position`, which were read in passing; they stay readable.
    func forget(before position: Int) {
        let page = 4096
        let start = (footer.entriesOffset + page - 1) / page * page
        let end = (footer.entriesOffset + position * IndexEntry.byteCount) / page * page
        guard end > start else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }
}

extension IndexSegment {
    /// The position of `key`'s entry; nil where there is none.
    ///
    /// - Parameter filtered: false looks at the entries even where the filter says no: for reads, so that a damaged filter
    ///   hides nothing.
    func find(_ key: IndexKey, filtered: Bool = true) -> Int? {
        let place = key.prefix.multipliedFullWidth(by: UInt64(bucketCount))
        let bucket = Int(place.high)
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
        return search(key, from: Int(first), to: Int(next), share: place.low)
    }

    /// Looks for `key` among the entries `low..<high`, beginning at `share` / 2^64 of the way.
    private func search(_ key: IndexKey, from low: Int, to high: Int, share: UInt64) -> Int? {
        var low = low
        var high = high
        let guess = low + Int(share.multipliedFullWidth(by: UInt64(high - low)).high)
        var position = guess
        // Few steps from the guess to the place, nearly always; else halve.
        for _ in 0..<16 {
            let found = entry(position).id
            if found == key { return position }
            if found < key {
                low = position + 1
                position += 1
            } else {
                high = position
                position -= 1
            }
            guard low < high else { return nil }
            if position < low || position >= high { break }
        }
        while low < high {
            let middle = (low + high) / 2
            let found = entry(middle).id
            if found == key { return middle }
            if found < key { low = middle + 1 } else { high = middle }
        }
        return nil
    }
}
