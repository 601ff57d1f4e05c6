internal import Content
internal import Files
internal import Hashing
internal import Model
internal import Synchronization

/// Counts distinct chunks that are wanted and not held, in bounded memory, whatever their number.
///
/// Workers add what they meet in any order and as often as they meet it; sorting brings equal IDs together.
final class ChunkCensus: Sendable {
    /// How many bytes are held in memory; the rest goes to temporary files.
    static let memory = 32 << 20

    /// What a census has found.
    struct Totals: Hashable, Sendable {
        /// How many chunks are wanted and not held.
        var chunks: UInt64 = 0
        /// Their plain bytes.
        var bytes: UInt64 = 0
        /// What those in the sample compress to.
        var sample = RatioSample()
        /// What their headers would be shorter by as ``RecordShorthand`` tells them; where it was not measured what they compress
        /// to, as if they did not.
        var shorthandSaving: UInt64 = 0
    }

    /// What a worker adds at once.
    struct Batch {
        fileprivate var bytes: [UInt8] = []
        /// The length that was not measured.
        fileprivate static let unmeasured = UInt32.max
        fileprivate static let recordLength = 41

        /// A chunk that the destination holds.
        mutating func hold(_ id: ContentID) { append(id, 0, 0, 0) }

        /// A chunk that the destination is to have, and what it compresses to where that was measured.
        mutating func want(_ id: ContentID, length: UInt32, wire: UInt32?) {
            append(id, 1, length, wire ?? Self.unmeasured)
        }

        // Big endian, so that what is held comes before what is wanted, and what was measured before what was not.
        private mutating func append(_ id: ContentID, _ tag: UInt8, _ length: UInt32, _ wire: UInt32) {
            id.digest.withUnsafeBytes { bytes.append(contentsOf: $0) }
            bytes.append(tag)
            withUnsafeBytes(of: length.bigEndian) { bytes.append(contentsOf: $0) }
            withUnsafeBytes(of: wire.bigEndian) { bytes.append(contentsOf: $0) }
        }
    }

    private let workers = Atomic(0)
    private let sorter = SharedSorter(memory: ChunkCensus.memory)

    /// Adds what `batch` holds, and empties it.
    func add(_ batch: inout Batch) throws {
        try sorter.add(batch.bytes, recordLength: Batch.recordLength)
        batch.bytes.removeAll(keepingCapacity: true)
    }

    /// A worker has met the first chunk that it would write.
    func workerWants() { workers.add(1, ordering: .relaxed) }

    /// How many workers have met chunks that they would write, each into a pack of its own; at least one.
    var writers: Int { max(1, workers.load(ordering: .relaxed)) }

    /// Counts, once all was added; `bound` is the sample's.
    ///
    /// The census is empty afterwards.
    func totals(sampledUpTo bound: UInt64 = .max) throws -> Totals {
        let sorted = try sorter.sorted()
        var totals = Totals()
        var last: Digest?
        while let record = try sorted.next(Record.init) {
            guard record.id != last else { continue }
            last = record.id
            guard !record.isHeld else { continue }
            totals.chunks += 1
            totals.bytes += UInt64(record.length)
            totals.shorthandSaving += UInt64(
                RecordShorthand.saving(plain: UInt64(record.length), sealed: record.sealed.map { UInt64($0) }))
            guard record.wire != Batch.unmeasured, record.id.prefix <= bound else { continue }
            totals.sample.add(plain: UInt64(record.length), wire: UInt64(record.wire))
        }
        return totals
    }

    private struct Record {
        let id: Digest
        let isHeld: Bool
        let length: UInt32
        let wire: UInt32

        /// The length of its sealed bytes, as far as that is known; nil where it is stored as it is.
        var sealed: UInt32? {
            wire == length ? nil : (wire == Batch.unmeasured ? length : wire) &+ UInt32(Cipher.tagCount)
        }

        init(_ bytes: UnsafeRawBufferPointer) {
            id = Digest(UnsafeRawBufferPointer(rebasing: bytes[..<32]))
            isHeld = bytes[32] == 0
            length = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 33, as: UInt32.self))
            wire = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 37, as: UInt32.self))
        }
    }
}
