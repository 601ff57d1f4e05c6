import TestSupport
import Testing
import Wire

@Suite("How many strands carry blocks")
struct StrandPruningTests {
    /// A link of `capacity` bytes a second over which each strand has `window` bytes under way, for `trip` seconds, and which
    /// loses what is beyond it and its queue.
    private func settled(capacity: Double, window: Double, trip: Double, strands: Int, lost: Double = 0) -> Int {
        var pruning = StrandPruning()
        for _ in 0..<200 {
            let active = Double(min(pruning.active, strands))
            let underWay = active * window
            let hold = capacity * trip * 1.25
            let over = max(0, underWay - hold) / underWay + lost
            // With each loss a stream sends less.
            let sent = min(capacity, underWay / trip) * (1 - min(0.5, over)) * (lost > 0 ? active / Double(strands) : 1)
            pruning.judge(sent: UInt64(sent), resent: UInt64(sent * over), seconds: 1, of: strands)
        }
        return min(pruning.active, strands)
    }

    @Test("are as many as the link and its queue hold, and all where it holds them all")
    func settles() {
        // 50 MB/s and 200 ms: 10 MB and a queue of 2.5, in pieces of 2.9.
        #expect(settled(capacity: 50e6, window: 2.9e6, trip: 0.2, strands: 8) == 4)
        #expect(settled(capacity: 25e6, window: 2.9e6, trip: 0.2, strands: 8) == 2)
        #expect(settled(capacity: 125e6, window: 2.9e6, trip: 0.2, strands: 8) == 8)
        #expect(settled(capacity: 1e6, window: 2.9e6, trip: 0.2, strands: 8) == 8, "too little is sent to judge by")
    }

    @Test("stay where what is lost has nothing to do with how much is under way")
    func lossy() {
        // Three in a hundred are lost whatever is sent, and each stream brings its share.
        #expect(settled(capacity: 50e6, window: 1e6, trip: 0.2, strands: 8, lost: 0.03) == 8)
    }

    @Test("are judged after what was under way has gone, and by seconds that say something")
    func steps() {
        var pruning = StrandPruning()
        pruning.judge(sent: 1000, resent: 900, seconds: 1, of: 8)
        #expect(pruning.active == .max && !pruning.hasPruned)
        pruning.judge(sent: 10 << 20, resent: 1 << 20, seconds: 1, of: 8)
        #expect(pruning.active == 6 && pruning.hasPruned)
        pruning.judge(sent: 10 << 20, resent: 1 << 20, seconds: 1, of: 8)
        #expect(pruning.active == 6, "it settles")
        pruning.judge(sent: 10 << 20, resent: 1 << 20, seconds: 1, of: 8)
        #expect(pruning.active == 5)
        pruning.judge(sent: 1 << 20, resent: 0, seconds: 1, of: 8)
        pruning.judge(sent: 8 << 20, resent: 0, seconds: 1, of: 8)
        #expect(pruning.active == 6, "five brought less")
        pruning.judge(sent: 10 << 20, resent: 1 << 20, seconds: 1, of: 8)
        #expect(pruning.active == 6)
    }
}
