import Hashing

/// The chunker as its formulas read, one position at a time: what every kernel is compared with.
struct ChunkerModel {
    let parameters: ChunkerParameters

    /// The lengths of all chunks of `bytes`.
    func cut(_ bytes: [UInt8]) -> [Int] {
        var lengths = [Int]()
        var start = 0
        while start < bytes.count {
            lengths.append(first(Array(bytes[start...].prefix(parameters.maximum))))
            start += lengths[lengths.count - 1]
        }
        return lengths
    }

    private func first(_ bytes: [UInt8]) -> Int {
        var candidates = 0
        for i in parameters.minimum - 1..<max(bytes.count, parameters.minimum) - 1 where isCandidate(bytes, i) {
            candidates += 1
            let rate: UInt64 = i + 1 < parameters.normal ? 1 << 58 : 1 << 62
            if candidates == ChunkerParameters.candidateCap || weight(bytes, i) < rate { return i + 1 }
        }
        return bytes.count
    }

    private func isCandidate(_ bytes: [UInt8], _ i: Int) -> Bool {
        let h = g(bytes, i) &+ g(bytes, i - 32) &+ g(bytes, i - 64)
        return Int(Int16(truncatingIfNeeded: h)) > 32767 - Int(parameters.threshold)
    }

    private func g(_ bytes: [UInt8], _ i: Int) -> Int {
        func s(_ back: Int) -> Int { Int(Int8(bitPattern: bytes[i - back])) }
        let near = 127 * s(1) + 59 * s(0) + 37 * s(7) + 113 * s(6)
        let far = 97 * s(13) + 71 * s(12) + 109 * s(19) + 29 * s(18)
        return Int(parameters.k1) * near + Int(parameters.k2) * far
    }

    private func weight(_ bytes: [UInt8], _ i: Int) -> UInt64 {
        func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
            let (high, low) = a.multipliedFullWidth(by: b)
            return high ^ low
        }
        func word(_ n: Int) -> UInt64 {
            (0..<8).reduce(0) { $0 | UInt64(bytes[i - 63 + n * 8 + $1]) << UInt64($1 * 8) } ^ parameters.fold[n]
        }
        let sum = stride(from: 0, to: 8, by: 2).reduce(UInt64(0)) { $0 &+ fold(word($1), word($1 + 1)) }
        return fold(sum ^ parameters.fold[8], 0x9e37_79b9_7f4a_7c15)
    }
}
