import CHash
import Hashing
import TestSupport
import Testing

@Suite("Planes") struct PlanesTests {
    @Test("every kernel splits words as the definition says, and joins them again", arguments: [2, 4])
    func kernelsAgree(width: Int) {
        let number = UInt64.random(in: 0...9999)
        var seed = Seed(number)
        for count in Array(0...130) + [1000, 4096, 10_001] {
            let words = seed.bytes(count * width)
            let expected = Self.planes(of: words, width: width)
            for kernel in Kernel.available {
                let planes = Self.split(words, width: width, kernel: kernel.number)
                #expect(planes == expected, "\(kernel.name), \(count) words, seed \(number)")
                let joined = Self.join(planes, width: width, kernel: kernel.number)
                #expect(joined == words, "\(kernel.name), \(count) words, seed \(number)")
            }
        }
    }

    @Test("the exponents of floats fill the highest plane")
    func exponents() {
        let values: [Float] = [1, -1, 0.5, -3, 1e10, 0]
        let words = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
        let planes = Self.split(words, width: 4, kernel: Kernel.portable.number)
        #expect(planes[3] == values.map { UInt8($0.exponentBitPattern) })
        #expect(planes[0].map { $0 & 1 } == values.map { $0 < 0 ? 1 : 0 })
    }

    @Test("a sample counts as many bytes as it promises, wherever they are")
    func samples() {
        var seed = Seed(3)
        for count in [4096, 4097, 65_537, 262_144] {
            let bytes = seed.bytes(count)
            var whole = [UInt16](repeating: 9, count: 256), planes = [UInt16](repeating: 9, count: 1024)
            chash_sample_bytes(bytes, count, &whole)
            chash_sample_planes(bytes, count, &planes)
            #expect(whole.reduce(0) { $0 + Int($1) } == 2048)
            for r in 0..<4 { #expect(planes[r * 256..<(r + 1) * 256].reduce(0) { $0 + Int($1) } == 512) }
        }
    }

    private static func planes(of words: [UInt8], width: Int) -> [[UInt8]] {
        let rotated = stride(from: 0, to: words.count, by: width).map { start in
            let word = (0..<width).reduce(UInt64(0)) { $0 | UInt64(words[start + $1]) << UInt64(8 * $1) }
            return word << 1 | word >> UInt64(8 * width - 1)
        }
        return (0..<width).map { k in rotated.map { UInt8(truncatingIfNeeded: $0 >> UInt64(8 * k)) } }
    }

    private static func split(_ words: [UInt8], width: Int, kernel: UInt32) -> [[UInt8]] {
        let count = words.count / width
        // One byte apart from each other, so that they are not aligned, and nothing is written between them.
        var memory = [UInt8](repeating: 0xa5, count: (count + 1) * width + 1)
        memory.withUnsafeMutableBufferPointer { memory in
            let planes = (0..<width).map { memory.baseAddress.map { base in base + 1 }?.advanced(by: $0 * (count + 1)) }
            width == 2
                ? chash_planes_split2(kernel, words, count, planes) : chash_planes_split4(kernel, words, count, planes)
        }
        for k in 0...width { #expect(memory[k * (count + 1)] == 0xa5) }
        return (0..<width).map { Array(memory[1 + $0 * (count + 1)..<($0 + 1) * (count + 1)]) }
    }

    private static func join(_ planes: [[UInt8]], width: Int, kernel: UInt32) -> [UInt8] {
        let count = planes[0].count
        let memory = planes.flatMap { $0 }
        return [UInt8](unsafeUninitializedCapacity: count * width) { words, initialized in
            memory.withUnsafeBufferPointer { memory in
                let planes = (0..<width).map { memory.baseAddress?.advanced(by: $0 * count) }
                if width == 2 {
                    chash_planes_join2(kernel, planes, count, words.baseAddress)
                } else {
                    chash_planes_join4(kernel, planes, count, words.baseAddress)
                }
            }
            initialized = count * width
        }
    }
}
