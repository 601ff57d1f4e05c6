internal import Model

/// Reads and writes paths as keys of a page: what is shared with the path before, and the rest.
enum KeyCoding {
    /// The path that follows `previous` in a page.
    @inline(__always)
    static func read(
        from input: inout PageInput, after previous: [UInt8], isFirst: Bool
    ) throws(PageFault) -> [UInt8] {
        let shared = try input.number(upTo: previous.count, "shares more of a path than there is")
        let rest = try input.counted(upTo: PageLimits.path - shared, "holds a path above 64 KiB")
        return try previous.withUnsafeBufferPointer { (bytes) throws(PageFault) -> [UInt8] in
            let before = UnsafeRawBufferPointer(bytes)
            guard isFirst || PathRules.follows(before, shared: shared, rest: rest) else {
                throw PageFault("holds paths out of order")
            }
            guard PathRules.isValid(before, shared: shared, rest: rest) else {
                throw PageFault("holds a path that must never reach a file system")
            }
            // Faster here than an array that is left uninitialised.
            var path = [UInt8](repeating: 0, count: shared + rest.count)
            path.withUnsafeMutableBytes { whole in
                whole.copyMemory(from: UnsafeRawBufferPointer(rebasing: before[..<shared]))
                UnsafeMutableRawBufferPointer(rebasing: whole[shared...]).copyMemory(from: rest)
            }
            return path
        }
    }

    /// How much `path` shares with `previous`, behind which it must come.
    ///
    /// - Throws: where `path` is too long, is not valid, or does not come behind `previous`.
    @inline(__always)
    static func shared(_ path: [UInt8], after previous: [UInt8], isFirst: Bool) throws(PageFault) -> Int {
        guard path.count <= PageLimits.path else { throw PageFault("has a path above 64 KiB", .limit) }
        return try path.withUnsafeBufferPointer { (now) throws(PageFault) -> Int in
            try previous.withUnsafeBufferPointer { (before) throws(PageFault) -> Int in
                let path = UnsafeRawBufferPointer(now)
                let previous = UnsafeRawBufferPointer(before)
                let shared = PathRules.shared(previous, path)
                let rest = UnsafeRawBufferPointer(rebasing: path[shared...])
                guard isFirst || PathRules.follows(previous, shared: shared, rest: rest) else {
                    throw PageFault("does not come behind the one before it")
                }
                guard PathRules.isValid(previous, shared: shared, rest: rest) else {
                    throw PageFault("has a path with an empty name, `.`, `..` or a zero byte")
                }
                return shared
            }
        }
    }
}
