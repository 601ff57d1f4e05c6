internal import Content
internal import Hashing

/// One entry of an index segment as it lies in the file: 48 bytes, little-endian.
///
/// | bytes | field |
/// |---|---|
/// | 32 | content ID |
/// | 4 | number of the pack in the segment's pack table |
/// | 4 | where the record begins in the pack; packs are smaller than 4 GiB |
/// | 4 | sealed length |
/// | 4 | plain length (24 bits), kind (4 bits), codec (4 bits) |
struct IndexEntry {
    static let byteCount = 48
    /// The largest plain length that an entry can say.
    static let plainLengthMax: UInt32 = (1 << 24) - 1

    /// The ID's bytes, eight at a time, as memory holds them.
    var id: IndexKey
    private var packField: UInt32
    private var offsetField: UInt32
    private var sealedField: UInt32
    private var shapeField: UInt32

    var pack: UInt32 {
        get { UInt32(littleEndian: packField) }
        set { packField = newValue.littleEndian }
    }
    var offset: UInt32 { UInt32(littleEndian: offsetField) }
    var sealedLength: UInt32 { UInt32(littleEndian: sealedField) }
    var plainLength: UInt32 { UInt32(littleEndian: shapeField) & 0xff_ffff }
    var kind: UInt8 { UInt8(UInt32(littleEndian: shapeField) >> 24 & 15) }
    var codec: UInt8 { UInt8(UInt32(littleEndian: shapeField) >> 28) }

    /// The entry of a pack's record; nil where the record lies beyond what an entry can say.
    init?(_ entry: PackEntry, pack: UInt32) {
        guard let offset = UInt32(exactly: entry.offset), entry.plainLength <= Self.plainLengthMax,
            entry.kind.rawValue < 16, entry.codec.rawValue < 16
        else { return nil }
        id = IndexKey(entry.id)
        packField = pack.littleEndian
        offsetField = offset.littleEndian
        sealedField = entry.sealedLength.littleEndian
        let shape = entry.plainLength | UInt32(entry.kind.rawValue) << 24 | UInt32(entry.codec.rawValue) << 28
        shapeField = shape.littleEndian
    }
}

/// A content ID as four words, quick to compare.
struct IndexKey: Hashable, Comparable {
    var w0, w1, w2, w3: UInt64

    init(_ id: ContentID) {
        let words = id.digest.withUnsafeBytes { $0.loadUnaligned(as: (UInt64, UInt64, UInt64, UInt64).self) }
        (w0, w1, w2, w3) = words
    }

    /// The ID.
    var contentID: ContentID {
        let words = (w0, w1, w2, w3)
        return ContentID(withUnsafeBytes(of: words) { Digest($0) })
    }

    /// The first eight bytes as a number that orders as the ID does.
    @inline(__always) var prefix: UInt64 { UInt64(bigEndian: w0) }

    /// Eight more bytes, independent of ``prefix``.
    @inline(__always) var spread: UInt64 { UInt64(littleEndian: w1) }

    @inline(__always)
    static func < (a: IndexKey, b: IndexKey) -> Bool {
        if a.w0 != b.w0 { return UInt64(bigEndian: a.w0) < UInt64(bigEndian: b.w0) }
        if a.w1 != b.w1 { return UInt64(bigEndian: a.w1) < UInt64(bigEndian: b.w1) }
        if a.w2 != b.w2 { return UInt64(bigEndian: a.w2) < UInt64(bigEndian: b.w2) }
        return UInt64(bigEndian: a.w3) < UInt64(bigEndian: b.w3)
    }
}

extension IndexEntry {
    /// Whether both say the same of the same record.
    func says(_ other: IndexEntry) -> Bool {
        id == other.id && pack == other.pack && offset == other.offset && sealedLength == other.sealedLength
            && plainLength == other.plainLength && kind == other.kind && codec == other.codec
    }
}
