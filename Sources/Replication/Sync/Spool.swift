internal import Files
internal import Hashing
internal import Model

/// Entries put by for later, in bounded memory; given back in the order they came or the other way round.
final class Spool {
    /// How many bytes are held in memory.
    static let memory = 4 << 20

    private let sorter = SpillSorter(memory: Spool.memory)
    private let isReversed: Bool
    private var sequence: UInt64 = 0

    /// A spool; reversed, it gives the last entry first.
    init(isReversed: Bool) { self.isReversed = isReversed }

    /// How many entries were put by.
    var count: UInt64 { sequence }

    /// What is put by with an entry.
    struct Note {
        /// A path that belongs to it.
        var path = TreePath.root
        /// A digest that belongs to it.
        var digest = Digest.zero
        /// What the caller wants to remember.
        var flag = false
    }

    /// Puts `entry` by, with a note of the caller's.
    func add(_ entry: ScannedEntry, _ note: Note = Note()) throws {
        var bytes: [UInt8] = []
        let key = isReversed ? UInt64.max - sequence : sequence
        withUnsafeBytes(of: key.bigEndian) { bytes.append(contentsOf: $0) }
        sequence += 1
        bytes.append(note.flag ? 1 : 0)
        note.digest.withUnsafeBytes { bytes.append(contentsOf: $0) }
        ScannedEntryCoding.encode(entry, into: &bytes)
        bytes.append(contentsOf: note.path.bytes)
        try bytes.withUnsafeBytes { try sorter.add($0) }
    }

    /// Calls `body` with each entry and its note.
    ///
    /// The spool is empty afterwards.
    func forEach(_ body: (ScannedEntry, Note) throws -> Void) throws {
        let sorted = try sorter.sorted()
        while let item = try sorted.next(Self.decode) {
            guard let item else { throw PerigeeError(.damaged, "a temporary list is damaged") }
            try body(item.0, item.1)
        }
        sequence = 0
    }

    private static func decode(_ bytes: UnsafeRawBufferPointer) -> (ScannedEntry, Note)? {
        guard bytes.count > 41 else { return nil }
        var offset = 41
        guard let entry = ScannedEntryCoding.decode(bytes, at: &offset), offset <= bytes.count,
            let path = TreePath(validating: bytes[offset...])
        else { return nil }
        let digest = Digest(UnsafeRawBufferPointer(rebasing: bytes[9..<41]))
        return (entry, Note(path: path, digest: digest, flag: bytes[8] == 1))
    }
}

/// The form of scanned entries in a spool: path, state, and attributes without holes.
private enum ScannedEntryCoding {
    private static let numbers = 9

    static func encode(_ entry: ScannedEntry, into out: inout [UInt8]) {
        RecordEntry(path: entry.path, source: FileState(entry)).encode(into: &out)
        let attributes = entry.attributes
        for value in [
            UInt64(attributes.kind.rawValue), UInt64(attributes.mode), UInt64(attributes.owner),
            UInt64(attributes.group), attributes.device, UInt64(entry.links), entry.mayBeSparse ? 1 : 0,
            UInt64(attributes.extended.count), UInt64(attributes.target.count),
        ] {
            add(value, &out)
        }
        out.append(contentsOf: attributes.target)
        for attribute in attributes.extended {
            add(UInt64(attribute.name.count), &out)
            add(UInt64(attribute.value.count), &out)
            out.append(contentsOf: attribute.name)
            out.append(contentsOf: attribute.value)
        }
    }

    static func decode(_ bytes: UnsafeRawBufferPointer, at offset: inout Int) -> ScannedEntry? {
        guard let record = RecordEntry.decode(bytes, at: &offset), let state = record.source else { return nil }
        var values: [UInt64] = []
        for _ in 0..<numbers {
            guard let value = number(bytes, &offset) else { return nil }
            values.append(value)
        }
        guard let kind = EntryKind(rawValue: UInt8(truncatingIfNeeded: values[0])),
            let target = field(bytes, values[8], &offset)
        else { return nil }
        var attributes = Attributes(
            kind: kind, mode: UInt16(truncatingIfNeeded: values[1]), owner: UInt32(truncatingIfNeeded: values[2]),
            group: UInt32(truncatingIfNeeded: values[3]), modified: state.modified, size: state.size, target: target,
            device: values[4])
        for _ in 0..<values[7] {
            guard let nameLength = number(bytes, &offset), let valueLength = number(bytes, &offset),
                let name = field(bytes, nameLength, &offset), let value = field(bytes, valueLength, &offset)
            else { return nil }
            attributes.extended.append(ExtendedAttribute(name: name, value: value))
        }
        return ScannedEntry(
            path: record.path, attributes: attributes, identity: state.identity,
            links: UInt32(truncatingIfNeeded: values[5]), mayBeSparse: values[6] != 0)
    }

    private static func add(_ value: UInt64, _ out: inout [UInt8]) {
        withUnsafeBytes(of: value) { out.append(contentsOf: $0) }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, _ offset: inout Int) -> UInt64? {
        guard bytes.count - offset >= 8 else { return nil }
        defer { offset += 8 }
        return bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    private static func field(_ bytes: UnsafeRawBufferPointer, _ count: UInt64, _ offset: inout Int) -> [UInt8]? {
        guard count <= UInt64(bytes.count - offset) else { return nil }
        defer { offset += Int(count) }
        return Array(bytes[offset..<(offset + Int(count))])
    }
}
