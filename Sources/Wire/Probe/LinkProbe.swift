internal import Model
public import Storage
internal import Workers

/// Measures the link that a connection runs over: round trips, and goodput in both directions.
public struct LinkProbe: Sendable {
    /// What was measured, one value a round.
    public struct Samples: Sendable {
        /// Round trips of a small message, in seconds.
        public var roundTrips: [Double] = []
        /// Bytes in a second from here to there.
        public var up: [Double] = []
        /// Bytes in a second from there to here.
        public var down: [Double] = []
    }

    /// How many round trips are measured.
    public var roundTripCount = 20
    /// How many times goodput is measured in each direction.
    public var rounds = 5
    /// A round that takes as long says enough, where two round trips do not take longer; in seconds.
    public var roundSeconds = 0.4
    /// After so many seconds of one direction what was measured must do, and no round is begun that would take longer.
    public var directionSeconds = 12.0
    /// The bytes of the first attempt and of the longest round.
    public static let bytesMin: UInt64 = 256 << 10, bytesMax: UInt64 = 256 << 20

    private let clock: any StoreClock

    /// A probe that measures by `clock`.
    public init(clock: any StoreClock = SystemStoreClock()) { self.clock = clock }

    /// A probe that takes a second or so, and over a long way a few, for who needs to know about how fast a link is.
    public static var brief: LinkProbe {
        var probe = LinkProbe()
        (probe.roundTripCount, probe.rounds, probe.roundSeconds, probe.directionSeconds) = (5, 2, 0.1, 4)
        return probe
    }

    /// Measures.
    public func measure(_ connection: Connection) throws -> Samples {
        // What came before, such as a login, is no part of the first round trip.
        _ = try connection.hello
        let channel = try connection.open(ProbeService.service)
        var samples = Samples()
        for _ in 0..<roundTripCount { samples.roundTrips.append(try seconds { try ask(channel) }) }
        let trip = samples.roundTrips.min() ?? 0
        let noise = ProbeService.noise()
        samples.up = try rates(trip) { try up($0, noise, channel) }
        samples.down = try rates(trip) { try down($0, channel) }
        channel.finish()
        return samples
    }

    /// When which bytes of a round had come.
    private struct Round {
        /// When it began.
        let begun: Duration
        var marks: [(bytes: UInt64, at: Duration)] = []

        /// How long it took from its beginning to its last byte.
        var seconds: Double { ((marks.last?.at ?? begun) - begun) / .seconds(1) }

        /// Whether its second half was about as quick as its first, or slower.
        var isSteady: Bool {
            let middle = marks.count / 2
            return speed(middle, marks.count - 1) <= LinkProbe.growth * speed(0, middle)
        }

        private func speed(_ from: Int, _ to: Int) -> Double {
            Double(marks[to].bytes - marks[from].bytes) / max((marks[to].at - marks[from].at) / .seconds(1), 1e-9)
        }
    }

    /// A round whose second half is so much quicker than its first, or that is so much quicker than the one before it, tells that
    /// the link was not full yet: connections begin slowly.
    private static let growth = 1.25

    /// How quickly bytes came in rounds of as many as take long enough and fill the link, found by doubling; only those count.
    private func rates(_ trip: Double, _ move: (UInt64) throws -> Round) throws -> [Double] {
        let least = max(roundSeconds, 2 * trip)
        let start = clock.now()
        var count = Self.bytesMin
        var found: [Double] = []
        var before = Double.infinity
        while found.count < rounds {
            let round = try move(count)
            // The first byte is under way for a round trip from when it was asked for, or its arrival is heard of; that may have
            // been measured while others were in the way.
            let seconds = max(round.seconds - trip, round.seconds / 4, 1e-9)
            let rate = Double(count) / seconds
            let isSteady = round.isSteady && rate <= Self.growth * before
            let isLong = seconds >= least || count >= Self.bytesMax
            let spent = (clock.now() - start) / .seconds(1)
            // Further streams may have come, or the first have warmed up: what was slower says nothing.
            if rate > Self.growth * (found.max() ?? .infinity) { found = [] }
            if isLong && isSteady || !found.isEmpty || spent + 2 * round.seconds > directionSeconds {
                found.append(rate)
            } else {
                count = min(2 * count, Self.bytesMax)
            }
            before = rate
            if spent + round.seconds > directionSeconds, !found.isEmpty { break }
        }
        return found
    }

    private func ask(_ channel: Channel) throws {
        try channel.send(ProbeService.Kind.question.rawValue, [1, 2, 3, 4])
        _ = try expect(.echo, channel)
    }

    /// Sends a round, in which the other side tells after each part that it has come.
    private func up(_ count: UInt64, _ noise: [UInt8], _ channel: Channel) throws -> Round {
        let each = count / ProbeService.roundParts
        var round = Round(begun: clock.now())
        let sending = try Companion.start {
            do {
                for _ in 0..<ProbeService.roundParts {
                    try ProbeService.send(each, as: .load, noise, channel)
                    try channel.send(ProbeService.Kind.loadEnd.rawValue)
                }
            } catch {
                channel.reset(error)
            }
        }
        var isWhole = false
        defer {
            // Who sends may wait for somebody who takes no more.
            if !isWhole { channel.reset(WireFault.cut("the probe was given up", channel.peer)) }
            sending.join()
        }
        for part in 1...ProbeService.roundParts {
            let loaded = try ProbeService.number(try expect(.loaded, channel), channel)
            guard loaded == each else { throw WireFault.outOfTurn("\(loaded) bytes came of \(each)", channel.peer) }
            round.marks.append((part * each, clock.now()))
        }
        isWhole = true
        return round
    }

    private func down(_ count: UInt64, _ channel: Channel) throws -> Round {
        var out = FieldWriter()
        out.number(count)
        var round = Round(begun: clock.now())
        try channel.send(ProbeService.Kind.wish.rawValue, out.bytes)
        var came: UInt64 = 0
        while came < count {
            let part = UInt64(try expect(.delivery, channel).count)
            guard part > 0, part <= count - came else {
                throw WireFault.outOfTurn("a part of \(part) bytes", channel.peer)
            }
            came += part
            let isMark = came / (count / ProbeService.roundParts) > UInt64(round.marks.count) || came == count
            if isMark { round.marks.append((came, clock.now())) }
        }
        _ = try expect(.delivered, channel)
        return round
    }

    private func expect(_ kind: ProbeService.Kind, _ channel: Channel) throws -> Message {
        guard let message = try channel.receive() else {
            throw WireFault.cut("the other side ended in the middle of a probe", channel.peer)
        }
        guard message.kind == kind.rawValue else {
            throw WireFault.outOfTurn("message \(message.kind) instead of \(kind.rawValue)", channel.peer)
        }
        return message
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = clock.now()
        try body()
        return (clock.now() - start) / .seconds(1)
    }
}
