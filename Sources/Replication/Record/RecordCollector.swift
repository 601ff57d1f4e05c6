internal import Files
internal import Model
internal import Synchronization

/// Takes the entries of a record from several threads in any order, and writes them in order at the end.
final class RecordCollector: Sendable {
    /// How many bytes of entries are held in memory.
    static let memory = 16 << 20

    /// Sendable by hand: the sorter is reached only under the lock that guards it.
    private struct Box: @unchecked Sendable { let sorter: SpillSorter }

    private let box = Mutex(Box(sorter: SpillSorter(memory: RecordCollector.memory)))

    /// Adds `entry`.
    func add(_ entry: RecordEntry) throws {
        var bytes = Self.key(entry.path)
        entry.encode(into: &bytes)
        try bytes.withUnsafeBytes { bytes in try box.withLock { try $0.sorter.add(bytes) } }
    }

    /// Writes all entries by `writer`, in path order. The last of several entries of one path counts.
    func write(to writer: RecordWriter) throws {
        let sorted = try box.withLock { try $0.sorter.sorted() }
        var waiting: RecordEntry?
        while let entry = try sorted.next(Self.decode) {
            guard let entry else { throw PerigeeError(.damaged, "a temporary record is damaged") }
            if let last = waiting, last.path != entry.path { try writer.add(last) }
            waiting = entry
        }
        if let last = waiting { try writer.add(last) }
    }

    /// Bytes that sort as the path does: `/` as zero, and two zeros at the end, which no path has inside.
    private static func key(_ path: TreePath) -> [UInt8] {
        var key = path.bytes.map { $0 == UInt8(ascii: "/") ? 0 : $0 }
        key.append(0)
        key.append(0)
        return key
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer) -> RecordEntry? {
        var offset = 0
        while offset + 1 < bytes.count, bytes[offset] != 0 || bytes[offset + 1] != 0 { offset += 1 }
        offset += 2
        guard offset < bytes.count else { return nil }
        return RecordEntry.decode(bytes, at: &offset)
    }
}
