import TestSupport

/// Bytes to be compressed, by kind.
enum CodecInput: String, CaseIterable, Sendable {
    case random, zeros, text, bfloat16, float32, upcast, integers, mixed

    /// `count` bytes of this kind; words begin at offset `phase`.
    func bytes(_ count: Int, phase: Int = 0, _ seed: inout Seed) -> [UInt8] {
        switch self {
        case .random: return seed.bytes(count)
        case .zeros: return [UInt8](repeating: 0, count: count)
        case .text: return Self.text(count, &seed)
        case .bfloat16: return Self.words(count, phase, 2, &seed) { $0.bitPattern >> 16 }
        case .float32: return Self.words(count, phase, 4, &seed) { $0.bitPattern }
        case .upcast: return Self.words(count, phase, 4, &seed) { $0.bitPattern & 0xffff_0000 }
        case .integers: return Self.words(count, phase, 4, &seed) { UInt32(abs($0) * 50_000) }
        case .mixed:
            let half = count / 2
            return seed.bytes(half) + Self.text(count - half, &seed)
        }
    }

    private static func text(_ count: Int, _ seed: inout Seed) -> [UInt8] {
        let words = ["alpha ", "beta ", "gamma, ", "delta\n", "epsilon ", "zeta: "]
        var out = [UInt8]()
        while out.count < count { out += Array((words.randomElement(using: &seed) ?? "").utf8) }
        return Array(out[..<count])
    }

    /// Words of the normal distribution N(0, 0.02), nearly: the sum of twelve uniform numbers.
    private static func words(
        _ count: Int, _ phase: Int, _ width: Int, _ seed: inout Seed, _ bits: (Float) -> UInt32
    ) -> [UInt8] {
        var out = seed.bytes(phase)
        while out.count < count {
            let sum = (0..<3).reduce(Float(-6)) { sum, _ in
                let number = seed.next()
                return (0..<4).reduce(sum) { $0 + Float(number >> UInt64(16 * $1) & 0xffff) / 65536 }
            }
            let word = bits(sum * 0.02)
            for k in 0..<width { out.append(UInt8(truncatingIfNeeded: word >> UInt32(8 * k))) }
        }
        return Array(out[..<count])
    }
}
