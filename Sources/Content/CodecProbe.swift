internal import CHash

/// Looks at a sample of 2 KiB of a chunk and says what may compress it.
///
/// For one thread.
final class CodecProbe {
    /// What the sample says.
    enum Opinion {
        /// The bytes are as good as random.
        case random
        /// Words of floating point, or like it: planes would leave `share` of the bytes.
        case words(FloatCodec.Shape, share: Float)
        /// Anything else, with so many bits of entropy a byte.
        case general(bits: Float)
    }

    /// Chunks below this length, in bytes, have too small a sample to be judged by.
    static let least = 4096
    /// From so many bits a byte on, a sample is as good as random: of random bytes it has 8.00, give or take 0.01.
    static let randomBits: Float = 7.95
    /// A plane of fewer bits a byte is worth coding.
    static let codedBits: Float = 7.25
    /// A plane of so many bits a byte may be a mantissa; bfloat16 kept in 32 bits has 7.
    static let mantissaBits: Float = 6.5
    /// Planes must leave less than this share of what the bytes' entropy promises zstd.
    static let planeAdvantage: Float = 0.97

    private let entropy = CodecEntropy()
    // Five histograms: of the planes by position modulo 4, and one more.
    private let counts = UnsafeMutablePointer<UInt16>.allocate(capacity: 5 * 256)

    deinit { counts.deallocate() }

    /// The opinion on `bytes`, of which there are at least ``least``.
    func look(at bytes: UnsafeRawBufferPointer) -> Opinion {
        guard bytes.count >= Self.least, let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else {
            return .general(bits: 0)
        }
        chash_sample_bytes(start, bytes.count, counts + 4 * 256)
        let whole = bits(4, total: 2048)
        if whole >= Self.randomBits { return .random }
        chash_sample_planes(start, bytes.count, counts)
        guard let (shape, share) = bestShape(), share < Self.planeAdvantage * whole / 8 else {
            return .general(bits: whole)
        }
        return .words(shape, share: share)
    }

    /// The better of both widths of words; nil where no plane is worth coding or none can be a mantissa.
    private func bestShape() -> (shape: FloatCodec.Shape, share: Float)? {
        let single = (0..<4).map { bits($0, total: 512) }
        let paired = (0..<2).map { bits(first: $0, second: $0 + 2) }
        let narrow = share(paired), wide = share(single)
        return wide < narrow * 0.98 ? shape(single).map { ($0, wide) } : shape(paired).map { ($0, narrow) }
    }

    /// How much of the bytes is left where each plane is coded if that is worth it.
    private func share(_ planes: [Float]) -> Float {
        planes.reduce(0) { $0 + ($1 < Self.codedBits ? $1 / 8 : 1) } / Float(planes.count)
    }

    /// The shape that makes the plane of the least entropy the highest, hence the exponent.
    private func shape(_ planes: [Float]) -> FloatCodec.Shape? {
        guard let exponent = planes.indices.min(by: { planes[$0] < planes[$1] }),
            planes[exponent] < Self.codedBits, planes.contains(where: { $0 >= Self.mantissaBits })
        else { return nil }
        // Plane r of the sample is plane `width - 1` of words that begin at offset r + 2, modulo their width.
        let width = planes.count
        let phase = (exponent + 2) % width
        let coded = (0..<width).filter { planes[($0 + phase + width - 1) % width] < Self.codedBits }
        return FloatCodec.Shape(width: width, phase: phase, coded: coded.reduce(0) { $0 | 1 << UInt8($1) })
    }

    private func bits(_ histogram: Int, total: Int) -> Float {
        entropy.bits(UnsafeBufferPointer(start: counts + histogram * 256, count: 256), total: total)
    }

    /// Of two of the planes' histograms together.
    private func bits(first: Int, second: Int) -> Float {
        let sum = counts + 4 * 256
        for i in 0..<256 { sum[i] = counts[first * 256 + i] + counts[second * 256 + i] }
        return bits(4, total: 1024)
    }
}
