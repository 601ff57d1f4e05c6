internal import Hashing
internal import Model

/// The end of an index segment: how many of what it holds.
///
/// See ``IndexSegment`` for the layout.
struct IndexFooter {
    static let byteCount = 128
    static let version: UInt32 = 1

    var bucketCount: UInt64
    var entryCount: UInt64
    var packCount: UInt64
    var replacedCount: UInt64
    /// The BLAKE3 of the pack table and the list of replaced segments.
    var tables: Digest

    /// Where the parts begin, and the size of the whole file.
    var entriesOffset: Int { IndexSegment.headCount + Int(bucketCount) * IndexBucket.byteCount }
    var packsOffset: Int { entriesOffset + Int(entryCount) * IndexEntry.byteCount }
    var replacedOffset: Int { packsOffset + Int(packCount) * PackTableRow.byteCount }
    var size: Int { replacedOffset + Int(replacedCount) * Digest.byteCount + Self.byteCount }

    func encoded() -> [UInt8] {
        var out = FieldWriter()
        out.number(bucketCount)
        out.number(entryCount)
        out.number(packCount)
        out.number(replacedCount)
        tables.withUnsafeBytes { out.raw($0) }
        out.raw([UInt8](repeating: 0, count: 12))
        out.number(Self.version)
        out.bytes.withUnsafeBytes { Blake3.hash($0) }.withUnsafeBytes { out.raw($0) }
        out.raw([UInt8](repeating: 0, count: 8))
        out.magic("PERIINDX")
        return out.bytes
    }
}

extension IndexFooter {
    /// The most of anything that a footer may count; keeps sums of sizes far from overflow.
    private static let countMax: UInt64 = 1 << 40

    /// Reads the footer of a file of `fileSize` bytes found at `place`.
    init(decoding bytes: [UInt8], fileSize: Int, at place: String) throws {
        var fields = FieldReader(bytes, at: place)
        bucketCount = try fields.number(UInt64.self)
        entryCount = try fields.number(UInt64.self)
        packCount = try fields.number(UInt64.self)
        replacedCount = try fields.number(UInt64.self)
        tables = try Array(fields.raw(Digest.byteCount)).withUnsafeBytes { Digest($0) }
        _ = try fields.raw(12)
        let version = try fields.number(UInt32.self)
        let covered = fields.position
        let checksum = try Array(fields.raw(Digest.byteCount)).withUnsafeBytes { Digest($0) }
        let zero = try fields.raw(8)
        try fields.magic("PERIINDX")
        guard checksum == bytes[..<covered].withUnsafeBytes({ Blake3.hash($0) }), zero.allSatisfy({ $0 == 0 }) else {
            throw fields.damaged("has a footer that is not what was written")
        }
        guard version == Self.version else {
            throw PerigeeError(
                .format, "index version \(version) is not known", at: place, remedy: "use a newer perigee")
        }
        let counts = [bucketCount, entryCount, packCount, replacedCount]
        guard counts.allSatisfy({ $0 <= Self.countMax }), bucketCount > 0, packCount <= UInt64(UInt32.max),
            size == fileSize
        else { throw fields.damaged("has a footer that does not fit its size") }
    }
}
