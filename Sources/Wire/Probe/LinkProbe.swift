internal import Model
public import Storage

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
    /// A round that takes as long says enough; in seconds.
    public var roundSeconds = 0.4
    /// The bytes of the first attempt and of the longest round.
    public static let bytesMin: UInt64 = 256 << 10, bytesMax: UInt64 = 256 << 20

    private let clock: any StoreClock

    /// A probe that measures by `clock`.
    public init(clock: any StoreClock = SystemStoreClock()) { self.clock = clock }

    /// A probe that takes a second or so, for who needs to know about how fast a link is.
    public static var brief: LinkProbe {
        var probe = LinkProbe()
        (probe.roundTripCount, probe.rounds, probe.roundSeconds) = (5, 2, 0.1)
        return probe
    }

    /// Measures.
    public func measure(_ connection: Connection) throws -> Samples {
        // What came before, such as a login, is no part of the first round trip.
        _ = try connection.hello
        let channel = try connection.open(ProbeService.service)
        var samples = Samples()
        for _ in 0..<roundTripCount { samples.roundTrips.append(try seconds { try ask(channel) }) }
        let noise = ProbeService.noise()
        samples.up = try rates { try up($0, noise, channel) }
        samples.down = try rates { try down($0, channel) }
        channel.finish()
        return samples
    }

    /// Rounds of as many bytes as take long enough, found by doubling; only those count.
    private func rates(_ move: (UInt64) throws -> Void) throws -> [Double] {
        var count = Self.bytesMin
        var found: [Double] = []
        while found.count < rounds {
            let time = try seconds { try move(count) }
            let isLongEnough = time >= roundSeconds || count >= Self.bytesMax
            if isLongEnough { found.append(Double(count) / max(time, 1e-9)) } else { count *= 2 }
        }
        return found
    }

    private func ask(_ channel: Channel) throws {
        try channel.send(ProbeService.Kind.question.rawValue, [1, 2, 3, 4])
        _ = try expect(.echo, channel)
    }

    private func up(_ count: UInt64, _ noise: [UInt8], _ channel: Channel) throws {
        try ProbeService.send(count, as: .load, noise, channel)
        try channel.send(ProbeService.Kind.loadEnd.rawValue)
        let loaded = try ProbeService.number(try expect(.loaded, channel), channel)
        guard loaded == count else { throw WireFault.outOfTurn("\(loaded) bytes came of \(count)", channel.peer) }
    }

    private func down(_ count: UInt64, _ channel: Channel) throws {
        var out = FieldWriter()
        out.number(count)
        try channel.send(ProbeService.Kind.wish.rawValue, out.bytes)
        var left = count
        while left > 0 {
            let part = UInt64(try expect(.delivery, channel).count)
            guard part > 0, part <= left else { throw WireFault.outOfTurn("a part of \(part) bytes", channel.peer) }
            left -= part
        }
        _ = try expect(.delivered, channel)
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
