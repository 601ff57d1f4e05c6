internal import Content
internal import Hashing
internal import Model

/// A place in a page that somebody else may have written: each read is checked against the end before it is made.
///
/// It points into the page, and is valid only as long as that pointer is.
struct PageInput {
    private let base: UnsafeRawPointer?
    private let count: Int
    /// Where the next read begins.
    private(set) var offset: Int

    /// Reads `page` from `offset` on.
    init(_ page: UnsafeRawBufferPointer, from offset: Int = 0) {
        base = page.baseAddress
        count = page.count
        self.offset = min(offset, page.count)
    }

    /// How many bytes are left.
    var remaining: Int { count - offset }

    /// The next byte.
    @inline(__always)
    mutating func byte() throws(PageFault) -> UInt8 {
        guard offset < count, let base else { throw Self.tooShort }
        defer { offset += 1 }
        return base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// A number as LEB128, in its shortest form.
    @inline(__always)
    mutating func varint() throws(PageFault) -> UInt64 {
        let first = try byte()
        return first < 0x80 ? UInt64(first) : try longVarint(UInt64(first & 0x7f))
    }

    private mutating func longVarint(_ low: UInt64) throws(PageFault) -> UInt64 {
        var value = low
        for shift in stride(from: UInt64(7), through: 63, by: 7) {
            let next = try byte()
            if shift == 63, next > 1 { throw PageFault("holds a number of more than 64 bits") }
            value |= UInt64(next & 0x7f) << shift
            if next < 0x80 {
                if next == 0 { throw PageFault("holds a number that is not in its shortest form") }
                return value
            }
        }
        throw PageFault("holds a number of more than 64 bits")
    }

    /// A number of at most `limit`, which fits an `Int`; `reason` says what is wrong with more.
    @inline(__always)
    mutating func number(upTo limit: Int, _ reason: StaticString) throws(PageFault) -> Int {
        let value = try varint()
        guard value <= UInt64(limit) else { throw PageFault(reason, .limit) }
        return Int(value)
    }

    /// The next `length` bytes, in place.
    @inline(__always)
    mutating func bytes(_ length: Int) throws(PageFault) -> UnsafeRawBufferPointer {
        guard length >= 0, length <= remaining, let base else { throw Self.tooShort }
        defer { offset += length }
        return UnsafeRawBufferPointer(start: base + offset, count: length)
    }

    /// Bytes that follow their length, which is at most `limit`.
    @inline(__always)
    mutating func counted(upTo limit: Int, _ reason: StaticString) throws(PageFault) -> UnsafeRawBufferPointer {
        try bytes(try number(upTo: limit, reason))
    }

    /// The next 32 bytes as an ID.
    @inline(__always)
    mutating func id() throws(PageFault) -> ContentID { ContentID(Digest(try bytes(Digest.byteCount))) }

    /// The next four bytes, little endian.
    @inline(__always)
    mutating func word32() throws(PageFault) -> UInt32 {
        UInt32(littleEndian: try bytes(4).loadUnaligned(as: UInt32.self))
    }

    /// The next eight bytes, little endian.
    mutating func word64() throws(PageFault) -> UInt64 {
        UInt64(littleEndian: try bytes(8).loadUnaligned(as: UInt64.self))
    }

    /// The kind of the page, from its head.
    mutating func head() throws(PageFault) -> PageKind {
        guard count <= PageLimits.page else { throw PageFault("is larger than 1 MiB", .limit) }
        guard try byte() == PageKind.magic.0, try byte() == PageKind.magic.1 else { throw PageFault("has no head") }
        guard try byte() == PageKind.version else {
            throw PageFault("the page has a version that this program does not know", .unsupported)
        }
        guard let kind = PageKind(rawValue: try byte()) else { throw PageFault("is of no known kind") }
        return kind
    }

    private static var tooShort: PageFault { PageFault("ends too early") }
}
