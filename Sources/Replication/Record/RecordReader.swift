internal import Files
internal import Hashing
internal import Model
internal import Vault

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
    private let file: SharedFile
    private var position: UInt64
    private var block: [UInt8] = []
    private var offset = 0
    private var blockStart: UInt64 = 0
    private var entryStart = 0
    private var last: TreePath?
    /// How many entries were read.
    private(set) var count = 0

    /// The record at `path`; nil where there is none that can be read.
    init?(path: String) {
        guard let opened = try? OpenFile(reading: path) else { return nil }
        let file = SharedFile(opened)
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

    /// A reader of the same file from its beginning, also where another has taken its place meanwhile.
    init(again other: RecordReader) {
        binding = other.binding
        file = other.file
        position = UInt64(RecordWriter.headSize)
    }

    /// Makes the record, if it is still the one at `path`, speak of `binding`; its entries stay as they are.
    ///
    /// A kill in between leaves a binding that is none, and a record that speaks of nothing.
    func rebind(at path: String, to binding: String) throws {
        let there = try OpenFile(updating: path)
        guard try there.status().identity.isSameFile(as: file.status().identity) else { return }
        try RecordWriter.bind(there, to: binding)
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
                count += 1
                return entry
            }
            guard !isDamaged, readBlock() else { return nil }
        }
    }

    /// The entry of `path`; nil where there is none.
    ///
    /// Entries that come before are given to `passed` first.
    ///
    /// Paths are to be asked for in order. What is found is not decoded twice, and its path not built anew.
    func take(_ path: TreePath, passed: (RecordEntry) throws -> Void) rethrows -> RecordEntry? {
        guard try reach(path, passed: passed) else { return nil }
        var end = offset
        guard let entry = block.withUnsafeBytes({ RecordEntry.decode($0, at: &end, path: path) }) else {
            return damaged()
        }
        goPast(path, end)
        return entry
    }

    /// Whether the entry of `path` says that its source is in `state`; goes past it and all that come before.
    ///
    /// As ``take(_:passed:)`` would tell, but of what is found no entry is made.
    func says(_ path: TreePath, is state: FileState) -> Bool {
        guard reach(path, passed: { _ in }) else { return false }
        let source = block.withUnsafeBytes { RecordEntry.source($0, at: offset) }
        guard let end = block.withUnsafeBytes({ RecordEntry.end($0, at: offset) }) else { return damaged() != nil }
        goPast(path, end)
        return source == state
    }

    /// Goes past what comes before `path`; whether the entry that is next then is that of `path`.
    private func reach(_ path: TreePath, passed: (RecordEntry) throws -> Void) rethrows -> Bool {
        while true {
            guard offset < block.count else {
                guard !isDamaged, readBlock() else { return false }
                continue
            }
            switch order(ofNextTo: path) {
            case .same: return true
            case .behind: return false
            case .before:
                guard let entry = next() else { return false }
                try passed(entry)
            }
        }
    }

    /// The next entry, that of `path`, was read; it ends at `end`.
    private func goPast(_ path: TreePath, _ end: Int) {
        offset = end
        last = path
        count += 1
    }

    private enum Order { case before, same, behind }

    /// Where the next entry of the open block stands; one that is damaged stands before.
    private func order(ofNextTo path: TreePath) -> Order {
        block.withUnsafeBytes { block in
            guard let next = RecordEntry.path(block, at: offset) else { return .before }
            return path.bytes.withUnsafeBytes { path in
                let shared = PathRules.shared(next, path)
                if shared == next.count { return shared == path.count ? .same : .before }
                let rest = UnsafeRawBufferPointer(rebasing: next[shared...])
                return PathRules.follows(path, shared: shared, rest: rest) ? .behind : .before
            }
        }
    }

    /// Goes past all entries that are left.
    func finish() {
        while next() != nil {}
    }

    /// Gives the bytes of the entries from the next one up to the one numbered `end`, in pieces; stops where the record
    /// does.
    ///
    /// Not to be mixed with ``next()`` and ``take(_:passed:)``, which look at each entry.
    func copy(upTo end: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
        while count < end {
            guard offset < block.count else {
                guard !isDamaged, readBlock() else { return }
                continue
            }
            let start = offset
            block.withUnsafeBytes { block in
                while count < end, offset < block.count {
                    guard let next = RecordEntry.end(block, at: offset) else { return isDamaged = true }
                    offset = next
                    count += 1
                }
                body(UnsafeRawBufferPointer(rebasing: block[start..<offset]))
            }
            if isDamaged { _ = damaged() }
        }
    }

    /// Goes past the entries before the one numbered `start`.
    func skip(to start: Int) { copy(upTo: start) { _ in } }

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
