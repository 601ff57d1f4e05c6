/// The two bytes that say which fields an entry has.
///
/// An entry of format version 1, in this order; `previous` is the entry before it in the page, and before the first one
/// an entry with the root's path, owner 0, group 0 and second 0:
///
///     shared      varint       bytes of the path shared with previous, as many as there are; 0 in a page's first entry
///     rest        counted      the bytes of the path behind them
///     form        1 byte       kind in bits 0-2; bit 3: owner and group follow, else as previous; bits 4-5: content;
///                              bit 6: a fraction of a second follows; bit 7: a byte of extras follows
///     extras      1 byte       not zero; bit 0 extended attributes, 1 target, 2 device, 3 link group, 4 holes
///     mode        varint
///     owner,group varint each
///     second      varint       difference to previous modulo 2^64, zigzag
///     nanosecond  4 bytes      not zero
///     size        varint       files only
///     extended    varint n     then n times a counted name and a counted value, in order of names
///     target      counted
///     device      varint       not zero
///     link group  8 bytes
///     holes       varint n     then n times the distance to the hole before (from 0 for the first) and the length
///     content     none: nothing; one chunk: its ID; more: varint n, then n IDs, each but the last with its length (the
///                 last one's follows from the size); paged: page ID and varint chunks
///
/// Counted bytes follow their length, a varint.
enum EntryForm {
    static let kindMask: UInt8 = 0b111
    static let ownership: UInt8 = 1 << 3
    static let contentShift: UInt8 = 4
    static let fraction: UInt8 = 1 << 6
    static let extras: UInt8 = 1 << 7

    static let extended: UInt8 = 1 << 0
    static let target: UInt8 = 1 << 1
    static let device: UInt8 = 1 << 2
    static let linkGroup: UInt8 = 1 << 3
    static let holes: UInt8 = 1 << 4
    static let allExtras: UInt8 = 0b1_1111

    /// How the content is written: bits 4 and 5 of the form.
    enum Content: UInt8 {
        case none = 0
        case one = 1
        case several = 2
        case paged = 3
    }

    /// Maps small differences of either sign to small numbers.
    static func zigzag(_ difference: Int64) -> UInt64 {
        UInt64(bitPattern: (difference << 1) ^ (difference >> 63))
    }

    /// The difference that ``zigzag(_:)`` mapped to `value`.
    static func unzigzag(_ value: UInt64) -> Int64 {
        Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }
}
