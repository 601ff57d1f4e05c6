internal import Files
internal import Model

/// Takes what changes in a record from several threads in any order, and writes the new record in order at the end.
final class RecordCollector: Sendable {
    /// How many bytes of entries are held in memory.
    static let memory = 16 << 20

    private let sorter = SharedSorter(memory: RecordCollector.memory)

    /// Adds `entry`.
    func add(_ entry: RecordEntry) throws {
        var bytes = Self.key(entry.path)
        entry.encode(into: &bytes)
        try sorter.add(bytes)
    }

    /// What the old record says of `path` holds no longer.
    ///
    /// An entry that is added for the path counts all the same.
    func drop(_ path: TreePath) throws { try add(RecordEntry(path: path)) }

    /// Writes by `writer` what `old` says, changed as told, in path order.
    func write(to writer: RecordWriter, over old: RecordReader?) throws {
        let sorted = try sorter.sorted()
        var next = try Self.nextChange(sorted)
        var kept = old?.next()
        while let change = next {
            while let entry = kept, entry.path < change.path {
                writer.add(entry)
                kept = old?.next()
            }
            if kept?.path == change.path { kept = old?.next() }
            // Of several changes of one path the last counts; one that drops it sorts first.
            next = try Self.nextChange(sorted)
            if next?.path != change.path, change.says { writer.add(change) }
        }
        while let entry = kept {
            writer.add(entry)
            kept = old?.next()
        }
    }

    private static func nextChange(_ sorted: SortedRecords) throws -> RecordEntry? {
        guard let entry = try sorted.next(decode) else { return nil }
        guard let entry else { throw PerigeeError(.damaged, "a temporary record is damaged") }
        return entry
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
