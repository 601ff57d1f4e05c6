import Foundation
import PeersKit
import Testing

@Suite("Data that is made")
struct DataMakerTests {
    private static let makers: [(any DataMaker, scale: Double)] = [
        (WeightsMaker(), 0.0005), (ImagesMaker(), 0.004), (ManyMaker(), 0.002), (TableMaker(), 0.002),
    ]

    @Test("is the same for the same seed, and another for another", arguments: makers.indices)
    func repeats(index: Int) throws {
        let scratch = try Scratch()
        let (maker, scale) = Self.makers[index]
        var trees: [Tree] = []
        var hasSecond: [Bool] = []
        for (run, seed) in [7, 7, 8].enumerated() as EnumeratedSequence<[UInt64]> {
            let first = try scratch.folder("\(run)/first")
            let second = try scratch.folder("\(run)/second")
            hasSecond.append(try maker.make(first: first, second: second, scale: scale, seed: seed))
            trees.append(Tree("\(scratch.path)/\(run)"))
        }
        #expect(try trees[0].extent().bytes > 0)
        #expect(try TreeComparison(of: trees[1], with: trees[0]).isSame)
        #expect(try !TreeComparison(of: trees[2], with: trees[0]).isSame)
        #expect(hasSecond == Array(repeating: index == 3, count: 3))
    }

    @Test("has weights with the mean and deviation of the normal distribution")
    func weightsAreNormal() {
        let count = 1 << 20
        var bytes = [UInt8](repeating: 0, count: 2 * count)
        var generator = Seeded(3)
        bytes.withUnsafeMutableBytes { BrainFloats(deviation: 0.02).fill($0, from: &generator) }
        let numbers = (0..<count).map { index in
            let bits = UInt32(bytes[2 * index]) | UInt32(bytes[2 * index + 1]) << 8
            return Double(Float(bitPattern: bits << 16))
        }
        let mean = numbers.reduce(0, +) / Double(count)
        let variance = numbers.reduce(0) { $0 + $1 * $1 } / Double(count)
        let within = Double(numbers.count { abs($0) < 0.02 }) / Double(count)
        #expect(abs(mean) < 0.0002)
        #expect(abs(variance.squareRoot() - 0.02) < 0.0002)
        #expect(abs(within - 0.6827) < 0.005)
    }

    @Test("has a table whose second version has new rows first and a hundredth of the others revised")
    func tableChanges() throws {
        let scratch = try Scratch()
        let first = try scratch.folder("first")
        let second = try scratch.folder("second")
        _ = try TableMaker().make(first: first, second: second, scale: 0.001, seed: 5)
        let before = try String(contentsOfFile: "\(first)/table.csv", encoding: .utf8).split(separator: "\n")
        let after = try String(contentsOfFile: "\(second)/table.csv", encoding: .utf8).split(separator: "\n")
        #expect(after.count == before.count + 1500)
        #expect(after.first == before.first)
        let changed = zip(before.dropFirst(), after.dropFirst(1501)).filter { $0 != $1 }
        #expect(changed.count == (before.count - 1) / 100)
        #expect(changed.allSatisfy { "\($0),revised" == $1 })
        #expect(before.dropFirst().allSatisfy { $0.split(separator: ",").count == 9 })
    }
}
