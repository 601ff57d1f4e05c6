internal import Hashing
internal import Model
internal import Storage

/// Streams sorted entries into a new segment, in two passes over them and with one buffer.
final class IndexSegmentWriter {
    private static let bufferSize = 1 << 20

    // Nil where somebody else makes the same.
    private let staging: (any BlobStaging)?
    private let copy: BlobCopy?
    private var hasher = Blake3Hasher()
    private var buffer: [UInt8] = []

    /// A writer of one segment into `store`; with a folder for copies one is kept there.
    convenience init(_ store: any BlobStore, copies: String? = nil) throws {
        self.init(try store.stage(), copies: copies)
    }

    /// A writer of one segment into `staging`; nil where somebody else makes the same, and only a copy is written.
    init(_ staging: (any BlobStaging)?, copies: String?) {
        self.staging = staging
        copy = BlobCopy(in: copies, .segment)
        buffer.reserveCapacity(Self.bufferSize + 4096)
    }

    /// Has `store` make the segment of `source` by `recipe`, if it makes such; a copy is kept in `copies`.
    ///
    /// - Returns: its name; nil where it does not, and all is as it was.
    static func make(
        in store: any BlobStore, by recipe: BlobRecipe, copies: String, _ source: some IndexSource,
        packs: [PackTableRow], replaced: [Digest], if condition: PutCondition
    ) throws -> Digest? {
        var copied: (writer: IndexSegmentWriter, name: Digest)?
        func copying() throws -> Digest {
            if let copied { return copied.name }
            let writer = IndexSegmentWriter(nil, copies: copies)
            let name = try writer.stream(source, packs: packs, replaced: replaced)
            copied = (writer, name)
            return name
        }
        do {
            let version = try store.make(by: recipe, if: condition) { VaultLayout.index(try copying()) }
            guard version != nil else { return nil }
        } catch let error as PerigeeError where error.code == .conflict && condition == .absent {
            // Somebody has made the same.
        }
        guard let copied else { return nil }
        copied.writer.copy?.keep(as: copied.name)
        return copied.name
    }

    /// Writes the segment of `source`, whose entries lie in `packs`; returns its name.
    ///
    /// - Parameter packs: ascending by name; entry counts are filled in here.
    func write(
        _ source: some IndexSource, packs: [PackTableRow], replaced: [Digest], if condition: PutCondition = .absent
    ) throws -> Digest {
        let name = try stream(source, packs: packs, replaced: replaced)
        do {
            _ = try commit(name, condition)
        } catch let error as PerigeeError where error.code == .conflict && condition == .absent {
            // Somebody merged the same segments: the same bytes are there already.
        }
        copy?.keep(as: name)
        return name
    }

    /// The same where the segment turns out to be called `name`; else nothing is put, and nil returned.
    func write(
        _ source: some IndexSource, packs: [PackTableRow], replaced: [Digest], if condition: PutCondition,
        named name: Digest
    ) throws -> BlobVersion? {
        guard try stream(source, packs: packs, replaced: replaced) == name else { return nil }
        return try commit(name, condition)
    }

    private func commit(_ name: Digest, _ condition: PutCondition) throws -> BlobVersion? {
        try staging?.commit(as: VaultLayout.index(name), if: condition)
    }

    /// Writes all bytes of the segment; returns its name.
    private func stream(
        _ source: some IndexSource, packs: [PackTableRow], replaced: [Digest]
    ) throws -> Digest {
        try append(IndexSegment.head)
        let bucketCount = IndexBucket.count(for: source.countMax)
        source.rewind()
        let entryCount = try writeBuckets(source, bucketCount)
        source.rewind()
        var packs = packs
        while let entry = try source.next() {
            guard Int(entry.pack) < packs.count else { preconditionFailure("an entry's pack is in the table") }
            packs[Int(entry.pack)].entryCount += 1
            try withUnsafeBytes(of: entry) { try append($0) }
        }
        var tables = FieldWriter()
        for pack in packs { pack.encode(into: &tables) }
        for name in replaced.sorted() { name.withUnsafeBytes { tables.raw($0) } }
        try append(tables.bytes)
        let footer = IndexFooter(
            bucketCount: UInt64(bucketCount), entryCount: UInt64(entryCount), packCount: UInt64(packs.count),
            replacedCount: UInt64(replaced.count), tables: tables.bytes.withUnsafeBytes { Blake3.hash($0) })
        try append(footer.encoded())
        try flush()
        return hasher.finalize()
    }

    /// The first pass: the buckets in order, each once its last entry has gone by.
    ///
    /// Returns the number of entries.
    private func writeBuckets(_ source: some IndexSource, _ bucketCount: Int) throws -> Int {
        var words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
        var bucket = 0
        var count = 0
        func close(before next: Int) throws {
            while bucket < next {
                try withUnsafeBytes(of: words) { try append($0) }
                words = (UInt64(count).littleEndian, 0, 0, 0, 0, 0, 0, 0)
                bucket += 1
            }
        }
        while let entry = try source.next() {
            let place = Int(entry.id.prefix.multipliedFullWidth(by: UInt64(bucketCount)).high)
            try close(before: place)
            withUnsafeMutableBytes(of: &words) { line in
                let line = line.bindMemory(to: UInt64.self)
                _ = IndexBucket.probe(entry.id) { word, bit in
                    line[1 + word] |= bit.littleEndian
                    return true
                }
            }
            count += 1
        }
        try close(before: bucketCount)
        return count
    }

    private func append(_ bytes: some Collection<UInt8>) throws {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { bytes in
            guard !bytes.isEmpty else { return }
            hasher.update(bytes)
            try staging?.append(bytes)
            copy?.append(bytes)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
