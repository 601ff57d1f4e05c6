import Content
import Replication
import Testing
import Workers

/// Seconds as a link, a compressor and a system would have them, none of which is there.
private struct Road {
    /// What reading a message takes.
    var reading = 0.001
    /// What the cheapest compression of a message takes; each step above takes twice as long as the one before.
    var cheapest = 0.001
    /// What sending takes of what is left of a message by a step.
    var sending: (_ step: Int) -> Double
    /// What the thread has waited for a processor, for each second that it has run.
    var delay = 0.0

    /// A link that takes so long for a message of the cheapest step; each step above leaves a tenth less.
    static func link(seconds: Double) -> Road {
        Road(sending: { step in seconds * (0..<step).reduce(1) { left, _ in left * 0.9 } })
    }

    /// Sends so many messages, and gives what was compressed by after each.
    func send(_ count: Int, _ pace: CompressionPace) -> [CompressionStep] {
        (0..<count).map { _ in
            let step = CompressionPace.steps.firstIndex(of: pace.compression) ?? 0
            let compressing = cheapest * Double(1 << step)
            pace.compressing(took: compressing)
            _ = pace.sent(1 << 20, worked: reading + compressing, waited: sending(step)) {
                var spent = ThreadTimes.Times()
                spent.ran = Double(CompressionPace.period) * (reading + compressing)
                spent.delayed = spent.ran * delay
                return spent
            }
            return pace.compression
        }
    }
}

@Suite("How hard is compressed, by what is scarce")
struct CompressionPaceTests {
    private static let hardest = CompressionStep.probed(level: 12)
    private static let usual = CompressionStep(.auto)
    private static let cheapest = CompressionStep(.lz4)
    private let memory = CompressionMemory(bytes: 52 << 20)

    private func ranks(_ compressions: [CompressionStep]) -> [Int] {
        compressions.compactMap { CompressionPace.steps.firstIndex(of: $0) }
    }

    @Test("begins in the middle, and stays there until some messages have shown anything")
    func begins() {
        let pace = CompressionPace(memory: memory)
        #expect(pace.compression == Self.usual)
        #expect(Road.link(seconds: 0.01).send(CompressionPace.period - 1, pace).allSatisfy { $0 == Self.usual })
        #expect(Road.link(seconds: 0.01).send(1, pace) != [Self.usual])
        // Where one has clearly to wait, the first says it.
        #expect(Road.link(seconds: 1).send(1, CompressionPace(memory: memory)) != [Self.usual])
    }

    @Test("goes up at once by as many steps as the waits have room for, and no further")
    func jumps() {
        // Work of 5 ms, of which 4 are compressing: three steps more take 33 ms.
        let pace = CompressionPace(memory: memory)
        #expect(Road(sending: { _ in 0.045 }).send(1, pace) == [.probed(level: 9)])
    }

    @Test("says at once no more than one step where next to nothing was sent")
    func little() {
        let pace = CompressionPace(memory: memory)
        let spent = { ThreadTimes.Times() }
        let changes = (0..<CompressionPace.period).map { _ in pace.sent(100, worked: 1e-5, waited: 1, spent: spent) }
        #expect(changes == [false, false, false, true])
        #expect(pace.compression == .probed(level: 3))
    }

    @Test("does not go down while what is on the way may still take all that comes")
    func lumps() {
        let pace = CompressionPace(memory: memory)
        var road = Road.link(seconds: 0)
        #expect(road.send(7, pace).allSatisfy { $0 == Self.usual })
        #expect(road.send(1, pace) != [Self.usual])
        // What comes in lumps is waited for as a whole: seven messages that nobody waits for, and one that waits for as long as
        // it keeps the link busy.
        var sent = 0
        road.sending = { _ in
            sent += 1
            return sent % 8 == 0 ? 0.06 : 0
        }
        let lumpy = CompressionPace(memory: memory)
        let steps = ranks(road.send(200, lumpy)).suffix(100)
        #expect((steps.min() ?? 0) >= 2 && (steps.max() ?? 9) <= 4, "\(Array(steps))")
    }

    @Test("on a slow link: ever harder, to the end")
    func slowLink() {
        let chosen = Road.link(seconds: 1).send(40, CompressionPace(memory: memory))
        #expect(ranks(chosen) == ranks(chosen).sorted())
        #expect(chosen.last == Self.hardest)
    }

    @Test("on a link that takes all at once: ever less, to the end")
    func fastLink() {
        let chosen = Road.link(seconds: 0).send(40, CompressionPace(memory: memory))
        #expect(ranks(chosen) == ranks(chosen).sorted(by: >))
        #expect(chosen.last == Self.cheapest)
    }

    @Test("on a link in between: as hard as keeps it busy, and no harder")
    func between() {
        // Waits longer than it works up to zstd 1, and less from zstd 3 on.
        let chosen = Road.link(seconds: 0.009).send(60, CompressionPace(memory: memory))
        #expect(chosen.suffix(20).allSatisfy { $0 == .probed(level: 3) })
    }

    @Test("where reading takes the time and not compressing: as before")
    func reading() {
        var road = Road.link(seconds: 0)
        road.reading = 1
        #expect(road.send(40, CompressionPace(memory: memory)).allSatisfy { $0 == Self.usual })
    }

    @Test("where no processor is free: less, however slow the link seems")
    func scarceProcessors() {
        var road = Road.link(seconds: 0.006)
        road.delay = 2
        #expect(road.send(40, CompressionPace(memory: memory)).last == Self.cheapest)
    }

    @Test("where a thread that seldom runs waits for a processor now and then: as the link asks")
    func seldomRuns() {
        var road = Road.link(seconds: 1)
        road.delay = 2
        let chosen = road.send(3 * CompressionPace.period, CompressionPace(memory: memory))
        #expect(ranks(chosen).last ?? 0 > 2)
    }

    @Test("follows a link that changes while it is used, there and back")
    func changes() {
        let pace = CompressionPace(memory: memory)
        #expect(Road.link(seconds: 1).send(40, pace).last == Self.hardest)
        #expect(Road.link(seconds: 0).send(80, pace).last == Self.cheapest)
        #expect(Road.link(seconds: 1).send(40, pace).last == Self.hardest)
    }

    @Test("two go to the end, the others as far as there is memory, and give it back")
    func bounded() {
        var paces = (0..<4).map { _ in CompressionPace(memory: memory) }
        for pace in paces { _ = Road.link(seconds: 1).send(40, pace) }
        #expect(paces.count { $0.compression == Self.hardest } == 2)
        let taken = ranks(paces.map(\.compression)).reduce(0) { $0 + CompressionPace.costs[$1] }
        #expect(taken <= 52 << 20 && memory.take((52 << 20) - taken))
        memory.give((52 << 20) - taken)
        paces = []
        #expect(memory.take(52 << 20) && !memory.take(1))
    }

    /// A clock of a test's own: sending moves it on.
    private final class Clock {
        var now = 100.0
    }

    private func choice(_ wish: Compression, _ clock: Clock) -> CompressionChoice {
        CompressionChoice(wish, memory: memory, clock: { clock.now }, spent: { ThreadTimes.Times() })
    }

    @Test("is measured by the clock that the choice is given, also as what an estimate says of it")
    func measured() {
        let (clock, foreseen) = (Clock(), Clock())
        let (sending, estimating) = (choice(.auto, clock), choice(.auto, foreseen))
        for _ in 0..<40 {
            sending.timingWait(1 << 20) {
                clock.now += 1
                return 0
            }
            estimating.timingWait(1 << 20) { 1 }
        }
        #expect(sending.compression == Self.hardest && estimating.compression == Self.hardest)
    }

    @Test("is as wished where anything was wished")
    func wished() {
        let clock = Clock()
        let choice = choice(.zstd(level: 3), clock)
        for _ in 0..<40 {
            choice.timingWait(1 << 20) {
                clock.now += 1
                return 0
            }
        }
        #expect(choice.compression == CompressionStep(.zstd(level: 3)))
        #expect(memory.take(52 << 20))
    }
}
