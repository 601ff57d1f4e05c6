public import Content
public import Hashing

/// Where the record of a chunk or a page lies.
public struct ChunkLocation: Hashable, Sendable {
    /// The pack's name.
    public let pack: Digest
    /// Where its record begins in the pack.
    public let offset: UInt64
    /// The length of the sealed bytes with their tag, without the record's header.
    public let sealedLength: UInt32
    /// The length of the plain bytes.
    public let plainLength: UInt32
    /// What it is.
    public let kind: RecordKind
    /// How it is compressed.
    public let codec: Codec

    /// The length of the record, header included.
    public var recordLength: Int { RecordHeader.byteCount + Int(sealedLength) }
}
