#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The entropy of small histograms.
struct CodecEntropy {
    /// The greatest sum of counts.
    static let capacity = 2048

    // n log2 n.
    private let weights: [Float] = (0...capacity).map { $0 < 2 ? 0 : Float($0) * log2(Float($0)) }

    /// Bits a symbol of a source of which a sample gave `counts`, which add up to `total`, from 1 to ``capacity``.
    ///
    /// A small sample looks more orderly than its source is; the correction is Miller and Madow's,
    /// `(symbols seen - 1) / (2 total ln 2)`.
    func bits(_ counts: UnsafeBufferPointer<UInt16>, total: Int) -> Float {
        var sum: Float = 0
        var seen = 0
        weights.withUnsafeBufferPointer { weights in
            for count in counts {
                sum += weights[Int(count)]
                seen += count == 0 ? 0 : 1
            }
        }
        let total = Float(total)
        return log2(total) - sum / total + Float(seen - 1) / (2 * total * 0.693_147_2)
    }
}
