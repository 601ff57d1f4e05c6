/// A page while it is written; its memory is used again for the next.
struct PageOutput {
    private var storage: [UInt8]
    /// How many bytes the page has so far.
    private(set) var count = 0

    /// An empty page, with memory for `capacity` bytes.
    init(capacity: Int = 64 << 10) { storage = [UInt8](repeating: 0, count: capacity) }

    /// Begins anew with the head of a page of `kind`.
    mutating func begin(_ kind: PageKind) {
        count = 0
        append(upTo: PageKind.headLength) { pen in
            pen.byte(PageKind.magic.0)
            pen.byte(PageKind.magic.1)
            pen.byte(PageKind.version)
            pen.byte(kind.rawValue)
        }
    }

    /// Appends what `body` writes, which is at most `room` bytes.
    @inline(__always)
    mutating func append(upTo room: Int, _ body: (inout PagePen) -> Void) {
        if storage.count - count < room { grow(room) }
        let end = count
        count += storage.withUnsafeMutableBytes { all in
            var pen = PagePen(UnsafeMutableRawBufferPointer(rebasing: all[end..<(end + room)]))
            body(&pen)
            return pen.count
        }
    }

    private mutating func grow(_ room: Int) {
        let wanted = max(count + room, storage.count * 2)
        storage.append(contentsOf: repeatElement(0, count: wanted - storage.count))
    }

    /// The bytes written so far.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try storage.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
    }
}
