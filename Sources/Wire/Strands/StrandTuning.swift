/// How many of several strands carry blocks, judged once a second by what was lost, by how long the way is and by what they bring.
///
/// Streams that have more under way together than the link and the queues before it hold lose it there, and send it again, all the
/// time: of eight, four may bring more. So of strands that tell what was lost few begin. More are tried where little is lost and
/// nothing waits in queues, and stay where they bring more; fewer are tried where much is lost, and stay where they do not bring
/// less.
package struct StrandTuning: Sendable {
    /// So many carry blocks, if there are as many.
    package private(set) var active = Int.max

    /// The shortest way that was seen, in seconds.
    private var leastTrip = Double.infinity
    /// Before the last change: how many there were, and bytes in a second.
    private var before: (active: Int, rate: Double)?
    /// So many times nothing is judged: what was under way before the last change is lost after it, and those that come in begin
    /// slowly.
    private var pause = 2

    /// So many begin.
    private static let first = 4
    private static let least = 2
    /// So much of what is sent may have been lost.
    private static let lossMax = 0.015
    /// Where the way is so much longer than it was, the link is full.
    private static let tripMax = 1.1
    /// Where fewer bring less than that, they were not too many.
    private static let fewerMin = 0.9
    /// More must bring so much of what they would if each brought its share.
    private static let moreMin = 0.4
    /// Where less is sent, nothing is judged.
    private static let bytesMin: UInt64 = 1 << 20
    /// So many times nothing is judged after a change that was for the better, or the worse.
    private static let settling = (fewer: 1, more: 2, wrong: 60)

    /// All of them, until it is known that they tell what is lost.
    package init() {}

    /// Takes note that by `strands` of them `sent` bytes left within `seconds`, and `resent` for another time, over a way of
    /// `roundTrip` seconds.
    package mutating func judge(sent: UInt64, resent: UInt64, roundTrip: Double, seconds: Double, of strands: Int) {
        if active == .max { active = Self.first }
        leastTrip = min(leastTrip, roundTrip)
        guard sent >= Self.bytesMin, seconds > 0 else { return }
        guard pause == 0 else {
            pause -= 1
            return
        }
        let (now, rate) = (min(active, strands), Double(sent) / seconds)
        if let before {
            let share = Double(now - before.active) / Double(before.active)
            let least = share < 0 ? Self.fewerMin : 1 + Self.moreMin * share
            self.before = nil
            guard rate >= least * before.rate else {
                (active, pause) = (before.active, Self.settling.wrong)
                return
            }
        }
        let isLossy = Double(resent) > Self.lossMax * Double(sent)
        if isLossy, now > Self.least {
            active = max(Self.least, now - max(1, now / 4))
            (before, pause) = ((now, rate), Self.settling.fewer)
        } else if !isLossy, now < strands, roundTrip <= Self.tripMax * leastTrip {
            active = min(strands, now + max(1, now / 2))
            (before, pause) = ((now, rate), Self.settling.more)
        }
    }
}
