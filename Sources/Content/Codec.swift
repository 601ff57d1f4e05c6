/// How the bytes of a record were compressed; its raw value is part of format version 1.
public enum Codec: UInt8, Sendable, CaseIterable {
    /// Not at all.
    case stored = 0
    /// One frame of Zstandard (RFC 8878).
    case zstd = 1
    /// One block of LZ4, without a frame.
    case lz4 = 2
    /// Planes of 16-bit floating-point words; see ``FloatCodec``.
    case bfloat16 = 3
    /// Planes of 32-bit floating-point words; see ``FloatCodec``.
    case float32 = 4
}
