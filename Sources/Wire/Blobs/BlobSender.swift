internal import Content
internal import Hashing
internal import Model
internal import Storage

/// Sends the bytes of a blob, and fewer where it turns out to be a pack: of that the other side can write much itself.
///
/// It is known by its bytes, whoever made it. Short records go without what is the same in all of them; the end of a pack,
/// which follows from its records, is held back until the commit and then not sent at all. For one thread.
struct BlobSender {
    private let lane: BlobLane
    // Nil where all goes as it is: the other side knows no better, or the blob is something else.
    private var follower: PackFollower?
    // What may be the pack's end.
    private var held: [UInt8] = []

    /// A sender of a blob that has begun on `lane`.
    init(_ lane: BlobLane) throws {
        self.lane = lane
        follower = try lane.channel.carrier.hello.features.contains(.shortPacks) ? PackFollower() : nil
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer) throws {
        guard held.isEmpty, let taken = follower?.take(bytes) else { return try hold(bytes) }
        try lane.append(bytes[..<taken.records.lowerBound])
        try append(records: bytes[taken.records])
        try lane.append(bytes[taken.records.upperBound..<taken.count])
        if taken.count < bytes.count { try hold(UnsafeRawBufferPointer(rebasing: bytes[taken.count...])) }
    }

    /// Keeps `bytes` back, as long as they can be the end of a pack.
    private mutating func hold(_ bytes: UnsafeRawBufferPointer) throws {
        if let follower, held.count + bytes.count <= follower.tailCount { return held.append(contentsOf: bytes) }
        try letGo()
        follower = nil
        try lane.append(bytes[...])
    }

    private mutating func letGo() throws {
        try held.withUnsafeBytes { try lane.append($0[...]) }
        held = []
    }

    private func append(records: Slice<UnsafeRawBufferPointer>) throws {
        let bytes = UnsafeRawBufferPointer(rebasing: records)
        guard let headers = RecordShorthand.headers(of: bytes),
            bytes.count / max(1, headers.count) < RecordShorthand.worthwhile,
            headers.allSatisfy({ $0.sealedLength <= BlobWire.partMax / 2 })
        else { return try lane.append(records) }
        var offset = 0
        var rest = headers[...]
        while !rest.isEmpty {
            var (count, room) = (0, BlobWire.partMax - RecordShorthand.countMax)
            for header in rest {
                room -= RecordShorthand.headMax + Int(header.sealedLength)
                if room < 0, count > 0 { break }
                count += 1
            }
            let some = rest.prefix(count)
            rest = rest.dropFirst(count)
            let sealed = some.map { header in
                let start = offset + RecordHeader.byteCount
                offset += header.recordLength
                return UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
            }
            try lane.append(records: RecordShorthand.heads(of: some), sealed)
        }
    }

    /// Says that the blob is whole; ``BlobLane/finishCommit()`` is next.
    mutating func startCommit(_ key: BlobKey, _ condition: PutCondition) throws {
        if !held.isEmpty, held == follower?.tail {
            let tail = held.withUnsafeBytes { Blake3.hash($0) }
            return try lane.startCommit(key, condition, completing: tail)
        }
        try letGo()
        try lane.startCommit(key, condition)
    }
}
