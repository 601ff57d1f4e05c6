internal import Glibc

/// Normally distributed numbers, rounded to bfloat16, as the weights of a trained model are.
///
/// Drawn by Walker's alias method from the exact share of each bfloat16 value: one look into a table of 32 KiB a number.
package struct BrainFloats: Sendable {
    /// A value with the share of itself in its slot, out of 2^18, and the value that has the rest.
    private struct Slot {
        var share: UInt32 = 0
        var value: UInt16 = 0
        var other: UInt16 = 0
    }

    private let slots: [Slot]

    private static let slotBits: UInt32 = 12
    private static let shareBits: UInt32 = 18

    /// Numbers around 0 with this standard deviation.
    package init(deviation: Double) {
        let shares = Self.shares(deviation: deviation)
        let count = 1 << Self.slotBits
        var slots = [Slot](repeating: Slot(), count: count)
        var weights = [Double](repeating: 0, count: count)
        for (index, share) in shares.enumerated() {
            weights[index] = share.share * Double(count)
            slots[index].value = share.value
        }
        var small = weights.indices.filter { weights[$0] < 1 }
        var large = weights.indices.filter { weights[$0] >= 1 }
        while let poor = small.popLast() {
            slots[poor].share = UInt32(weights[poor] * Double(1 << Self.shareBits))
            guard let rich = large.last else { continue }
            slots[poor].other = slots[rich].value
            weights[rich] -= 1 - weights[poor]
            if weights[rich] < 1 {
                large.removeLast()
                small.append(rich)
            }
        }
        for rich in large { slots[rich].share = 1 << Self.shareBits }
        self.slots = slots
    }

    /// Fills `bytes`, of an even count, with numbers, low byte first.
    package func fill(_ bytes: UnsafeMutableRawBufferPointer, from generator: inout Seeded) {
        slots.withUnsafeBufferPointer { slots in
            var bits: UInt64 = 0
            for index in 0..<bytes.count / 2 {
                bits = index & 1 == 0 ? generator.next() : bits >> 32
                let word = UInt32(truncatingIfNeeded: bits)
                let slot = slots[Int(word & ((1 << Self.slotBits) - 1))]
                let share = (word >> Self.slotBits) & ((1 << Self.shareBits) - 1)
                let value = (share < slot.share ? slot.value : slot.other) | UInt16(word >> 31) << 15
                bytes.storeBytes(of: value.littleEndian, toByteOffset: index * 2, as: UInt16.self)
            }
        }
    }

    /// The values from 0 up that matter, with their shares, which add up to 1; what is below 2^-24 of the deviation
    /// counts as 0.
    private static func shares(deviation: Double) -> [(value: UInt16, share: Double)] {
        func number(_ bits: UInt16) -> Double { Double(Float(bitPattern: UInt32(bits) << 16)) }
        func below(_ bound: Double) -> Double { erf(bound / (deviation * 2.0.squareRoot())) }
        let first = UInt16(Float(deviation / 16_777_216).bitPattern >> 16)
        let last = UInt16(Float(deviation * 8).bitPattern >> 16)
        var answer: [(value: UInt16, share: Double)] = []
        var before = below(number(first) / 2)
        answer.append((0, before))
        for bits in first...last {
            let upTo = bits == last ? 1 : below((number(bits) + number(bits + 1)) / 2)
            answer.append((bits, upTo - before))
            before = upTo
        }
        return answer
    }
}
