internal import CHash
internal import CZstd

/// Writes the bodies that ``FloatCodec`` describes.
///
/// For one thread.
final class FloatCodecEncoder {
    private let coder: CompressorZstd
    private let scratch = CodecScratch()

    /// - Throws: ``PerigeeError`` (`limit`) where memory is short.
    init() throws {
        coder = try CompressorZstd(level: -100)
        // Low levels leave literals uncoded by default; Huffman's code of them is what this is about (1 = enabled).
        // A library that does not know the parameter codes nothing, and the bodies are then not worth keeping.
        coder.set(ZSTD_c_experimentalParam5, to: 1)
    }

    /// Compresses `plain` as `shape` says into `out`.
    ///
    /// - Returns: the length of the body; nil where a coded plane would not shrink, or `out` is too small.
    func encode(
        _ plain: UnsafeRawBufferPointer, _ shape: FloatCodec.Shape, into out: UnsafeMutableRawBufferPointer
    ) -> Int? {
        guard plain.count >= shape.phase + shape.width, let start = plain.baseAddress else { return nil }
        let (tail, words) = shape.parts(of: plain.count)
        let coded = (0..<shape.width).filter(shape.isCoded), stored = (0..<shape.width).filter { !shape.isCoded($0) }
        let fixed = 1 + 4 * coded.count + shape.phase + tail
        guard words <= UInt32.max, out.count >= fixed + words * stored.count, let base = out.baseAddress else {
            return nil
        }

        writeEnds(plain, shape, tail: tail, at: 1 + 4 * coded.count, of: out)
        let aside = scratch.bytes(words * coded.count)
        var planes = [UnsafeMutablePointer<UInt8>?](repeating: nil, count: shape.width)
        for (n, k) in stored.enumerated() {
            planes[k] = (base + fixed + n * words).assumingMemoryBound(to: UInt8.self)
        }
        for (n, k) in coded.enumerated() {
            planes[k] = aside.baseAddress.map { ($0 + n * words).assumingMemoryBound(to: UInt8.self) }
        }
        FloatCodec.split(
            (start + shape.phase).assumingMemoryBound(to: UInt8.self), count: words, width: shape.width, into: planes,
            kernel: UInt32(CHASH_KERNEL_BEST))
        return code(aside, count: coded.count, words: words, at: fixed + stored.count * words, of: out)
    }

    /// Writes the head and the bytes that belong to no word.
    private func writeEnds(
        _ plain: UnsafeRawBufferPointer, _ shape: FloatCodec.Shape, tail: Int, at offset: Int,
        of out: UnsafeMutableRawBufferPointer
    ) {
        out[0] = shape.head
        for i in 0..<shape.phase { out[offset + i] = plain[i] }
        for i in 0..<tail { out[offset + shape.phase + i] = plain[plain.count - tail + i] }
    }

    /// Codes `count` planes of `words` bytes each, which stand one after another, from `offset` on; writes their lengths.
    private func code(
        _ planes: UnsafeMutableRawBufferPointer, count: Int, words: Int, at offset: Int,
        of out: UnsafeMutableRawBufferPointer
    ) -> Int? {
        var end = offset
        for n in 0..<count {
            let plane = UnsafeRawBufferPointer(rebasing: planes[n * words..<(n + 1) * words])
            let room = UnsafeMutableRawBufferPointer(rebasing: out[end...])
            guard let length = code(plane, into: room), length < words else { return nil }
            out.storeBytes(of: UInt32(length).littleEndian, toByteOffset: 1 + 4 * n, as: UInt32.self)
            end += length
        }
        return end
    }

    /// Writes `plane` as one frame: by the coder for planes, or by zstd where that knows no way.
    private func code(_ plane: UnsafeRawBufferPointer, into out: UnsafeMutableRawBufferPointer) -> Int? {
        guard let source = plane.baseAddress, let target = out.baseAddress else { return nil }
        let length = chash_planes_code(
            source.assumingMemoryBound(to: UInt8.self), plane.count, target.assumingMemoryBound(to: UInt8.self),
            out.count)
        return length > 0 ? length : coder.compress(plane, into: out)
    }
}
