import Hashing
import Model
import TestSupport
import Testing

@Suite("Chunker") struct ChunkerTests {
    static let seed = UInt64.random(in: 0...9999)

    @Test("every kernel cuts where the formulas say, at any length and alignment")
    func kernelsAgree() throws {
        var seed = Seed(Self.seed)
        for round in 0..<40 {
            let parameters = try ChunkerParameters(average: 4096, secret: nil)
            let bytes = ChunkerInput.any(&seed, count: Int.random(in: 0...70_000, using: &seed))
            let expected = ChunkerModel(parameters: parameters).cut(bytes)
            let shift = Int.random(in: 0..<64, using: &seed)
            let shifted = [UInt8](repeating: 0xff, count: shift) + bytes
            for kernel in Blake3.kernels {
                let lengths = Self.cut(shifted, from: shift, Chunker(parameters, kernel: kernel))
                #expect(lengths == expected, "\(kernel.name), round \(round), seed \(Self.seed)")
            }
        }
    }

    @Test("every kernel finds the same cuts with long chunks too")
    func kernelsAgreeAtLength() throws {
        var seed = Seed(Self.seed)
        for average in [4096, 16384, 65536, 262_144, 1_048_576] {
            let parameters = try ChunkerParameters(average: average, secret: nil)
            let bytes = ChunkerInput.any(&seed, count: average * 12 + Int.random(in: 0..<average, using: &seed))
            let expected = Self.cut(bytes, from: 0, Chunker(parameters))
            #expect(expected.reduce(0, +) == bytes.count)
            for kernel in Blake3.kernels {
                let lengths = Self.cut(bytes, from: 0, Chunker(parameters, kernel: kernel))
                #expect(lengths == expected, "\(kernel.name), average \(average), seed \(Self.seed)")
            }
        }
    }

    @Test("chunks of random data have the average asked for, within bounds")
    func sizes() throws {
        var seed = Seed(7)
        for average in [4096, 65536] {
            let parameters = try ChunkerParameters(average: average, secret: nil)
            let bytes = seed.bytes(average * 1024)
            let lengths = Self.cut(bytes, from: 0, Chunker(parameters))
            let mean = Double(bytes.count) / Double(lengths.count)
            #expect(abs(mean / Double(average) - 1) < 0.05, "mean \(mean) for \(average)")
            #expect(lengths.dropLast().allSatisfy { $0 >= parameters.minimum && $0 <= parameters.maximum })
            let early = lengths.count { $0 < parameters.normal }
            #expect(Double(early) / Double(lengths.count) < 0.2, "the normal point narrows the lengths")
        }
    }

    @Test("zeros are cut at the maximum")
    func zeros() {
        let parameters = ChunkerParameters.standard
        let bytes = [UInt8](repeating: 0, count: parameters.maximum * 3 + 1)
        let expected = [parameters.maximum, parameters.maximum, parameters.maximum, 1]
        #expect(Self.cut(bytes, from: 0, Chunker(parameters)) == expected)
    }

    @Test("after an insertion the same cuts are met again")
    func resynchronises() {
        var seed = Seed(Self.seed)
        let bytes = seed.bytes(8 << 20)
        let place = 1 << 20
        let edited = Array(bytes[..<place] + seed.bytes(1001) + bytes[place...])
        let before = Self.ends(Self.cut(bytes, from: 0, Chunker(.standard)))
        let after = Self.ends(Self.cut(edited, from: 0, Chunker(.standard)))
        let moved = Set(before.map { $0 < place ? $0 : $0 + 1001 })
        let lost = after.filter { !moved.contains($0) }
        #expect(lost.count <= 12, "\(lost.count) of \(after.count) cuts are new, seed \(Self.seed)")
    }

    @Test("what is certain does not change when more bytes come")
    func certainty() {
        var seed = Seed(Self.seed)
        let chunker = Chunker(.standard)
        let bytes = seed.bytes(3 << 20)
        let whole = Self.cut(bytes, from: 0, chunker)
        for _ in 0..<50 {
            let count = Int.random(in: 0...bytes.count, using: &seed)
            var lengths = [Int]()
            let consumed = bytes[..<count].withUnsafeBytes { chunker.cut($0, isLast: false, into: &lengths) }
            #expect(whole.starts(with: lengths), "\(count) bytes, seed \(Self.seed)")
            #expect(consumed == lengths.reduce(0, +))
            #expect(count - consumed < chunker.parameters.maximum)
        }
    }

    @Test("input that makes every position a candidate is cut by the cap, and cheaply")
    func adversary() throws {
        let parameters = try ChunkerParameters(average: 4096, secret: nil)
        let byte = try #require(ChunkerInput.candidateByte(for: parameters))
        let bytes = [UInt8](repeating: byte, count: 100_000)
        let expected = ChunkerModel(parameters: parameters).cut(bytes)
        // A constant has one weight: it cuts at the minimum, at the normal point, or at the cap, and always there.
        let least = parameters.minimum
        #expect([least, parameters.normal, least + ChunkerParameters.candidateCap - 1].contains(expected[0]))
        #expect(Set(expected.dropLast()).count == 1)
        for kernel in Blake3.kernels {
            #expect(Self.cut(bytes, from: 0, Chunker(parameters, kernel: kernel)) == expected, "\(kernel.name)")
        }
    }

    static func cut(_ bytes: [UInt8], from start: Int, _ chunker: Chunker) -> [Int] {
        var lengths = [Int]()
        bytes.withUnsafeBytes { whole in
            let bytes = UnsafeRawBufferPointer(rebasing: whole[start...])
            #expect(chunker.cut(bytes, isLast: true, into: &lengths) == bytes.count)
        }
        return lengths
    }

    static func ends(_ lengths: [Int]) -> [Int] {
        var end = 0
        return lengths.map { length in
            end += length
            return end
        }
    }
}
