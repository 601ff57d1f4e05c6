/// The limit of all that looks at every byte: reading it and doing next to nothing.
public enum MemoryRead {
    /// The exclusive or of all whole lines of 256 bytes, read in four streams of one vector each.
    @inline(never)
    public static func fold(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        typealias Vector = SIMD8<UInt64>
        guard let base = bytes.baseAddress else { return 0 }
        var (a, b, c, d) = (Vector.zero, Vector.zero, Vector.zero, Vector.zero)
        var offset = 0
        while offset + 256 <= bytes.count {
            let line = base + offset
            a ^= line.loadUnaligned(as: Vector.self)
            b ^= line.loadUnaligned(fromByteOffset: 64, as: Vector.self)
            c ^= line.loadUnaligned(fromByteOffset: 128, as: Vector.self)
            d ^= line.loadUnaligned(fromByteOffset: 192, as: Vector.self)
            offset += 256
        }
        let sum = a ^ b ^ c ^ d
        return (0..<8).reduce(0) { $0 ^ sum[$1] }
    }
}

/// Keeps results of measured work, so that no optimiser leaves the work away.
///
/// For one thread.
final class Sink {
    private(set) var value: UInt64 = 0

    @inline(never)
    func take(_ result: UInt64) { value ^= result }
}
