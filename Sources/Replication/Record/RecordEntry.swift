internal import Hashing
internal import Model

/// What a record keeps of one path: how it looked at each end when both were last known to agree.
struct RecordEntry: Hashable, Sendable {
    /// The path beneath the root.
    var path: TreePath
    /// Its state in the source tree; nil where the source is no tree, or the state was too fresh to trust.
    var source: FileState?
    /// Its state in the destination tree; nil likewise.
    var destination: FileState?
    /// A digest of what it held, where the other end is a vault.
    var fingerprint: Digest?
    /// What it is, where the source is a tree on another host.
    var looks: Looks?

    /// What a file's state does not tell.
    struct Looks: Hashable, Sendable {
        /// What it is.
        var kind: EntryKind
        /// How many names it has.
        var links: UInt32
    }

    /// Whether anything is known of the path.
    var says: Bool { source != nil || destination != nil || fingerprint != nil }
}

extension RecordEntry {
    private struct Parts: OptionSet {
        let rawValue: UInt8
        static let source = Parts(rawValue: 1)
        static let destination = Parts(rawValue: 2)
        static let fingerprint = Parts(rawValue: 4)
        static let looks = Parts(rawValue: 8)
    }

    /// Appends the entry: parts, path length, path, then the parts that are there.
    func encode(into out: inout [UInt8]) {
        var parts = Parts()
        if source != nil { parts.insert(.source) }
        if destination != nil { parts.insert(.destination) }
        if fingerprint != nil { parts.insert(.fingerprint) }
        if looks != nil { parts.insert(.looks) }
        out.append(parts.rawValue)
        Self.append(UInt32(path.bytes.count), to: &out)
        out.append(contentsOf: path.bytes)
        if let source { Self.append(source, to: &out) }
        if let destination { Self.append(destination, to: &out) }
        fingerprint?.withUnsafeBytes { out.append(contentsOf: $0) }
        guard let looks else { return }
        out.append(looks.kind.rawValue)
        Self.append(looks.links, to: &out)
    }

    /// The bytes of the path of the entry that begins at `offset`; nil where there is none.
    static func path(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> UnsafeRawBufferPointer? {
        var cursor = RecordCursor(bytes: bytes, offset: offset)
        guard cursor.number(UInt8.self) != nil, let length = cursor.number(UInt32.self) else { return nil }
        return cursor.take(Int(length))
    }

    /// The state in the source tree that the entry that begins at `offset` tells, which is one; nil where it tells none.
    static func source(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> FileState? {
        var cursor = RecordCursor(bytes: bytes, offset: offset)
        guard let parts = cursor.number(UInt8.self).map(Parts.init), parts.contains(.source),
            let length = cursor.number(UInt32.self), cursor.take(Int(length)) != nil
        else { return nil }
        return cursor.state()
    }

    /// Where the entry that begins at `offset` ends; nil where the bytes are no entry.
    static func end(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int? {
        var cursor = RecordCursor(bytes: bytes, offset: offset)
        guard let parts = cursor.number(UInt8.self).map(Parts.init), let length = cursor.number(UInt32.self),
            cursor.take(Int(length)) != nil
        else { return nil }
        let states = (parts.contains(.source) ? 1 : 0) + (parts.contains(.destination) ? 1 : 0)
        var rest = states * RecordCursor.stateSize + (parts.contains(.fingerprint) ? Digest.byteCount : 0)
        if parts.contains(.looks) { rest += RecordCursor.looksSize }
        return cursor.take(rest) == nil ? nil : cursor.offset
    }

    /// Reads the entry that begins at `offset`, and moves `offset` behind it; nil where the bytes are no entry.
    ///
    /// - Parameter path: the entry's path, where the caller has it and has seen that it is the same.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, at offset: inout Int, path known: TreePath? = nil
    ) -> RecordEntry? {
        var cursor = RecordCursor(bytes: bytes, offset: offset)
        guard let parts = cursor.number(UInt8.self).map(Parts.init), let length = cursor.number(UInt32.self),
            let name = cursor.take(Int(length)), let path = known ?? TreePath(validating: name)
        else { return nil }
        var entry = RecordEntry(path: path)
        if parts.contains(.source) {
            guard let state = cursor.state() else { return nil }
            entry.source = state
        }
        if parts.contains(.destination) {
            guard let state = cursor.state() else { return nil }
            entry.destination = state
        }
        if parts.contains(.fingerprint) {
            guard let digest = cursor.take(Digest.byteCount) else { return nil }
            entry.fingerprint = Digest(digest)
        }
        if parts.contains(.looks) {
            guard let kind = cursor.number(UInt8.self).flatMap(EntryKind.init), let links = cursor.number(UInt32.self)
            else { return nil }
            entry.looks = Looks(kind: kind, links: links)
        }
        offset = cursor.offset
        return entry
    }

    private static func append(_ value: some FixedWidthInteger, to out: inout [UInt8]) {
        withUnsafeBytes(of: value.littleEndian) { out.append(contentsOf: $0) }
    }

    private static func append(_ state: FileState, to out: inout [UInt8]) {
        append(state.identity.device, to: &out)
        append(state.identity.inode, to: &out)
        append(state.identity.changed.seconds, to: &out)
        append(state.identity.changed.nanoseconds, to: &out)
        append(state.modified.seconds, to: &out)
        append(state.modified.nanoseconds, to: &out)
        append(state.size, to: &out)
    }
}

/// Walks over the bytes of a record and never beyond them.
private struct RecordCursor {
    /// The bytes of a file's state.
    static let stateSize = 48
    /// The bytes of what a state does not tell.
    static let looksSize = 5

    let bytes: UnsafeRawBufferPointer
    var offset: Int

    mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
        guard count >= 0, count <= bytes.count - offset else { return nil }
        defer { offset += count }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)])
    }

    mutating func number<Number: FixedWidthInteger>(_: Number.Type) -> Number? {
        take(MemoryLayout<Number>.size).map { Number(littleEndian: $0.loadUnaligned(as: Number.self)) }
    }

    mutating func state() -> FileState? {
        guard let device = number(UInt64.self), let inode = number(UInt64.self),
            let changed = number(Int64.self), let changedPart = number(UInt32.self),
            let modified = number(Int64.self), let modifiedPart = number(UInt32.self), let size = number(UInt64.self)
        else { return nil }
        return FileState(
            identity: Guard(
                device: device, inode: inode, changed: Timestamp(seconds: changed, nanoseconds: changedPart)),
            modified: Timestamp(seconds: modified, nanoseconds: modifiedPart), size: size)
    }
}
