/// Walks the concatenation of some runs of bytes in steps, without copying any.
public struct PartCursor {
    private let parts: [UnsafeRawBufferPointer]
    private var place = 0
    private var offset = 0
    /// Bytes that are left.
    public private(set) var left: Int

    /// A cursor before the first byte of `parts`, which it does not own.
    public init(_ parts: [UnsafeRawBufferPointer]) {
        self.parts = parts
        left = parts.reduce(0) { $0 + $1.count }
    }

    /// The next `count` bytes, or what is left.
    public mutating func next(_ count: Int) -> [UnsafeRawBufferPointer] {
        var wanted = min(count, left)
        var taken: [UnsafeRawBufferPointer] = []
        left -= wanted
        while wanted > 0 {
            let rest = UnsafeRawBufferPointer(rebasing: parts[place][offset...])
            let step = min(wanted, rest.count)
            if step > 0 { taken.append(UnsafeRawBufferPointer(rebasing: rest[..<step])) }
            wanted -= step
            offset += step
            if step == rest.count { (place, offset) = (place + 1, 0) }
        }
        return taken
    }
}
