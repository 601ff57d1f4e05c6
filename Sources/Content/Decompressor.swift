internal import CLZ4
internal import Model

/// Restores what ``Compressor`` made, with contexts that are used again and again.
///
/// One per worker.
///
/// Bodies may be hostile: lengths are checked before use, nothing is read or written out of bounds, and memory stays in
/// proportion to the plain length that the caller allows. Not for several threads at once.
public final class Decompressor {
    private let zstd: DecompressorZstd
    private let floats = FloatCodecDecoder()

    /// A decompressor.
    ///
    /// - Throws: ``PerigeeError`` (`limit`) where memory is short.
    public init() throws { zstd = try DecompressorZstd() }

    /// Restores `body`, which `codec` made, to exactly `plain.count` bytes.
    ///
    /// - Throws: ``PerigeeError`` (`damaged`) where the body does not give as many; `plain` then holds anything.
    public func decompress(
        _ body: UnsafeRawBufferPointer, codec: Codec, into plain: UnsafeMutableRawBufferPointer
    ) throws {
        let isWhole: Bool
        switch codec {
        case .stored:
            isWhole = body.count == plain.count
            if isWhole { plain.copyMemory(from: body) }
        case .zstd: isWhole = zstd.decompress(body, into: plain)
        case .lz4: isWhole = lz4(body, into: plain)
        case .bfloat16, .float32:
            try floats.decode(body, width: codec == .bfloat16 ? 2 : 4, into: plain, with: zstd)
            isWhole = true
        }
        guard isWhole else { throw PerigeeError(.damaged, "a chunk does not decompress (\(codec))") }
    }

    private func lz4(_ body: UnsafeRawBufferPointer, into plain: UnsafeMutableRawBufferPointer) -> Bool {
        guard let source = body.baseAddress, let target = plain.baseAddress, !plain.isEmpty,
            let sourceCount = Int32(exactly: body.count), let targetCount = Int32(exactly: plain.count)
        else { return false }
        return LZ4_decompress_safe(
            source.assumingMemoryBound(to: CChar.self), target.assumingMemoryBound(to: CChar.self), sourceCount,
            targetCount) == targetCount
    }
}
