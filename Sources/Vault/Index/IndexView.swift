internal import Content
internal import Hashing
internal import Model
internal import Storage

/// The index segments as they stand at one moment; immutable, so that threads look up without locks.
final class IndexView: Sendable {
    /// A segment that could not be opened.
    struct Damage: Sendable {
        let name: Digest
        let error: PerigeeError
    }

    /// The segments, the largest first.
    let segments: [IndexSegment]
    /// What could not be opened; its packs are as good as unlisted.
    let damages: [Damage]
    /// Listed segments that others took over, left behind by a writer that was killed.
    let superseded: [Digest]

    init(segments: [IndexSegment], damages: [Damage] = [], superseded: [Digest] = []) {
        self.segments = segments.sorted { ($1.entryCount, $0.name) < ($0.entryCount, $1.name) }
        self.damages = damages
        self.superseded = superseded
    }

    /// The segment and entry of `key`; nil where no segment lists it.
    func find(_ key: IndexKey, filtered: Bool = true) -> (segment: Int, found: IndexSegment.Found)? {
        for index in segments.indices {
            if let found = segments[index].find(key, filtered: filtered) { return (index, found) }
        }
        return nil
    }

    func contains(_ key: IndexKey) -> Bool {
        for segment in segments where segment.find(key) != nil { return true }
        return false
    }

    /// Where the record of `id` lies; nil where no segment says.
    func location(of id: ContentID, filtered: Bool) -> ChunkLocation? {
        guard let (segment, found) = find(IndexKey(id), filtered: filtered) else { return nil }
        let entry = found.entry
        guard let pack = segments[segment].pack(entry.pack), let kind = RecordKind(rawValue: entry.kind),
            let codec = Codec(rawValue: entry.codec)
        else { return nil }
        return ChunkLocation(
            pack: pack.name, offset: UInt64(entry.offset), sealedLength: entry.sealedLength,
            plainLength: entry.plainLength, kind: kind, codec: codec)
    }

    /// Whether a segment's pack table lists `pack`.
    func lists(pack: Digest) -> Bool { segments.contains { $0.packNumber(of: pack) != nil } }
}
