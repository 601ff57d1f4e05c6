internal import Content
internal import Files
internal import Model
internal import Storage

/// Reads chunks, authenticated and hashed again: no byte is delivered that is not what was stored.
///
/// For one thread.
public final class ChunkReader {
    /// The most bytes of neighbouring records that are read in one go.
    public static let readMax = 4 << 20

    private let records: RecordReader
    private var locations: [ChunkLocation] = []
    /// How many bytes of sealed chunks were read so far.
    public private(set) var sealedBytes: UInt64 = 0

    init(_ vault: Vault, rehearsedBy store: (any BlobStore)? = nil) throws {
        records = try RecordReader(vault, rehearsedBy: store)
    }

    /// Reads one chunk into the first `reference.length` bytes of `plain`.
    ///
    /// - Throws: `notFound` where the vault lacks it, `damaged` where it is not what was stored; `plain` then holds
    ///   nothing of use.
    public func read(_ reference: ChunkReference, into plain: UnsafeMutableRawBufferPointer) throws {
        try records.following {
            let location = try locate(reference)
            let record = try records.read(from: location, to: location)
            sealedBytes += UInt64(location.recordLength)
            try open(record, location, reference, into: plain)
        }
    }

    /// Reads several chunks, one behind the other into `plain`, which has room for all of them.
    ///
    /// Records that lie side by side in a pack are read in one go.
    public func read(_ references: [ChunkReference], into plain: UnsafeMutableRawBufferPointer) throws {
        try records.following { try readOnce(references, into: plain) }
    }

    /// Begins to read several chunks; ``finish(_:into:)`` waits for them.
    ///
    /// Where the store is not on this machine and they lie apart, or are to be read `alone`, just their bytes are asked for,
    /// all at once. Else nothing happens yet: what is read ahead may meet them.
    public func start(_ references: [ChunkReference], alone: Bool = false) throws -> PendingChunks {
        let pending = PendingChunks(references)
        guard let first = references.first else { return pending }
        try records.following {
            guard try !records.isNear(locate(first)) else { return }
            locations.removeAll(keepingCapacity: true)
            for reference in references { locations.append(try locate(reference)) }
            guard !locations.contains(where: records.isKnownGone) else { return }
            var (start, parts) = (0, [BlobPart]())
            while start < references.count {
                let end = runEnd(from: start)
                parts.append(RecordReader.part(from: locations[start], to: locations[end - 1]))
                start = end
            }
            if alone || parts.count > 1 { pending.begin(locations, parts, by: try records.start(parts)) }
        }
        return pending
    }

    /// Waits for what was begun, and puts the chunks one behind the other into `plain`, as ``read(_:into:)`` does.
    public func finish(_ pending: PendingChunks, into plain: UnsafeMutableRawBufferPointer) throws {
        guard let (locations, parts, reading) = pending.take() else { return try read(pending.references, into: plain) }
        do {
            let count = try reading.finish().count
            guard count == parts.reduce(0, { $0 + $1.buffer.bytes.count }) else {
                throw PerigeeError(.notFound, "a pack ended within a record")
            }
        } catch let error as PerigeeError where error.code == .notFound {
            // Moved by a gc meanwhile, or damaged: this finds out.
            return try read(pending.references, into: plain)
        }
        var (run, position) = (0, 0)
        for (location, reference) in zip(locations, pending.references) {
            while location.offset >= parts[run].end || VaultLayout.pack(location.pack) != parts[run].key
                || location.offset < parts[run].offset
            {
                run += 1
            }
            let from = Int(location.offset - parts[run].offset)
            let length = Int(reference.length)
            guard position + length <= plain.count else {
                throw PerigeeError(.limit, "the buffer is too small for the chunks")
            }
            sealedBytes += UInt64(location.recordLength)
            try open(
                UnsafeRawBufferPointer(rebasing: parts[run].buffer.bytes[from..<(from + location.recordLength)]),
                location, reference,
                into: UnsafeMutableRawBufferPointer(rebasing: plain[position..<(position + length)]))
            position += length
        }
    }

    private func readOnce(_ references: [ChunkReference], into plain: UnsafeMutableRawBufferPointer) throws {
        locations.removeAll(keepingCapacity: true)
        for reference in references { locations.append(try locate(reference)) }
        var start = 0
        var position = 0
        while start < references.count {
            let end = runEnd(from: start)
            let bytes = try records.read(from: locations[start], to: locations[end - 1])
            sealedBytes += UInt64(bytes.count)
            for index in start..<end {
                let offset = Int(locations[index].offset - locations[start].offset)
                let record = UnsafeRawBufferPointer(
                    rebasing: bytes[offset..<(offset + locations[index].recordLength)])
                let length = Int(references[index].length)
                guard position + length <= plain.count else {
                    throw PerigeeError(.limit, "the buffer is too small for the chunks")
                }
                try open(
                    record, locations[index], references[index],
                    into: UnsafeMutableRawBufferPointer(rebasing: plain[position..<(position + length)]))
                position += length
            }
            start = end
        }
    }

    /// The end of the run of neighbours that begins at `start`.
    private func runEnd(from start: Int) -> Int {
        var end = start + 1
        var count = locations[start].recordLength
        while end < locations.count, locations[end].pack == locations[start].pack,
            locations[end].offset == locations[end - 1].offset + UInt64(locations[end - 1].recordLength),
            count + locations[end].recordLength <= Self.readMax
        {
            count += locations[end].recordLength
            end += 1
        }
        return end
    }

    private func locate(_ reference: ChunkReference) throws -> ChunkLocation {
        let location = try records.locate(reference.id, .chunk)
        // What the index says is checked before anything is read or allocated by it.
        guard location.plainLength == reference.length, location.plainLength <= RecordHeader.plainLengthMax,
            Int(location.sealedLength) <= Envelope.bound(Int(location.plainLength))
        else {
            throw PerigeeError(
                .damaged, "the chunk \(reference.id.short) is listed with other lengths than the snapshot says",
                at: "\(VaultLayout.pack(location.pack)), byte \(location.offset)",
                remedy: "run perigee verify on the vault")
        }
        return location
    }

    private func open(
        _ record: UnsafeRawBufferPointer, _ location: ChunkLocation, _ reference: ChunkReference,
        into plain: UnsafeMutableRawBufferPointer
    ) throws {
        let count = try records.open(record, at: location, reference.id, into: plain)
        guard count == Int(reference.length) else {
            throw PerigeeError(
                .damaged, "the chunk \(reference.id.short) has \(count) bytes, not \(reference.length)",
                at: VaultLayout.pack(location.pack).text)
        }
    }
}
