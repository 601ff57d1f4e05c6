import TestSupport
import Testing
import Wire

@Suite("How many strands carry blocks")
struct StrandTuningTests {
    /// How many it comes to over a link of `capacity` bytes a second over which each strand has `window` bytes under way, for
    /// `trip` seconds, and which loses what is beyond it and its queue, and `lost` of what is sent besides.
    private func settled(capacity: Double, window: Double, trip: Double, strands: Int, lost: Double = 0) -> Int {
        var tuning = StrandTuning()
        // In the first second nothing waits yet.
        var isSlow = true
        for _ in 0..<50 {
            let active = Double(min(tuning.active, strands))
            let underWay = active * window
            let over = max(0, underWay - capacity * trip * 1.25) / underWay + lost
            // With each loss a stream sends less.
            let sent = min(capacity, underWay / trip) * (1 - min(0.5, over))
            let roundTrip = trip * min(1.25, max(1, underWay / (capacity * trip)))
            tuning.judge(
                sent: UInt64(sent), resent: UInt64(sent * over), roundTrip: isSlow ? trip : roundTrip, seconds: 1,
                of: strands)
            isSlow = false
        }
        return min(tuning.active, strands)
    }

    @Test("are as many as the link and its queue hold, and all where it holds them all")
    func settles() {
        // 50 MB/s and 200 ms: 10 MB and a queue of 2.5, in pieces of 2.9.
        #expect(settled(capacity: 50e6, window: 2.9e6, trip: 0.2, strands: 8) == 4)
        #expect(settled(capacity: 25e6, window: 2.9e6, trip: 0.2, strands: 8) == 2)
        #expect(settled(capacity: 125e6, window: 2.9e6, trip: 0.2, strands: 8) == 8)
        #expect(settled(capacity: 125e6, window: 2.9e6, trip: 0.2, strands: 4) == 4)
        #expect(settled(capacity: 0.5e6, window: 2.9e6, trip: 0.2, strands: 8) == 4, "too little is sent to judge by")
        #expect(min(StrandTuning().active, 8) == 8, "nothing is known of what is lost")
    }

    @Test("stay where what is lost has nothing to do with how much is under way")
    func lossy() {
        // Three in a hundred are lost whatever is sent, and each stream brings its share.
        #expect(settled(capacity: 500e6, window: 1e6, trip: 0.2, strands: 8, lost: 0.03) == 4)
    }

    @Test(
        "are judged after what was under way has gone, by seconds that say something, and go back where that was wrong")
    func steps() {
        var tuning = StrandTuning()
        func judge(_ sent: UInt64, _ resent: UInt64 = 0, trip: Double = 0.2, times: Int = 1) {
            for _ in 0..<times {
                tuning.judge(sent: sent << 20, resent: resent << 20, roundTrip: trip, seconds: 1, of: 8)
            }
        }
        tuning.judge(sent: 1000, resent: 900, roundTrip: 0.2, seconds: 1, of: 8)
        judge(10, times: 2)
        #expect(tuning.active == 4, "they begin slowly")
        judge(10, trip: 0.23, times: 5)
        #expect(tuning.active == 4, "the link is full")
        judge(10)
        #expect(tuning.active == 6, "more are tried")
        judge(11, times: 2)
        judge(11)
        #expect(tuning.active == 4, "they bring little more")
        judge(20, times: 60)
        #expect(tuning.active == 4)
        judge(20)
        #expect(tuning.active == 6)
        judge(29, times: 2)
        judge(29, 1)
        #expect(tuning.active == 5, "they bring more, and lose much")
        judge(20)
        judge(20)
        #expect(tuning.active == 6, "five bring less")
    }
}
