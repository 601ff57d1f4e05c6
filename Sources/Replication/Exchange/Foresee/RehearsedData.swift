internal import Content
internal import Model
internal import Workers

/// How much data would have come with a message of an estimate.
struct RehearsedData: Hashable, Sendable {
    /// The beginning of the message's digest, by which it was chosen or not.
    var prefix: UInt64
    /// The data in plain.
    var plain: Int
    /// The block that it makes; nil where that was not found out.
    var made: Int?
    /// What was told in the place of that block, in bytes.
    var told: Int
    /// The greatest prefix that the sample takes in.
    var bound: UInt64
}

/// What an estimate was told of the data that would come, by all messages of it.
final class RehearsedTotals: Sendable {
    private struct State {
        var messages: UInt64 = 0
        var plain: UInt64 = 0
        var told: UInt64 = 0
        var bound = UInt64.max
        var measured: [RehearsedData] = []
        /// What was measured of all, where all is.
        var made: UInt64 = 0
        var isComplete = true
        var late = 0.0
    }

    private let state = Monitor(State())

    /// So many measured messages are kept one by one; of a sample there are never so many.
    private static let measuredMax = 65_536

    /// Adds what came with a message.
    func add(_ data: RehearsedData) {
        state.change { state in
            state.told += UInt64(data.told)
            state.bound = min(state.bound, data.bound)
            guard data.plain > 0 else { return state.made += UInt64(data.made ?? 0) }
            state.messages += 1
            state.plain += UInt64(data.plain)
            guard let made = data.made else { return state.isComplete = false }
            state.made += UInt64(made)
            if state.measured.count < Self.measuredMax { state.measured.append(data) }
        }
    }

    /// All would have been sent so much later than it was told, in seconds.
    func note(late: Double) { state.change { $0.late = max($0.late, late) } }

    /// What a source says at the end: how much later all would have been sent.
    func takeLate(_ message: [UInt8]) throws {
        let micros = try MessageReader.read(message) { input in
            _ = try input.byte()
            return try input.number()
        }
        note(late: Double(min(micros, 1 << 53)) / 1e6)
    }

    /// How much later than it was told all would have been sent, in seconds.
    var late: Double { state.read { $0.late } }

    /// The bytes, and how they were found.
    typealias Withheld = (bytes: Spread<UInt64>, isExact: Bool, measured: UInt64, messages: UInt64, plain: UInt64)

    /// What was left out of messages less what was told in its place, and how that was found.
    ///
    /// - Parameter compression: what was asked for.
    func withheld(_ compression: Compression) -> Withheld {
        var found = withheld
        if compression == .auto { found.bytes = found.bytes.adapted(of: state.read { $0.plain }) }
        return found
    }

    private var withheld: Withheld {
        state.read { state in
            func less(_ bytes: UInt64) -> UInt64 { bytes - min(bytes, state.told) }
            var sample = RatioSample()
            for data in state.measured where data.prefix <= state.bound {
                sample.add(plain: UInt64(data.plain), wire: UInt64(data.made ?? 0))
            }
            guard !state.isComplete else {
                return (Spread(exactly: less(state.made)), true, state.messages, state.messages, state.plain)
            }
            let bytes = sample.spread(chunks: state.messages, bytes: state.plain).map(less)
            return (bytes, false, sample.count, state.messages, sample.plain)
        }
    }
}

extension Spread<UInt64> {
    /// How far a run may compress harder or less hard than its rehearsal where that follows the link, as a share of what
    /// compressing saves, in nine of ten cases: threads are not as quick each time.
    private static var adaptedShare: Double { 0.06 }

    /// The same of what `plain` bytes were compressed to, in a rehearsal, as hard as there was time for.
    func adapted(of plain: UInt64) -> Spread<UInt64> {
        guard plain > 0 else { return self }
        let off = Self.adaptedShare * Swift.max(0, 1 - Double(p50) / Double(plain))
        func scaled(_ bytes: UInt64, _ factor: Double) -> UInt64 {
            UInt64(Swift.min(Double(bytes) * factor, 0x1p63))
        }
        return Spread(
            p10: Swift.min(p50, scaled(p10, 1 - off)), p50: p50, p90: Swift.max(p50, scaled(p90, 1 + off)))
    }
}
