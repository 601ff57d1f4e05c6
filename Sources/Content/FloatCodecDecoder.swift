internal import CHash
internal import Model

/// Reads the bodies that ``FloatCodec`` describes, and trusts none of their lengths.
///
/// For one thread.
final class FloatCodecDecoder {
    private let scratch = CodecScratch()

    /// Restores exactly `plain.count` bytes, words of `width`, from `body`, with `zstd` for the coded planes.
    ///
    /// - Throws: ``PerigeeError`` (`damaged`) for a body that does not follow the layout; `plain` then holds anything.
    func decode(
        _ body: UnsafeRawBufferPointer, width: Int, into plain: UnsafeMutableRawBufferPointer,
        with zstd: DecompressorZstd
    ) throws {
        guard let head = body.first, let shape = FloatCodec.Shape(width: width, head: head),
            plain.count >= shape.phase, let base = body.baseAddress, let out = plain.baseAddress
        else { throw Self.damaged("head") }
        let (tail, words) = shape.parts(of: plain.count)
        let coded = (0..<width).filter(shape.isCoded), stored = (0..<width).filter { !shape.isCoded($0) }
        let ends = 1 + 4 * coded.count, fixed = ends + shape.phase + tail
        // Neither product overflows: a plane has at most half the bytes of a chunk that is in memory.
        guard body.count >= fixed + words * stored.count else { throw Self.damaged("length") }

        var planes = [UnsafePointer<UInt8>?](repeating: nil, count: width)
        for (n, k) in stored.enumerated() {
            planes[k] = (base + fixed + n * words).assumingMemoryBound(to: UInt8.self)
        }
        let aside = scratch.bytes(words * coded.count)
        for (n, k) in coded.enumerated() {
            planes[k] = aside.baseAddress.map { UnsafePointer(($0 + n * words).assumingMemoryBound(to: UInt8.self)) }
        }
        try decodePlanes(body, from: fixed + words * stored.count, count: coded.count, words: words, into: aside, zstd)
        readEnds(body, at: ends, shape, tail: tail, into: plain)
        FloatCodec.join(
            planes, count: words, width: width, into: (out + shape.phase).assumingMemoryBound(to: UInt8.self),
            kernel: UInt32(CHASH_KERNEL_BEST))
    }

    /// Decodes the frames that stand from `offset` to the body's end.
    private func decodePlanes(
        _ body: UnsafeRawBufferPointer, from offset: Int, count: Int, words: Int,
        into planes: UnsafeMutableRawBufferPointer, _ zstd: DecompressorZstd
    ) throws {
        var start = offset
        for n in 0..<count {
            let length = Int(UInt32(littleEndian: body.loadUnaligned(fromByteOffset: 1 + 4 * n, as: UInt32.self)))
            guard length <= body.count - start else { throw Self.damaged("length of a plane") }
            let frame = UnsafeRawBufferPointer(rebasing: body[start..<start + length])
            let plane = UnsafeMutableRawBufferPointer(rebasing: planes[n * words..<(n + 1) * words])
            guard zstd.decompress(frame, into: plane) else { throw Self.damaged("coded plane") }
            start += length
        }
        guard start == body.count else { throw Self.damaged("length") }
    }

    /// Copies the bytes that belong to no word.
    private func readEnds(
        _ body: UnsafeRawBufferPointer, at offset: Int, _ shape: FloatCodec.Shape, tail: Int,
        into plain: UnsafeMutableRawBufferPointer
    ) {
        for i in 0..<shape.phase { plain[i] = body[offset + i] }
        for i in 0..<tail { plain[plain.count - tail + i] = body[offset + shape.phase + i] }
    }

    private static func damaged(_ what: String) -> PerigeeError {
        PerigeeError(.damaged, "a chunk of floating-point words has a wrong \(what)")
    }
}
