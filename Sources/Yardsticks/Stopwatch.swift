internal import Replication

/// Times a race: a pass, the limit, a pass, the limit, and so on.
///
/// For one thread.
public final class Stopwatch {
    /// A reading of the clock spans so many seconds at least, so that short work is repeated within it.
    private static let spanLeast = 0.003

    private let race: Race
    private var passRepeats = 1
    private var limitRepeats = 1
    private var passes: [Double] = []
    // Of each step of the limit.
    private var limits: [[Double]] = []

    /// A stopwatch that has timed nothing yet.
    public init(_ race: Race) { self.race = race }

    /// How many rounds were timed.
    public var rounds: Int { limits.count }

    /// Does all once, so that data and code are warm, and finds how often short work is to be repeated.
    public func warmUp() throws {
        try timePass()
        try timeLimit()
        let pass = passes.removeLast(), limit = limits.removeLast().reduce(0, +)
        guard race.prepare == nil else { return }
        passRepeats = Self.repeats(of: pass)
        limitRepeats = Self.repeats(of: limit)
    }

    private static func repeats(of seconds: Double) -> Int {
        Int((spanLeast / max(seconds, 1e-8)).rounded(.up))
    }

    /// Times Perigee's way; `begin` and `end` are called where the clock starts and stops.
    public func timePass(begin: () -> Void = {}, end: () -> Void = {}) throws {
        passes.append(try time(race.pass, passRepeats, begin, end))
    }

    /// Times what it is held against.
    public func timeLimit() throws { limits.append(try race.limit.map { try time($0.act, limitRepeats) }) }

    private func time(
        _ act: Race.Act, _ repeats: Int, _ begin: () -> Void = {}, _ end: () -> Void = {}
    ) throws -> Double {
        try race.prepare?()
        begin()
        defer { end() }
        let start = SystemClock.monotonic()
        for _ in 0..<repeats { try act() }
        return (SystemClock.monotonic() - start) / Double(repeats)
    }

    /// Rounds for so many seconds, three at least; `check` may end it by throwing.
    public func run(seconds: Double, check: () throws -> Void = {}) throws {
        let end = SystemClock.monotonic() + seconds
        try warmUp()
        repeat {
            try check()
            try timePass()
            try timeLimit()
        } while rounds < 3 || SystemClock.monotonic() < end
    }

    /// What was found: medians, and the median of the rounds' ratios, which a drift of the machine does not move.
    public func reading(of yardstick: Yardstick) -> Reading {
        let sums = limits.map { $0.reduce(0, +) }
        let parts = race.limit.indices.map { index in
            Reading.Part(name: race.limit[index].name, figure: race.amount / Self.median(limits.map { $0[index] }))
        }
        return Reading(
            yardstick, unit: race.unit, figure: race.amount / Self.median(passes),
            limit: race.amount / Self.median(sums), ratio: Self.median(zip(sums, passes).map { $0 / $1 }),
            parts: parts.count > 1 ? parts : [], rounds: rounds)
    }

    /// What the last round showed by itself.
    public func lastReading(of yardstick: Yardstick) -> Reading {
        let pass = passes.last ?? .nan, limit = limits.last.map { $0.reduce(0, +) } ?? .nan
        return Reading(
            yardstick, unit: race.unit, figure: race.amount / pass, limit: race.amount / limit, ratio: limit / pass,
            parts: [], rounds: 1)
    }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

extension Yardstick {
    /// Measures it for about so many seconds.
    public func read(seconds: Double, check: () throws -> Void = {}) throws -> Reading {
        switch try trial() {
        case .count(let count): return Reading(self, count)
        case .race(let race):
            let stopwatch = Stopwatch(race)
            try stopwatch.run(seconds: seconds, check: check)
            return stopwatch.reading(of: self)
        }
    }
}
