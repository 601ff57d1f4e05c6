import Hashing
import TestSupport

/// Bytes to be cut: as random, as poor and as periodic as real data can be.
enum ChunkerInput {
    /// `count` bytes of a kind that `seed` chooses.
    static func any(_ seed: inout Seed, count: Int) -> [UInt8] {
        let bytes = seed.bytes(count)
        switch Int.random(in: 0..<5, using: &seed) {
        case 0: return bytes.map { $0 & 3 }
        case 1: return bytes.map { $0 & 0x80 | 0x7f }
        case 2:
            let period = Int.random(in: 1...300, using: &seed)
            return bytes.indices.map { bytes[$0 % period] }
        case 3: return zip(bytes.indices, bytes).map { $0 / 5000 % 2 == 0 ? $1 : bytes[0] }
        default: return bytes
        }
    }

    /// A byte that, repeated, makes every position a candidate.
    static func candidateByte(for parameters: ChunkerParameters) -> UInt8? {
        (UInt8.min...UInt8.max).first { byte in
            let s = Int(Int8(bitPattern: byte))
            let h = 3 * s * (336 * Int(parameters.k1) + 306 * Int(parameters.k2))
            return Int(Int16(truncatingIfNeeded: h)) > 32767 - Int(parameters.threshold)
        }
    }
}
