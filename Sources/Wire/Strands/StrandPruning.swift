/// How many of several strands carry blocks, judged once a second by what was lost on the way.
///
/// Streams that have more under way together than the link and the queues before it hold lose it there, and send it again, all the
/// time: of eight that were good for the first second, four may bring more. Where fewer turn out to bring less, what was lost
/// was no matter of how much is under way.
package struct StrandPruning: Sendable {
    /// So many carry blocks, if there are as many.
    package private(set) var active = Int.max
    /// Whether it ever was too many.
    package private(set) var hasPruned = false

    /// Before the last change: how many there were, and bytes in a second.
    private var before: (active: Int, rate: Double)?
    private var isSettling = false
    private var pause = 0

    /// So much of what is sent may have been lost.
    private static let lossMax = 0.015
    /// Where fewer bring less than that, they were not too many.
    private static let rateMin = 0.9
    private static let activeMin = 2
    /// Where less is sent, nothing is judged.
    private static let bytesMin: UInt64 = 1 << 20
    /// So many times nothing is judged after it has turned out that they were not too many.
    private static let pauseMax = 60

    /// All of them.
    package init() {}

    /// Takes note that by `strands` of them `sent` bytes left within `seconds`, and `resent` for another time.
    package mutating func judge(sent: UInt64, resent: UInt64, seconds: Double, of strands: Int) {
        guard sent >= Self.bytesMin, seconds > 0 else { return }
        guard pause == 0 else {
            pause -= 1
            return
        }
        // What was under way before the last change is lost after it.
        guard !isSettling else {
            isSettling = false
            return
        }
        let (now, rate) = (min(active, strands), Double(sent) / seconds)
        if let before, rate < Self.rateMin * before.rate {
            active = before.active
            (self.before, pause) = (nil, Self.pauseMax)
            return
        }
        before = nil
        guard Double(resent) > Self.lossMax * Double(sent), now > Self.activeMin else { return }
        before = (now, rate)
        active = max(Self.activeMin, now - max(1, now / 4))
        (isSettling, hasPruned) = (true, true)
    }
}
