import Model
import Replication
import TestSupport
import Testing

@Suite("Samples of chunks") struct EstimateSampleTests {
    @Test func `A sample of all is exact, and no sample says only that nothing grows`() {
        var all = RatioSample()
        for index in 1...100 { all.add(plain: UInt64(index * 1000), wire: UInt64(index * 400)) }
        #expect(all.spread(chunks: 100, bytes: all.plain) == Spread(exactly: all.wire))
        #expect(RatioSample().spread(chunks: 10, bytes: 1000) == Spread(p10: 0, p50: 1000, p90: 1000))
        #expect(RatioSample().spread(chunks: 0, bytes: 0) == Spread(exactly: 0))
    }

    @Test func `The truth lies between p10 and p90 in about eight of ten samples`() {
        var seed = Seed.fromEnvironment()
        var hits = 0
        for _ in 0..<400 {
            var chunks: [(plain: UInt64, wire: UInt64)] = []
            for _ in 0..<3000 {
                let plain = 16_000 + seed.next() % 240_000
                let isText = seed.next() % 3 == 0
                chunks.append((plain, isText ? plain * (20 + seed.next() % 20) / 100 : plain))
            }
            var sample = RatioSample()
            for chunk in chunks.prefix(600) { sample.add(plain: chunk.plain, wire: chunk.wire) }
            let spread = sample.spread(chunks: 3000, bytes: chunks.reduce(0) { $0 + $1.plain })
            let truth = chunks.reduce(0) { $0 + $1.wire }
            if spread.p10 <= truth, truth <= spread.p90 { hits += 1 }
        }
        // 0.8 of 400 with four standard deviations to each side.
        #expect((288...352).contains(hits), "\(hits) of 400, seed \(seed.value)")
    }

    @Test(arguments: [100, 1024, 1025, 50_000]) func `A sample keeps its size, whatever it is chosen from`(count: Int) {
        var seed = Seed.fromEnvironment()
        let sample = ChunkSample(isComplete: false)
        var chosen: [UInt64] = []
        for _ in 0..<count {
            let id = seed.next()
            if sample.chooses(id) { chosen.append(id) }
            // What was met is not chosen again.
            #expect(!sample.chooses(id))
        }
        let kept = chosen.filter { $0 <= sample.bound }.count
        #expect(kept <= ChunkSample.chunksMax)
        #expect(count <= 1024 ? kept == count : kept > 400, "\(kept)")
        #expect(chosen.count < 1024 + 14 * 700)
    }
}
