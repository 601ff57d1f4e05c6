import Hashing
import TestSupport
import Testing

@Suite("Chunk stream") struct ChunkerStreamTests {
    @Test("any split of the input gives the chunks of the whole")
    func splits() throws {
        let number = UInt64.random(in: 0...9999)
        var seed = Seed(number)
        for round in 0..<30 {
            let chunker = Chunker(try ChunkerParameters(average: round % 2 == 0 ? 4096 : 16384, secret: nil))
            let bytes = ChunkerInput.any(&seed, count: Int.random(in: 0...300_000, using: &seed))
            let greatest = [1, 100, 5000, 40_000, 400_000][round % 5]
            let expected = ChunkerTests.cut(bytes, from: 0, chunker)
            var lengths = [Int]()
            var joined = [UInt8]()
            var stream = ChunkStream(chunker)
            var start = 0
            while start < bytes.count {
                let end = min(bytes.count, start + Int.random(in: 0...greatest, using: &seed))
                bytes[start..<end].withUnsafeBytes { piece in
                    stream.update(piece) {
                        lengths.append($0.count)
                        joined.append(contentsOf: $0)
                    }
                }
                start = end
            }
            stream.finish {
                lengths.append($0.count)
                joined.append(contentsOf: $0)
            }
            #expect(lengths == expected, "round \(round), seed \(number)")
            #expect(joined == bytes, "round \(round), seed \(number)")
        }
    }

    @Test("an empty stream has no chunks, and a finished one can be used again")
    func again() {
        var count = 0
        var stream = ChunkStream(Chunker(.standard))
        stream.finish { _ in count += 1 }
        #expect(count == 0)
        for _ in 0..<2 { [1, 2, 3].withUnsafeBytes { stream.update($0) { _ in count += 100 } } }
        stream.finish { count += $0.count }
        [UInt8](repeating: 1, count: 5).withUnsafeBytes { stream.update($0) { _ in count += 100 } }
        stream.finish { count += $0.count }
        #expect(count == 3 * MemoryLayout<Int>.size * 2 + 5)
    }
}
