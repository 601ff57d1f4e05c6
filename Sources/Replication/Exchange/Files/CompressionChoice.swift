package import Content
internal import Model

/// Compresses as hard as there is time for, where that is left to it, as ``CompressionPace`` says.
///
/// Looks at the last messages of its own thread: how long they took to make, how much of that went into compressing, and
/// how long they took to send. One for each thread.
package final class CompressionChoice {
    private let wish: Compression
    private let pace: CompressionPace
    private let clock: () -> Double
    private let spent: SpentTime
    /// That of the step, once it was needed: no others are kept.
    private var made: Compressor?
    /// Time that an estimate has left out, for what it did not compress, less what was spent waiting for something to do.
    private var leftOut = 0.0
    private var lastEnd: Double
    /// What was compressed last, to what, and how long it took.
    private var last = (plain: 1, made: 1, seconds: 0.0)

    /// A choice that follows `wish`, and its own measurement where that is `auto`.
    ///
    /// - Parameters:
    ///   - clock: seconds on a clock that only goes forward.
    ///   - spent: what the thread that sends has run, and waited for a processor, since this was last asked; nil: as the
    ///     system says.
    package init(
        _ wish: Compression, memory: CompressionMemory = .shared,
        clock: @escaping () -> Double = { SystemClock.monotonic() }, spent: SpentTime.Source? = nil
    ) {
        self.wish = wish
        pace = CompressionPace(memory: memory, first: CompressionPace.towardsTrees)
        (self.clock, self.spent) = (clock, SpentTime(spent))
        lastEnd = clock()
    }

    /// How the next block is compressed.
    package var compression: CompressionStep { wish == .auto ? pace.compression : CompressionStep(wish) }

    /// Appends `data` to `message` as a block.
    func compress(
        _ data: UnsafeRawBufferPointer, scratch: UnsafeMutableRawBufferPointer, into message: inout MessageWriter
    ) throws {
        if wish == .auto { spent.begin() }
        let start = clock()
        let before = message.bytes.count
        try BlockCoding.encode(data, by: compressor(), scratch: scratch, into: &message)
        let seconds = clock() - start
        pace.compressing(took: seconds)
        if !data.isEmpty { last = (data.count, message.bytes.count - before, seconds) }
    }

    /// What compressing `count` bytes would come to, by what was compressed last: an estimate leaves it out.
    func leaveOut(_ count: Int) -> (made: Int, seconds: Double) {
        let share = Double(count) / Double(last.plain)
        let seconds = last.seconds * share
        pace.compressing(took: seconds)
        leftOut += seconds
        return (Int(Double(last.made) * share), seconds)
    }

    /// Runs `body`, which waits for something to do: that is no work.
    package func idling<Result>(_ body: () throws -> Result) rethrows -> Result {
        let start = clock()
        defer { leftOut -= clock() - start }
        return try body()
    }

    /// Runs `send`, which sends so many bytes, and learns from how long it takes; in an estimate it returns how much longer it
    /// would take.
    package func timingWait(_ bytes: Int, _ send: () throws -> Double) rethrows {
        let start = clock()
        let more = try send()
        let end = clock()
        defer { (leftOut, lastEnd) = (0, end) }
        guard wish == .auto else { return }
        let effort = pace.effort
        let worked = max(0, start - lastEnd + leftOut)
        guard pace.sent(bytes, worked: worked, waited: end - start + more, spent: spent.step) else { return }
        made = nil
        // Until something is compressed by the new step nobody knows better.
        last.seconds *= pace.effort / effort
    }

    private func compressor() throws -> Compressor {
        if let made { return made }
        let compressor = try Compressor(compression)
        made = compressor
        return compressor
    }
}
