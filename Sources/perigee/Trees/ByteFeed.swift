internal import Files
internal import Model
internal import Workers

/// The bytes of a file, piece by piece.
protocol ByteFeed {
    /// The next piece, valid until the next call and not empty; nil at the end.
    mutating func next() throws -> UnsafeRawBufferPointer?
}

extension FileStream: ByteFeed {}

/// The bytes of an open file.
struct OpenFileFeed: ByteFeed {
    private final class Holder {
        let file: OpenFile
        init(_ file: consuming OpenFile) { self.file = file }
    }

    private let holder: Holder
    private let buffer = IOBuffer(count: 1 << 20)
    private var offset: UInt64 = 0

    /// The bytes of `file` from its beginning on.
    init(_ file: consuming OpenFile) { holder = Holder(file) }

    mutating func next() throws -> UnsafeRawBufferPointer? {
        let count = try holder.file.read(into: buffer.bytes, at: offset)
        offset += UInt64(count)
        return count == 0 ? nil : UnsafeRawBufferPointer(rebasing: buffer.bytes[..<count])
    }
}

/// Whether two feeds give the same bytes, however they are cut into pieces.
///
/// - Throws: also where `stop` is raised meanwhile.
func haveSameBytes(_ first: any ByteFeed, _ second: any ByteFeed, _ stop: StopFlag) throws -> Bool {
    var (first, second) = (first, second)
    var (a, b) = (try first.next(), try second.next())
    while let x = a, let y = b {
        try stop.check()
        let count = min(x.count, y.count)
        guard x[..<count].elementsEqual(y[..<count]) else { return false }
        a = count < x.count ? UnsafeRawBufferPointer(rebasing: x[count...]) : try first.next()
        b = count < y.count ? UnsafeRawBufferPointer(rebasing: y[count...]) : try second.next()
    }
    return a == nil && b == nil
}
