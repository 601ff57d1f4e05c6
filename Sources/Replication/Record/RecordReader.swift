internal import Files
internal import Hashing
internal import Model

/// Reads a record, entry by entry in path order.
///
/// A record is a memory of what need not be read again, nothing more: one that is missing, damaged or speaks of
/// something else is as good as an empty one, and the entries after a damaged block are as good as unknown.
final class RecordReader {
    private static let blockSizeMax = RecordWriter.blockSize + (1 << 20)

    /// What the record speaks of.
    let binding: String
    /// Whether the record ended before its end.
    private(set) var isDamaged = false
    private let file: OpenFile
    private var position: UInt64
    private var block: [UInt8] = []
    private var offset = 0
    private var blockStart: UInt64 = 0
    private var entryStart = 0
    private var last: TreePath?

    /// The record at `path`; nil where there is none that can be read.
    init?(path: String) {
        guard let file = try? OpenFile(reading: path) else { return nil }
        var head = [UInt8](repeating: 0, count: RecordWriter.headSize)
        guard (try? head.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }) == head.count else { return nil }
        let magicFits = RecordWriter.magic.withUTF8Buffer { head.prefix(8).elementsEqual($0) }
        let version = head.withUnsafeBytes {
            UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
        }
        guard magicFits, version == RecordWriter.version else { return nil }
        binding = String(decoding: head[12...].prefix { $0 != 0 }, as: UTF8.self)
        self.file = file
        position = UInt64(RecordWriter.headSize)
    }

    /// The next entry; nil at the end and where the rest is damaged.
    func next() -> RecordEntry? {
        while true {
            if offset < block.count {
                var offset = offset
                let entry = block.withUnsafeBytes { RecordEntry.decode($0, at: &offset) }
                guard let entry, last.map({ $0 < entry.path }) ?? true else { return damaged() }
                entryStart = self.offset
                self.offset = offset
                last = entry.path
                return entry
            }
            guard !isDamaged, readBlock() else { return nil }
        }
    }

    /// Where an entry stands in the file.
    struct Position: Hashable, Sendable {
        /// Where its block begins.
        fileprivate var block: UInt64
        /// Where it begins in the block.
        fileprivate var offset: UInt32
    }

    /// The next entry, and where it stands.
    func nextWithPosition() -> (entry: RecordEntry, position: Position)? {
        guard let entry = next() else { return nil }
        return (entry, Position(block: blockStart, offset: UInt32(entryStart)))
    }

    /// The entry at `place`; nil where the file has changed or is damaged.
    ///
    /// Not to be mixed with ``next()``.
    func entry(at place: Position) -> RecordEntry? {
        if blockStart != place.block {
            position = place.block
            guard readBlock() else { return nil }
        }
        var offset = Int(place.offset)
        return block.withUnsafeBytes { RecordEntry.decode($0, at: &offset) }
    }

    private func damaged() -> RecordEntry? {
        isDamaged = true
        block.removeAll()
        offset = 0
        return nil
    }

    /// Reads and checks the next block; false at the end.
    private func readBlock() -> Bool {
        var head = [UInt8](repeating: 0, count: 12)
        guard (try? head.withUnsafeMutableBytes({ try file.read(into: $0, at: position) })) == head.count else {
            return damaged() != nil
        }
        let length = Int(head.withUnsafeBytes { UInt32(littleEndian: $0.loadUnaligned(as: UInt32.self)) })
        guard length > 0 else { return false }
        guard length <= Self.blockSizeMax else { return damaged() != nil }
        var payload = [UInt8](repeating: 0, count: length)
        let count = try? payload.withUnsafeMutableBytes { try file.read(into: $0, at: position + 12) }
        let digest = payload.withUnsafeBytes { Blake3.hash($0) }
        let fits = digest.withUnsafeBytes { $0.prefix(8).elementsEqual(head[4..<12]) }
        guard count == length, fits else { return damaged() != nil }
        block = payload
        offset = 0
        blockStart = position
        position += 12 + UInt64(length)
        return true
    }
}
