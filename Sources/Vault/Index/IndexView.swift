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
    /// Packs that are listed and not to be relied on.
    let avoided: AvoidedPacks
    // For each segment, whether the pack of a number is avoided; empty where none is.
    private let avoidedRows: [[Bool]]
    // Whether no pack is, which is usual: asked for each chunk that is known.
    private let avoidsNone: Bool

    init(
        segments: [IndexSegment], damages: [Damage] = [], superseded: [Digest] = [],
        avoided: AvoidedPacks = AvoidedPacks()
    ) {
        let segments = segments.sorted { ($1.entryCount, $0.name) < ($0.entryCount, $1.name) }
        self.segments = segments
        self.damages = damages
        self.superseded = superseded
        self.avoided = avoided
        avoidedRows = segments.map { Self.rows(of: $0, avoided) }
        avoidsNone = avoidedRows.allSatisfy(\.isEmpty)
    }

    private static func rows(of segment: IndexSegment, _ avoided: AvoidedPacks) -> [Bool] {
        var rows: [Bool] = []
        for pack in avoided.condemned.union(avoided.missing) {
            guard let number = segment.packNumber(of: pack) else { continue }
            if rows.isEmpty { rows = [Bool](repeating: false, count: segment.packCount) }
            rows[Int(number)] = true
        }
        return rows
    }

    /// Whether it has the segments of `other` and no more.
    func hasSegments(of other: IndexView) -> Bool { segments.map(\.name) == other.segments.map(\.name) }

    /// Whether the pack of an entry of the segment at `index` is avoided.
    @inline(__always)
    func avoids(_ entry: IndexEntry, in index: Int) -> Bool {
        guard !avoidsNone else { return false }
        let rows = avoidedRows[index]
        return !rows.isEmpty && Int(entry.pack) < rows.count && rows[Int(entry.pack)]
    }

    /// The segment and entry of `key`, in a pack that can be relied on where there is one; nil where no segment lists
    /// it.
    func find(_ key: IndexKey, filtered: Bool = true) -> (segment: Int, found: IndexSegment.Found)? {
        var fallback: (segment: Int, found: IndexSegment.Found)?
        for index in segments.indices {
            guard let found = segments[index].find(key, filtered: filtered) else { continue }
            guard avoids(found.entry, in: index) else { return (index, found) }
            // Among packs that are avoided, those that are still there come first.
            if let known = fallback, !isMissing(known.found.entry, in: known.segment) { continue }
            fallback = (index, found)
        }
        return fallback
    }

    private func isMissing(_ entry: IndexEntry, in index: Int) -> Bool {
        segments[index].pack(entry.pack).map { avoided.missing.contains($0.name) } ?? true
    }

    /// Whether a pack that can be relied on has the record of `key`.
    func contains(_ key: IndexKey) -> Bool {
        for index in segments.indices {
            if let found = segments[index].find(key), !avoids(found.entry, in: index) { return true }
        }
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

    /// How long `pack` is; nil where no segment says.
    func size(ofPack pack: Digest) -> UInt64? {
        segments.lazy.compactMap { segment in segment.packNumber(of: pack).flatMap { segment.pack($0)?.size } }.first
    }

    /// Whether a segment's pack table lists `pack`.
    func lists(pack: Digest) -> Bool { segments.contains { $0.packNumber(of: pack) != nil } }
}
