internal import Content
internal import Hashing

/// Writes into room that was reserved for it; passing the end of that room is a mistake of ours, and traps.
struct PagePen {
    private let start: UnsafeMutableRawPointer
    private let room: Int
    /// How many bytes were written.
    private(set) var count = 0

    /// A pen at the beginning of `room`.
    init(_ room: UnsafeMutableRawBufferPointer) {
        guard let start = room.baseAddress else { preconditionFailure("no room to write") }
        self.start = start
        self.room = room.count
    }

    /// One byte.
    @inline(__always)
    mutating func byte(_ value: UInt8) {
        precondition(count < room)
        start.storeBytes(of: value, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    /// A number as LEB128 in its shortest form.
    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    /// Bytes as they are.
    @inline(__always)
    mutating func bytes(_ source: UnsafeRawBufferPointer) {
        precondition(source.count <= room - count)
        if let base = source.baseAddress { (start + count).copyMemory(from: base, byteCount: source.count) }
        count += source.count
    }

    /// Bytes after their length.
    @inline(__always)
    mutating func counted(_ source: [UInt8]) {
        varint(UInt64(source.count))
        source.withUnsafeBytes { bytes($0) }
    }

    /// The 32 bytes of an ID.
    @inline(__always)
    mutating func id(_ id: ContentID) { id.digest.withUnsafeBytes { bytes($0) } }

    /// Four bytes, little endian.
    @inline(__always)
    mutating func word32(_ value: UInt32) { withUnsafeBytes(of: value.littleEndian) { bytes($0) } }

    /// Eight bytes, little endian.
    @inline(__always)
    mutating func word64(_ value: UInt64) { withUnsafeBytes(of: value.littleEndian) { bytes($0) } }
}
