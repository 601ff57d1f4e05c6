internal import Content
internal import Model
internal import Vault

/// What a vault takes on beside the compressed bytes of chunks and pages: headers, packs, directories, the index.
///
/// The numbers are those of the formats of packs and of index segments.
struct VaultGrowth {
    /// A pack is finished at so many bytes of records, or at so many records.
    static let packBytes: UInt64 = 32 << 20
    static let packRecordsMax: UInt64 = 65_536
    /// So many entries make an index segment before the end of a run.
    static let segmentEntries = UInt64(VaultSession.unlistedEntriesMax)
    /// A record's header and its seal.
    static let recordOverhead = UInt64(RecordHeader.byteCount) + 16
    /// A pack's head and footer.
    static let packOverhead: UInt64 = 16 + 64
    /// A snapshot and its ref beside the names that the snapshot has, about: seen to be 303 to 305 bytes.
    private static let commitBytes: UInt64 = 304
    /// What the first ref of a dataset takes beside, less the name of the last snapshot.
    private static let firstBytes: UInt64 = 50
    /// What a snapshot is shorter by whose numbers of what it cost are zero.
    private static let idleBytes: UInt64 = 20

    /// A snapshot of `source` that `host` made, and its ref, in `dataset`, in bytes.
    static func commitBytes(
        of source: String, by host: String = SystemClock.hostName, in dataset: String
    ) -> UInt64 { commitBytes + UInt64(source.utf8.count + dataset.utf8.count + host.utf8.count) }

    /// How many chunks are stored.
    let chunks: UInt64
    /// What they compress to; nothing until ``storing(_:)`` says more.
    private(set) var chunkBytes: UInt64 = 0
    /// How many pages are stored.
    let pages: UInt64
    /// What they compress to.
    let pageBytes: UInt64
    /// How many threads fill packs of their own.
    let writers: Int
    /// Whether the dataset has no snapshot yet.
    let isFirst: Bool
    /// What the snapshot and its ref take, in bytes.
    let commit: UInt64
    /// Whether nothing is in the vault yet.
    let isEmpty: Bool
    /// The merges of the index that follow.
    private(set) var merges: [IndexMerge] = []

    /// What headers are shorter by where the other end writes them out, those of chunks and of pages.
    private var shorthandSavings: (chunks: UInt64, pages: UInt64) = (0, 0)

    /// What comes to the vault of `index`: `chunks` and `pages` that it lacks, all of these compressed.
    init(
        _ chunks: ChunkCensus.Totals, _ pages: ChunkCensus.Totals, writers: Int, commit: UInt64, isFirst: Bool,
        in index: VaultIndex
    ) {
        self.init(
            chunks: chunks.chunks, pages: pages.chunks, pageBytes: pages.sample.wire, writers: writers, commit: commit,
            isFirst: isFirst, in: index)
        shorthandSavings = (chunks.shorthandSaving, pages.shorthandSaving)
    }

    /// What comes to the vault of `index`.
    init(
        chunks: UInt64, pages: UInt64, pageBytes: UInt64, writers: Int, commit: UInt64, isFirst: Bool = false,
        in index: VaultIndex
    ) {
        (self.chunks, self.pages, self.pageBytes) = (chunks, pages, pageBytes)
        (self.writers, self.isFirst) = (writers, isFirst)
        self.commit = commit + (isFirst ? Self.firstBytes : 0) - (chunks + pages == 0 ? Self.idleBytes : 0)
        isEmpty = index.entryCount == 0
        merges = index.merges(adding: segmentExtents)
    }

    /// The same with chunks that come to `chunkBytes`.
    func storing(_ chunkBytes: UInt64) -> VaultGrowth {
        var growth = self
        growth.chunkBytes = chunkBytes
        return growth
    }

    /// How many packs there will be.
    var packs: UInt64 {
        let writers = max(1, min(UInt64(writers), chunks))
        return writers * Self.packs(chunks / writers, records(chunks, chunkBytes) / writers)
            + Self.packs(pages, records(pages, pageBytes))
    }

    /// How many index segments there will be before they are merged.
    private var segments: UInt64 { UInt64(segmentEntryCounts.count) }

    /// How many entries each of these has.
    private var segmentEntryCounts: [Int] {
        let last = chunks % Self.segmentEntries + pages
        return Array(repeating: Int(Self.segmentEntries), count: Int(chunks / Self.segmentEntries))
            + (last > 0 ? [Int(last)] : [])
    }

    /// How much these hold; packs that are only filled later count for the last.
    private var segmentExtents: [IndexExtent] {
        let counts = segmentEntryCounts
        return counts.indices.map {
            IndexExtent(entries: counts[$0], packs: $0 == counts.count - 1 ? Int(clamping: packs) : 0)
        }
    }

    /// The bytes of index segments.
    var indexBytes: UInt64 { segmentExtents.reduce(0) { $0 + $1.bytes() } }

    /// The bytes of all that is written.
    var bytes: UInt64 {
        records(chunks, chunkBytes) + records(pages, pageBytes) + (chunks + pages) * UInt64(PackEntry.byteCount)
            + packs * Self.packOverhead + indexBytes + mergedBytes + commit
    }

    /// The bytes of what merges make.
    private var mergedBytes: UInt64 { merges.reduce(0) { $0 + $1.bytes } }

    /// What of `stored` bytes does not cross to a host that makes it itself: ends of packs, the index, and a part of each header
    /// where records are short.
    func unsent(stored: UInt64) -> UInt64 {
        let growth = storing(stored)
        let ends = (chunks + pages) * UInt64(PackEntry.byteCount) + growth.packs * UInt64(PackFormat.footerCount)
        let index = growth.indexBytes + mergedBytes
        let sealed = stored - min(stored, records(pages, pageBytes) + ends + index + commit)
        let isShort = sealed / max(1, chunks) < UInt64(RecordShorthand.worthwhile)
        return ends + index + shorthandSavings.pages + (isShort ? shorthandSavings.chunks : 0)
    }

    /// How many blobs are written: packs, segments, the snapshot, the ref; before the first snapshot the ref is made.
    private var blobs: UInt64 { packs + segments + 2 + (isFirst ? 1 : 0) }

    /// What merges put and remove.
    var mergePuts: UInt64 { merges.reduce(0) { $0 + 1 + UInt64($1.segments) } }

    /// How many requests put blobs or remove some.
    var puts: UInt64 { blobs + mergePuts }

    /// How many questions a session asks that began when the vault was opened, merges aside.
    ///
    /// After the first ref of a dataset was made the state of garbage collection is read once more.
    var asks: UInt64 { isFirst ? 1 : 0 }

    /// The same with merges, before each of which the state of garbage collection is read.
    var gets: UInt64 { asks + UInt64(merges.count) }

    private func records(_ count: UInt64, _ bytes: UInt64) -> UInt64 { bytes + count * Self.recordOverhead }

    private static func packs(_ records: UInt64, _ bytes: UInt64) -> UInt64 {
        max((bytes + packBytes - 1) / packBytes, (records + packRecordsMax - 1) / packRecordsMax)
    }
}
