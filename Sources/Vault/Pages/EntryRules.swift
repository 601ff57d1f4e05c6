internal import Model

/// What makes an entry acceptable, whether it is to be written or was read.
enum EntryRules {
    /// Checks all attributes; sums behind it cannot overflow.
    static func check(_ attributes: Attributes) throws(PageFault) {
        guard attributes.mode <= 0o7777 else { throw PageFault("has a mode of more than twelve bits") }
        guard attributes.modified.nanoseconds < 1_000_000_000 else {
            throw PageFault("has a second's fraction above 1")
        }
        switch attributes.kind {
        case .file: break
        default:
            guard attributes.size == 0, attributes.holes.isEmpty else { throw PageFault("has a size but is no file") }
        }
        if !attributes.target.isEmpty { try checkTarget(attributes) }
        if attributes.device != 0 {
            guard attributes.kind == .characterDevice || attributes.kind == .blockDevice else {
                throw PageFault("has a device number but is no device")
            }
        }
        if !attributes.extended.isEmpty { try check(attributes.extended) }
        if !attributes.holes.isEmpty { try check(attributes.holes, size: attributes.size) }
    }

    private static func checkTarget(_ attributes: Attributes) throws(PageFault) {
        guard attributes.kind == .symlink else { throw PageFault("has a target but is no symbolic link") }
        guard attributes.target.count <= PageLimits.target else { throw PageFault("has a target above 64 KiB", .limit) }
        guard !attributes.target.contains(0) else { throw PageFault("has a target with a zero byte") }
    }

    private static func check(_ extended: [ExtendedAttribute]) throws(PageFault) {
        var total = 0
        for (index, attribute) in extended.enumerated() {
            guard !attribute.name.isEmpty, !attribute.name.contains(0) else {
                throw PageFault("has an extended attribute whose name is empty or holds a zero byte")
            }
            if index > 0, !extended[index - 1].name.lexicographicallyPrecedes(attribute.name) {
                throw PageFault("has extended attributes out of order")
            }
            // Each is the length of an array in memory.
            total += attribute.name.count + attribute.value.count + 8
        }
        guard total <= PageLimits.extended else { throw PageFault("has extended attributes above 256 KiB", .limit) }
    }

    private static func check(_ holes: [Extent], size: UInt64) throws(PageFault) {
        guard holes.count <= PageLimits.holes else { throw PageFault("has more than 4096 holes", .limit) }
        var end: UInt64 = 0
        for (index, hole) in holes.enumerated() {
            guard hole.length > 0, index == 0 ? hole.offset >= end : hole.offset > end else {
                throw PageFault("has holes that are empty, out of order or touch")
            }
            let (next, overflow) = hole.offset.addingReportingOverflow(hole.length)
            guard !overflow, next <= size else { throw PageFault("has a hole beyond its end") }
            end = next
        }
    }

    /// Checks that `content` can be what a file with these attributes, themselves checked, holds.
    @inline(__always)
    static func check(_ content: FileContent, of attributes: Attributes) throws(PageFault) {
        switch content {
        case .none: return
        case .inline(let chunks):
            guard attributes.kind == .file else { throw PageFault("has chunks but is no file") }
            guard chunks.count <= PageLimits.inlineChunks else { throw PageFault("holds more than 16 chunks", .limit) }
            var total: UInt64 = 0
            for chunk in chunks {
                guard chunk.length > 0, chunk.length <= UInt32(PageLimits.chunk) else {
                    throw PageFault("has a chunk that is empty or above 4 MiB")
                }
                total += UInt64(chunk.length)
            }
            guard chunks.isEmpty || total == attributes.dataSize else {
                throw PageFault("has chunks that do not make up its size")
            }
        case .paged(_, let chunks):
            guard attributes.kind == .file else { throw PageFault("has chunks but is no file") }
            guard chunks > UInt64(PageLimits.inlineChunks) else { throw PageFault("has a list page for few chunks") }
            guard attributes.dataSize >= chunks else { throw PageFault("has more chunks than bytes") }
        }
    }
}
