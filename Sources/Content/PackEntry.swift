internal import Hashing

/// Where a record lies in a pack, and what its header says, so that a reader need not open the pack to plan.
///
/// In the directory at a pack's end, 56 bytes, little-endian:
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 32 | content ID |
/// | 32 | 8 | offset of the record's header in the pack |
/// | 40 | 4 | sealed length |
/// | 44 | 4 | plain length |
/// | 48 | 4 | key epoch |
/// | 52 | 1 | ``RecordKind`` |
/// | 53 | 1 | ``Codec`` |
/// | 54 | 2 | zero |
public struct PackEntry: Hashable, Sendable {
    /// The length of an entry in bytes.
    public static let byteCount = 56

    /// The record's name.
    public var id: ContentID
    /// Where its header begins in the pack.
    public var offset: UInt64
    /// The length of what follows the header.
    public var sealedLength: UInt32
    /// The length of the plain bytes.
    public var plainLength: UInt32
    /// The key epoch that sealed it.
    public var epoch: UInt32
    /// What it holds.
    public var kind: RecordKind
    /// How it is compressed.
    public var codec: Codec

    /// The entry of the record with this header at `offset`.
    public init(_ header: RecordHeader, at offset: UInt64) {
        id = header.id
        self.offset = offset
        sealedLength = header.sealedLength
        plainLength = header.plainLength
        epoch = header.epoch
        kind = header.kind
        codec = header.codec
    }

    /// The length of header and sealed bytes together.
    public var recordLength: Int { RecordHeader.byteCount + Int(sealedLength) }

    /// Writes the 56 bytes to the start of `out`.
    func encode(into out: UnsafeMutableRawBufferPointer) {
        id.digest.withUnsafeBytes { out.storeBytes($0, at: 0) }
        out.storeLittle(offset, at: 32)
        out.storeLittle(sealedLength, at: 40)
        out.storeLittle(plainLength, at: 44)
        out.storeLittle(epoch, at: 48)
        out[52] = kind.rawValue
        out[53] = codec.rawValue
        out.storeLittle(UInt16(0), at: 54)
    }

    /// Reads 56 bytes, which may be anything; nil where no record can be like that.
    init?(decoding bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount, bytes.loadLittle(UInt16.self, at: 54) == 0,
            let kind = RecordKind(rawValue: bytes[52]), let codec = Codec(rawValue: bytes[53])
        else { return nil }
        id = ContentID(bytes.slice(0, ContentID.byteCount))
        offset = bytes.loadLittle(UInt64.self, at: 32)
        sealedLength = bytes.loadLittle(UInt32.self, at: 40)
        plainLength = bytes.loadLittle(UInt32.self, at: 44)
        epoch = bytes.loadLittle(UInt32.self, at: 48)
        self.kind = kind
        self.codec = codec
        guard RecordHeader.lengthsAgree(plain: plainLength, sealed: sealedLength, codec: codec) else { return nil }
    }
}
