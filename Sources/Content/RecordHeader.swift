internal import Hashing
public import Model

/// What stands before each sealed chunk or page, so that a record can be moved, scanned and opened by itself.
///
/// All of it is the associated data of the seal: no byte can change without the seal breaking. Little-endian:
///
/// | offset | bytes | field |
/// |---|---|---|
/// | 0 | 4 | `PGR1` |
/// | 4 | 1 | version, 1 |
/// | 5 | 1 | ``RecordKind`` |
/// | 6 | 1 | ``Codec`` |
/// | 7 | 1 | ``Cipher`` |
/// | 8 | 4 | key epoch |
/// | 12 | 4 | plain length |
/// | 16 | 4 | sealed length: compressed bytes and the tag |
/// | 20 | 12 | nonce |
/// | 32 | 32 | content ID |
public struct RecordHeader: Hashable, Sendable {
    /// The length of a header in bytes.
    public static let byteCount = 64
    /// The most plain bytes that a record may hold.
    public static let plainLengthMax = 4 << 20
    /// The version that this program writes.
    public static let version: UInt8 = 1
    /// The first four bytes, `PGR1`, as a little-endian number.
    static let magic: UInt32 = 0x3152_4750

    /// What the record holds.
    public var kind: RecordKind
    /// How the plain bytes were compressed.
    public var codec: Codec
    /// How they were sealed.
    public var cipher: Cipher
    /// Which epoch's key the sealing key is derived from.
    public var epoch: UInt32
    /// The length of the plain bytes.
    public var plainLength: UInt32
    /// The length of what follows the header: the compressed bytes and the tag.
    public var sealedLength: UInt32
    /// The nonce of the seal.
    public var nonce: Nonce
    /// The name of the plain bytes.
    public var id: ContentID

    /// A header; ``decode(_:)`` is for bytes of unknown origin.
    public init(
        kind: RecordKind, codec: Codec, cipher: Cipher, epoch: UInt32, plainLength: UInt32, sealedLength: UInt32,
        nonce: Nonce, id: ContentID
    ) {
        self.kind = kind
        self.codec = codec
        self.cipher = cipher
        self.epoch = epoch
        self.plainLength = plainLength
        self.sealedLength = sealedLength
        self.nonce = nonce
        self.id = id
    }

    /// The length of header and sealed bytes together.
    public var recordLength: Int { Self.byteCount + Int(sealedLength) }

    /// Writes the 64 bytes to the start of `out`.
    public func encode(into out: UnsafeMutableRawBufferPointer) {
        precondition(out.count >= Self.byteCount, "a record header has 64 bytes")
        out.storeLittle(Self.magic, at: 0)
        out[4] = Self.version
        out[5] = kind.rawValue
        out[6] = codec.rawValue
        out[7] = cipher.rawValue
        out.storeLittle(epoch, at: 8)
        out.storeLittle(plainLength, at: 12)
        out.storeLittle(sealedLength, at: 16)
        nonce.withUnsafeBytes { out.storeBytes($0, at: 20) }
        id.digest.withUnsafeBytes { out.storeBytes($0, at: 32) }
    }

    /// Reads the header at the start of `bytes`, which may be anything.
    ///
    /// - Throws: `damaged` where they are no header of version 1, or its lengths do not agree with each other.
    public static func decode(_ bytes: UnsafeRawBufferPointer) throws(PerigeeError) -> RecordHeader {
        guard bytes.count >= byteCount else { throw damaged("a record of \(bytes.count) bytes has no whole header") }
        guard bytes.loadLittle(UInt32.self, at: 0) == magic else { throw damaged("no record begins here") }
        guard bytes[4] == version else {
            throw damaged("the record is damaged, or its version \(bytes[4]) is newer than this program")
        }
        guard let kind = RecordKind(rawValue: bytes[5]) else { throw damaged("record kind \(bytes[5]) is unknown") }
        guard let codec = Codec(rawValue: bytes[6]) else { throw damaged("record codec \(bytes[6]) is unknown") }
        guard let cipher = Cipher(rawValue: bytes[7]) else { throw damaged("record cipher \(bytes[7]) is unknown") }
        let header = RecordHeader(
            kind: kind, codec: codec, cipher: cipher,
            epoch: bytes.loadLittle(UInt32.self, at: 8),
            plainLength: bytes.loadLittle(UInt32.self, at: 12),
            sealedLength: bytes.loadLittle(UInt32.self, at: 16),
            nonce: Nonce(bytes.slice(20, Nonce.byteCount)),
            id: ContentID(bytes.slice(32, ContentID.byteCount)))
        guard lengthsAgree(plain: header.plainLength, sealed: header.sealedLength, codec: codec) else {
            throw damaged("the lengths of record \(header.id) cannot be true")
        }
        return header
    }

    /// Whether `bytes`, which may be fewer than a header has, can be the beginning of one.
    static func mayBegin(_ bytes: UnsafeRawBufferPointer) -> Bool {
        withUnsafeBytes(of: magic.littleEndian) { magic in zip(bytes, magic).allSatisfy { $0 == $1 } }
    }

    /// Whether a record may have these lengths: nothing above the limit, and nothing that compression made longer.
    static func lengthsAgree(plain: UInt32, sealed: UInt32, codec: Codec) -> Bool {
        guard plain <= UInt32(plainLengthMax) else { return false }
        let tag = UInt32(Cipher.tagCount)
        return codec == .stored ? sealed == plain + tag : sealed > tag && sealed < plain + tag
    }

    private static func damaged(_ message: String) -> PerigeeError {
        PerigeeError(.damaged, message, remedy: "run verify on the vault")
    }
}
