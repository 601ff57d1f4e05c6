internal import Model
internal import Storage
internal import Synchronization

/// Reads from a stream, and knows when the silence at the other side is too long.
///
/// A side that says nothing is asked for a sign of life, and counts as lost when none comes; so does one that takes nothing
/// of what is written.
final class SilenceWatch: Sendable {
    private struct State {
        var heard: Duration
        var isAsked = false
    }

    private let options: WireOptions
    private let ask: @Sendable () -> Void
    private let state: Mutex<State>
    // When the write began that is under way, in nanoseconds of the clock; none: -1.
    private let writingSince = Atomic<Int64>(-1)
    private let receivedCount = Atomic<UInt64>(0)

    /// A watch that calls `ask` when it is time to ask for a sign of life; that must not wait.
    init(_ options: WireOptions, ask: @escaping @Sendable () -> Void) {
        self.options = options
        self.ask = ask
        state = Mutex(State(heard: options.clock.now()))
    }

    /// The bytes that have come so far.
    var receivedBytes: UInt64 { receivedCount.load(ordering: .relaxed) }

    /// Reads what there is, after waiting for it; 0 at the end.
    ///
    /// - Throws: `io`, to be tried again, where the other side was silent for too long.
    func read(_ stream: any ByteStream, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try take(stream, buffer) { try stream.read(into: $0, for: $1) }
    }

    /// The same, and may wait until `buffer` is full.
    ///
    /// - Returns: how many bytes were read, which may be less; 0 at the end.
    func fill(_ stream: any ByteStream, _ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try take(stream, buffer) { try stream.fill($0, for: $1) }
    }

    private func take(
        _ stream: any ByteStream, _ buffer: UnsafeMutableRawBufferPointer,
        _ body: (UnsafeMutableRawBufferPointer, Duration) throws -> Int?
    ) throws -> Int {
        let step = Self.step(options.reading, buffer.count)
        let wanted = UnsafeMutableRawBufferPointer(rebasing: buffer[..<step])
        while true {
            let got = try body(wanted, min(options.keepAlive, options.stall) / 4)
            try check(stream.peer, hasHeard: got != nil)
            guard let got else { continue }
            received(got)
            options.reading?.take(got)
            return got
        }
    }

    /// Writes the concatenation of `parts`, at the rate that the options say.
    func write(_ stream: any ByteStream, _ parts: [UnsafeRawBufferPointer]) throws {
        var cursor = PartCursor(parts)
        while cursor.left > 0 {
            // A little more than usual where nothing is left then: a frame's last few bytes are not worth a step.
            let most = cursor.left <= WireLimits.writeSize + WireLimits.writeSlack ? cursor.left : WireLimits.writeSize
            let count = Self.step(options.writing, most)
            options.writing?.take(count)
            writingSince.store(options.clock.now().nanoseconds, ordering: .relaxed)
            defer { writingSince.store(-1, ordering: .relaxed) }
            try stream.write(cursor.next(count))
        }
    }

    /// Counts bytes that were read by other means.
    func received(_ count: Int) { receivedCount.wrappingAdd(UInt64(count), ordering: .relaxed) }

    /// How much to move at once, so that a low rate still lets something pass several times a second.
    private static func step(_ bucket: TokenBucket?, _ count: Int) -> Int {
        guard let rate = bucket?.rate else { return count }
        let share = rate.bytesPerSecond / 8
        return min(count, share < 512 ? 512 : share > 1e9 ? count : Int(share))
    }

    private func check(_ peer: String, hasHeard: Bool) throws {
        let now = options.clock.now()
        let since = writingSince.load(ordering: .relaxed)
        if since >= 0, now - .nanoseconds(since) >= options.stall {
            throw WireFault.cut("the other side took nothing for \(options.stall.words)", peer)
        }
        let (silence, isTimeToAsk) = state.withLock { state -> (Duration, Bool) in
            if hasHeard { (state.heard, state.isAsked) = (now, false) }
            let silence = now - state.heard
            let isTimeToAsk = silence >= options.keepAlive && !state.isAsked
            if isTimeToAsk { state.isAsked = true }
            return (silence, isTimeToAsk)
        }
        guard silence < options.stall else {
            throw WireFault.cut("no word came from the other side for \(options.stall.words)", peer)
        }
        if isTimeToAsk { ask() }
    }
}

extension Duration {
    /// Whole nanoseconds.
    fileprivate var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// For messages: `60 s`.
    var words: String {
        let (seconds, attoseconds) = components
        return attoseconds == 0 ? "\(seconds) s" : "\(nanoseconds / 1_000_000) ms"
    }
}
