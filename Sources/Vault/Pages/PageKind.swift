/// What a page lists; the fourth byte of each page.
///
/// Format version 1: a page begins with `PG`, the version and the kind. Numbers are LEB128 varints of at most 64 bits in
/// their shortest form unless a width is given, and then little endian. Every value has exactly one encoding; a reader
/// refuses any other.
enum PageKind: UInt8 {
    /// `e`: entries in path order, up to the end of the page.
    case entries = 0x65
    /// `E`: a level byte, then children: last key, page, entries, bytes.
    case entryChildren = 0x45
    /// `c`: chunks in file order: ID and length.
    case chunks = 0x63
    /// `C`: a level byte, then children: page, chunks, bytes.
    case chunkChildren = 0x43
    /// `s`: a snapshot's tagged fields.
    case snapshot = 0x73

    /// The version that this program writes, and the only one it reads.
    static let version: UInt8 = 1
    /// The length of the four bytes that begin a page.
    static let headLength = 4

    /// The first two bytes of each page.
    static let magic: (UInt8, UInt8) = (0x50, 0x47)
}
