internal import Content
internal import Model

/// Writes entries of one page after another; see ``EntryForm`` for the encoding.
struct EntryWriter {
    private var context = EntryContext()

    /// Forgets the entry before, as at the beginning of a page.
    mutating func begin() { context = EntryContext() }

    /// The weight of `entry` for the placement of boundaries: about the number of 32-byte units that it takes.
    static func weight(_ entry: Entry) -> UInt64 {
        var weight: UInt64 = 1
        switch entry.content {
        case .none: break
        case .inline(let chunks): weight += UInt64(chunks.count)
        case .paged: weight += 1
        }
        if !entry.attributes.holes.isEmpty { weight += UInt64(entry.attributes.holes.count / 4) }
        if entry.attributes.extended.isEmpty, entry.attributes.target.isEmpty { return weight }
        let bytes = entry.attributes.extended.reduce(entry.attributes.target.count) { sum, attribute in
            sum + attribute.name.count + attribute.value.count
        }
        return weight + UInt64(bytes / 32)
    }

    /// Appends `entry`, which has passed ``EntryRules``, sharing `shared` bytes with the path before it in the page.
    mutating func append(_ entry: Entry, shared: Int, to output: inout PageOutput) {
        let attributes = entry.attributes
        let extras = Self.extras(attributes)
        output.append(upTo: Self.room(entry)) { pen in
            pen.varint(UInt64(shared))
            pen.varint(UInt64(entry.path.bytes.count - shared))
            entry.path.bytes.withUnsafeBytes { pen.bytes(UnsafeRawBufferPointer(rebasing: $0[shared...])) }
            writeFixed(entry, extras: extras, with: &pen)
            if extras != 0 { Self.writeExtras(attributes, with: &pen) }
            Self.write(entry.content, with: &pen)
        }
        context.path = entry.path.bytes
        context.owner = attributes.owner
        context.group = attributes.group
        context.second = attributes.modified.seconds
    }

    @inline(__always)
    private func writeFixed(_ entry: Entry, extras: UInt8, with pen: inout PagePen) {
        let attributes = entry.attributes
        let sameOwner = attributes.owner == context.owner && attributes.group == context.group
        let nanoseconds = attributes.modified.nanoseconds
        var form = attributes.kind.rawValue | Self.contentForm(entry.content).rawValue << EntryForm.contentShift
        if !sameOwner { form |= EntryForm.ownership }
        if nanoseconds != 0 { form |= EntryForm.fraction }
        if extras != 0 { form |= EntryForm.extras }
        pen.byte(form)
        if extras != 0 { pen.byte(extras) }
        pen.varint(UInt64(attributes.mode))
        if !sameOwner {
            pen.varint(UInt64(attributes.owner))
            pen.varint(UInt64(attributes.group))
        }
        pen.varint(EntryForm.zigzag(attributes.modified.seconds &- context.second))
        if nanoseconds != 0 { pen.word32(nanoseconds) }
        if attributes.kind == .file { pen.varint(attributes.size) }
    }

    private static func writeExtras(_ attributes: Attributes, with pen: inout PagePen) {
        if !attributes.extended.isEmpty {
            pen.varint(UInt64(attributes.extended.count))
            for attribute in attributes.extended {
                pen.counted(attribute.name)
                pen.counted(attribute.value)
            }
        }
        if !attributes.target.isEmpty { pen.counted(attributes.target) }
        if attributes.device != 0 { pen.varint(attributes.device) }
        if let group = attributes.linkGroup { pen.word64(group) }
        guard !attributes.holes.isEmpty else { return }
        pen.varint(UInt64(attributes.holes.count))
        var end: UInt64 = 0
        for hole in attributes.holes {
            pen.varint(hole.offset - end)
            pen.varint(hole.length)
            end = hole.end
        }
    }

    private static func write(_ content: FileContent, with pen: inout PagePen) {
        switch content {
        case .none: break
        case .inline(let chunks):
            if chunks.count > 1 { pen.varint(UInt64(chunks.count)) }
            for (index, chunk) in chunks.enumerated() {
                pen.id(chunk.id)
                if index < chunks.count - 1 { pen.varint(UInt64(chunk.length)) }
            }
        case .paged(let root, let chunks):
            pen.id(root)
            pen.varint(chunks)
        }
    }

    private static func extras(_ attributes: Attributes) -> UInt8 {
        var extras: UInt8 = 0
        if !attributes.extended.isEmpty { extras |= EntryForm.extended }
        if !attributes.target.isEmpty { extras |= EntryForm.target }
        if attributes.device != 0 { extras |= EntryForm.device }
        if attributes.linkGroup != nil { extras |= EntryForm.linkGroup }
        if !attributes.holes.isEmpty { extras |= EntryForm.holes }
        return extras
    }

    private static func contentForm(_ content: FileContent) -> EntryForm.Content {
        switch content {
        case .none: .none
        case .inline(let chunks): chunks.isEmpty ? .none : chunks.count == 1 ? .one : .several
        case .paged: .paged
        }
    }

    // No less than the encoding takes: two varints of a path, two bytes of form, ten fields of at most ten bytes, the
    // variable parts with ten bytes for each number.
    private static func room(_ entry: Entry) -> Int {
        let attributes = entry.attributes
        var room = entry.path.bytes.count + attributes.target.count + 160
        if !attributes.extended.isEmpty {
            room += attributes.extended.reduce(0) { $0 + $1.name.count + $1.value.count + 20 }
        }
        room += attributes.holes.count * 20
        if case .inline(let chunks) = entry.content { room += chunks.count * 42 }
        return room
    }
}
