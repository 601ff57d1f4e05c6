internal import Content
internal import Hashing

/// The entries of an index that snapshots need: a bit each, and how much that is of each pack.
///
/// Of an ID that several segments list, one entry is marked: that which readers would find.
struct LiveMarks {
    /// What is marked.
    let view: IndexView
    private var bits: [[UInt64]]
    private var bytes: [[UInt64]]

    /// Nothing marked of `view`.
    init(_ view: IndexView) {
        self.view = view
        bits = view.segments.map { _ in [] }
        bytes = view.segments.map { _ in [] }
    }

    /// Marks the entry of `id`.
    ///
    /// - Returns: the entry, its pack, and whether it was not marked before; nil where no segment lists it.
    mutating func mark(_ id: ContentID) -> (entry: IndexEntry, pack: Digest, isNew: Bool)? {
        guard let (index, found) = view.find(IndexKey(id), filtered: false),
            let pack = view.segments[index].pack(found.entry.pack)
        else { return nil }
        if bits[index].isEmpty {
            bits[index] = [UInt64](repeating: 0, count: view.segments[index].entryCount / 64 + 1)
            bytes[index] = [UInt64](repeating: 0, count: view.segments[index].packCount)
        }
        let (word, bit) = (found.position >> 6, UInt64(1) << UInt64(found.position & 63))
        guard bits[index][word] & bit == 0 else { return (found.entry, pack.name, false) }
        bits[index][word] |= bit
        bytes[index][Int(found.entry.pack)] += UInt64(RecordHeader.byteCount) + UInt64(found.entry.sealedLength)
        return (found.entry, pack.name, true)
    }

    /// How many bytes of records in `pack` are marked.
    func bytes(in pack: Digest) -> UInt64 {
        view.segments.indices.reduce(0) { sum, index in
            guard !bytes[index].isEmpty, let number = view.segments[index].packNumber(of: pack) else { return sum }
            return sum + bytes[index][Int(number)]
        }
    }

    /// Calls `body` with each marked entry that lies in one of `packs`.
    func forEach(in packs: Set<Digest>, _ body: (IndexEntry) throws -> Void) throws {
        for (index, segment) in view.segments.enumerated() where !bits[index].isEmpty {
            let wanted = (0..<UInt32(segment.packCount)).map { number in
                segment.pack(number).map { packs.contains($0.name) } ?? false
            }
            guard wanted.contains(true) else { continue }
            var run = EntryRun(segment)
            var position = 0
            while let entry = try run.head() {
                let isMarked = bits[index][position >> 6] & (1 << UInt64(position & 63)) != 0
                if isMarked, Int(entry.pack) < wanted.count, wanted[Int(entry.pack)] { try body(entry) }
                position += 1
                guard try run.advance() else { break }
            }
        }
    }
}
