internal import Content
internal import Model

/// Reads entries of a page that somebody else may have written; see ``EntryForm`` for the encoding.
struct EntryReader {
    private var context = EntryContext()

    /// The path of the last entry read.
    var path: [UInt8] { context.path }

    /// The next entry.
    mutating func next(from input: inout PageInput) throws(PageFault) -> Entry {
        let path = try KeyCoding.read(from: &input, after: context.path, isFirst: context.isFirst)
        let form = try input.byte()
        guard let kind = EntryKind(rawValue: form & EntryForm.kindMask) else { throw PageFault("holds no known kind") }
        let extras = form & EntryForm.extras == 0 ? 0 : try Self.extras(from: &input)
        var attributes = Attributes(kind: kind, mode: 0, modified: Timestamp(seconds: 0))
        attributes.mode = UInt16(try input.number(upTo: 0o7777, "holds a mode of more than twelve bits"))
        try readOwnership(form, into: &attributes, from: &input)
        attributes.modified.seconds = context.second &+ EntryForm.unzigzag(try input.varint())
        if form & EntryForm.fraction != 0 {
            attributes.modified.nanoseconds = try input.word32()
            if attributes.modified.nanoseconds == 0 {
                throw PageFault("holds a field that is zero and should be left out")
            }
        }
        if kind == .file { attributes.size = try input.varint() }
        if extras != 0 { try Self.readExtras(extras, into: &attributes, from: &input) }
        try EntryRules.check(attributes)
        // Two bits, four cases.
        let contentForm = EntryForm.Content(rawValue: form >> EntryForm.contentShift & 3) ?? .none
        let content = try Self.content(contentForm, of: attributes, from: &input)
        context.path = path
        context.owner = attributes.owner
        context.group = attributes.group
        context.second = attributes.modified.seconds
        context.isFirst = false
        return Entry(trusted: TreePath(trusted: path), consume attributes, consume content)
    }

    @inline(__always)
    private func readOwnership(
        _ form: UInt8, into attributes: inout Attributes, from input: inout PageInput
    ) throws(PageFault) {
        attributes.owner = context.owner
        attributes.group = context.group
        guard form & EntryForm.ownership != 0 else { return }
        attributes.owner = UInt32(try input.number(upTo: Int(UInt32.max), "holds an owner of more than 32 bits"))
        attributes.group = UInt32(try input.number(upTo: Int(UInt32.max), "holds a group of more than 32 bits"))
        if attributes.owner == context.owner, attributes.group == context.group {
            throw PageFault("repeats an owner that should be left out")
        }
    }

    private static func extras(from input: inout PageInput) throws(PageFault) -> UInt8 {
        let extras = try input.byte()
        guard extras != 0, extras & ~EntryForm.allExtras == 0 else {
            throw PageFault("holds fields that are not known")
        }
        return extras
    }

    private static func readExtras(
        _ extras: UInt8, into attributes: inout Attributes, from input: inout PageInput
    ) throws(PageFault) {
        if extras & EntryForm.extended != 0 { attributes.extended = try extended(from: &input) }
        if extras & EntryForm.target != 0 {
            attributes.target = Array(try input.counted(upTo: PageLimits.target, "holds a target above 64 KiB"))
            try require(!attributes.target.isEmpty)
        }
        if extras & EntryForm.device != 0 {
            attributes.device = try input.varint()
            try require(attributes.device != 0)
        }
        if extras & EntryForm.linkGroup != 0 { attributes.linkGroup = try input.word64() }
        if extras & EntryForm.holes != 0 { attributes.holes = try holes(from: &input) }
    }

    private static func require(_ isThere: Bool) throws(PageFault) {
        if !isThere { throw PageFault("holds a field that is empty and should be left out") }
    }

    private static func extended(from input: inout PageInput) throws(PageFault) -> [ExtendedAttribute] {
        let count = try input.number(upTo: PageLimits.extended / 8, "holds extended attributes above 256 KiB")
        try require(count > 0)
        var extended = [ExtendedAttribute]()
        for _ in 0..<count {
            let name = Array(try input.counted(upTo: PageLimits.extended, "holds extended attributes above 256 KiB"))
            let value = Array(try input.counted(upTo: PageLimits.extended, "holds extended attributes above 256 KiB"))
            extended.append(ExtendedAttribute(name: name, value: value))
        }
        return extended
    }

    private static func holes(from input: inout PageInput) throws(PageFault) -> [Extent] {
        let count = try input.number(upTo: PageLimits.holes, "holds more than 4096 holes")
        try require(count > 0)
        var holes = [Extent]()
        var end: UInt64 = 0
        for _ in 0..<count {
            let (offset, beyond) = end.addingReportingOverflow(try input.varint())
            let length = try input.varint()
            let (next, overflow) = offset.addingReportingOverflow(length)
            guard !beyond, !overflow else { throw PageFault("holds a hole beyond its file's end") }
            holes.append(Extent(offset: offset, length: length))
            end = next
        }
        return holes
    }

    @inline(__always)
    private static func content(
        _ form: EntryForm.Content, of attributes: Attributes, from input: inout PageInput
    ) throws(PageFault) -> FileContent {
        let content: FileContent
        switch form {
        case .none: return .none
        case .one: content = .inline([ChunkReference(id: try input.id(), length: try last(attributes.dataSize, 0))])
        case .several: content = try several(of: attributes, from: &input)
        case .paged: content = .paged(root: try input.id(), chunks: try input.varint())
        }
        try EntryRules.check(content, of: attributes)
        return content
    }

    private static func several(
        of attributes: Attributes, from input: inout PageInput
    ) throws(PageFault) -> FileContent {
        let count = try input.number(upTo: PageLimits.inlineChunks, "holds more than 16 chunks in one entry")
        guard count > 1 else { throw PageFault("holds one chunk in the form for several") }
        var chunks = [ChunkReference]()
        chunks.reserveCapacity(count)
        var total: UInt64 = 0
        for index in 0..<count {
            let id = try input.id()
            let length =
                index == count - 1
                ? try last(attributes.dataSize, total)
                : UInt32(try input.number(upTo: PageLimits.chunk, "holds a chunk above 4 MiB"))
            chunks.append(ChunkReference(id: id, length: length))
            total += UInt64(length)
        }
        return .inline(chunks)
    }

    /// The length of the last chunk: what the others leave of the file.
    @inline(__always)
    private static func last(_ size: UInt64, _ others: UInt64) throws(PageFault) -> UInt32 {
        guard size >= others, size - others <= UInt64(PageLimits.chunk) else {
            throw PageFault("holds chunks that do not make up their file's size")
        }
        return UInt32(size - others)
    }
}
