internal import Hashing

/// One pack in a segment's pack table: 48 bytes, little-endian; the table is sorted by name.
///
/// | bytes | field |
/// |---|---|
/// | 32 | the pack's name |
/// | 8 | its size |
/// | 4 | how many of the segment's entries lie in it |
/// | 4 | zero |
struct PackTableRow: Hashable {
    static let byteCount = 48

    var name: Digest
    var size: UInt64
    var entryCount: UInt32

    init(name: Digest, size: UInt64, entryCount: UInt32) {
        self.name = name
        self.size = size
        self.entryCount = entryCount
    }

    /// The row that begins at `bytes`, which holds ``byteCount`` bytes at least.
    init(_ bytes: UnsafeRawBufferPointer) {
        name = Digest(UnsafeRawBufferPointer(rebasing: bytes[..<32]))
        size = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 32, as: UInt64.self))
        entryCount = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 40, as: UInt32.self))
    }

    func encode(into out: inout FieldWriter) {
        name.withUnsafeBytes { out.raw($0) }
        out.number(size)
        out.number(entryCount)
        out.number(UInt32(0))
    }
}
