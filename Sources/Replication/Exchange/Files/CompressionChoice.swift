internal import Content
internal import Model
internal import Workers

/// Compresses as hard as there is time for, where that is left to it.
///
/// While sending has to wait, the link is what is scarce, and bytes are worth more than cycles; while it hardly waits, and
/// most of the time goes into compressing, cycles are. They also are where the thread is ready and no processor is free,
/// whatever sending waits for: that may be an end which gets none either.
///
/// Looks at the last messages of its own thread: how long they took to make, how much of that went into compressing, and
/// how long they took to send. High levels take much memory, of which all transfers of a process have a bounded share. One
/// for each thread.
final class CompressionChoice {
    /// The steps, the cheapest first; `auto` is zstd at level 1 where that pays.
    private static let steps: [Compression] = [
        .lz4, .zstd(level: -1), .auto, .zstd(level: 3), .zstd(level: 6), .zstd(level: 9), .zstd(level: 12),
    ]
    /// What a compressor of each step takes for blocks of 2 MiB, in bytes, where that is much; as zstd 1.5 does.
    private static let costs = [0, 0, 0, 0, 4 << 20, 13 << 20, 26 << 20]
    private static let usual = 2
    /// After so many messages it is asked again whether the step is right.
    private static let period = 4

    private let wish: Compression
    private let memory: CompressionMemory
    /// That of the step, once it was needed: no others are kept.
    private var made: Compressor?
    private var step = CompressionChoice.usual
    private var messages = 0
    private var waited = 0.0
    private var worked = 0.0
    private var compressed = 0.0
    /// Time that an estimate has left out, for what it did not compress.
    private var leftOut = 0.0
    private var lastEnd = SystemClock.monotonic()
    /// Made by the thread that sends.
    private lazy var times = ThreadTimes()
    /// What was compressed last, to what, and how long it took.
    private var last = (plain: 1, made: 1, seconds: 0.0)

    /// A choice that follows `wish`, and its own measurement where that is `auto`.
    init(_ wish: Compression, memory: CompressionMemory = .shared) { (self.wish, self.memory) = (wish, memory) }

    deinit { memory.give(Self.costs[step]) }

    /// Appends `data` to `message` as a block.
    func compress(
        _ data: UnsafeRawBufferPointer, scratch: UnsafeMutableRawBufferPointer, into message: inout MessageWriter
    ) throws {
        let start = SystemClock.monotonic()
        let before = message.bytes.count
        try BlockCoding.encode(data, by: compressor(), scratch: scratch, into: &message)
        let seconds = SystemClock.monotonic() - start
        compressed += seconds
        if !data.isEmpty { last = (data.count, message.bytes.count - before, seconds) }
    }

    /// What compressing `count` bytes would come to, by what was compressed last: an estimate leaves it out.
    func leaveOut(_ count: Int) -> (made: Int, seconds: Double) {
        let share = Double(count) / Double(last.plain)
        let seconds = last.seconds * share
        compressed += seconds
        leftOut += seconds
        return (Int(Double(last.made) * share), seconds)
    }

    /// Runs `send`, and learns from how long it takes; in an estimate it returns how much longer it would take.
    func timingWait(_ send: () throws -> Double) rethrows {
        let start = SystemClock.monotonic()
        let more = try send()
        let end = SystemClock.monotonic()
        waited += end - start + more
        worked += start - lastEnd + leftOut
        leftOut = 0
        lastEnd = end
        messages += 1
        guard messages >= Self.period else { return }
        let spent = times.step()
        // A thread that seldom runs is ready for as long as it runs wherever there are others: only what takes a share of
        // all the time says that processors are scarce.
        if spent.delayed > max(spent.ran / 2, (waited + worked) / 4) {
            if compressed > worked / 3, step > 0 { move(to: step - 1) }
        } else if waited > worked {
            // A step costs about as much again as the one before it.
            move(to: min(Self.steps.count - 1, step + (waited > 4 * worked ? 2 : 1)))
        } else if waited < worked / 4, compressed > worked / 2, step > 0 {
            // There is a thread more than processors: while each waits less than a fifth of the time, all of these are busy.
            move(to: step - 1)
        }
        (messages, waited, worked, compressed) = (0, 0, 0, 0)
    }

    /// Goes to the step `wanted`, or as near to it as there is memory for.
    private func move(to wanted: Int) {
        guard wish == .auto, wanted != step else { return }
        let before = step
        memory.give(Self.costs[step])
        step = wanted
        while !memory.take(Self.costs[step]) { step -= 1 }
        if step != before { made = nil }
    }

    private func compressor() throws -> Compressor {
        if let made { return made }
        let compressor = try Compressor(wish == .auto ? Self.steps[step] : wish)
        made = compressor
        return compressor
    }
}
