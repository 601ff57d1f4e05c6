internal import Model

/// What makes a path acceptable behind another, checked without building it.
///
/// A page writes a path as what it shares with the one before and the rest. These functions look at the rest alone, and
/// accept exactly what `TreePath(validating:)` and `TreePath.<` accept of the whole.
package enum PathRules {
    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    /// How many bytes `a` and `b` have in common at their beginnings.
    @inline(__always)
    package static func shared(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
        let count = min(a.count, b.count)
        var offset = 0
        while offset + 8 <= count {
            let x = a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let y = b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if x != y { return offset + (x ^ y).littleEndian.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < count, a[offset] == b[offset] { offset += 1 }
        return offset
    }

    /// Whether the path made of the first `shared` bytes of `previous` and of `rest` comes after `previous`, and shares no
    /// more with it than that.
    @inline(__always)
    package static func follows(_ previous: UnsafeRawBufferPointer, shared: Int, rest: UnsafeRawBufferPointer) -> Bool {
        guard let first = rest.first else { return false }
        return shared == previous.count || rank(first) > rank(previous[shared])
    }

    @inline(__always)
    private static func rank(_ byte: UInt8) -> UInt8 { byte == slash ? 0 : byte }

    /// Whether the first `shared` bytes of the valid path `previous`, with `rest` behind them, are a valid path.
    @inline(__always)
    package static func isValid(_ previous: UnsafeRawBufferPointer, shared: Int, rest: UnsafeRawBufferPointer) -> Bool {
        if shared + rest.count == 0 { return true }
        // The length of the name that `shared` ends in, counted to three: longer names are neither `.` nor `..`.
        var length = 0
        var onlyDots = true
        while length < 3, length < shared, previous[shared - 1 - length] != slash {
            onlyDots = onlyDots && previous[shared - 1 - length] == dot
            length += 1
        }
        for byte in rest {
            if byte == slash {
                if length == 0 || (onlyDots && length < 3) { return false }
                length = 0
                onlyDots = true
            } else {
                if byte == 0 { return false }
                length += 1
                onlyDots = onlyDots && byte == dot
            }
        }
        return length > 2 || (length > 0 && !onlyDots)
    }
}
