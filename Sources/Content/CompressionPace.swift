package import Workers

/// How hard to compress, by what was scarce while the last messages were made and sent: the link or the processors.
///
/// While sending has to wait, the link is what is scarce, and bytes are worth more than cycles; while it hardly waits, and
/// most of the time goes into compressing, cycles are. They also are where the thread is ready and no processor is free,
/// whatever sending waits for: that may be an end which gets none either.
///
/// Measures nothing by itself. High levels take much memory, of which all transfers of a process have a bounded share. One
/// for each thread.
package final class CompressionPace {
    /// The steps, the cheapest first; from ``usual`` on what a probe recommends, with zstd at ever higher levels.
    package static let steps: [CompressionStep] = [
        CompressionStep(.lz4), CompressionStep(.zstd(level: -1)), .probed(level: 1), .probed(level: 3),
        .probed(level: 6),
        .probed(level: 9), .probed(level: 12),
    ]
    /// What a compressor of each step takes for blocks of 2 MiB, in bytes, where that is much; as zstd 1.5 does.
    package static let costs = [0, 0, 0, 0, 4 << 20, 13 << 20, 26 << 20]
    /// After so many messages it is asked again whether the step is right, or sooner where sending has clearly to wait.
    package static let period = 4
    /// So many seconds of waiting, and several times as many as of work, say enough: no system makes a thread that could go on
    /// wait for as long.
    package static let telling = 0.02
    /// That nobody had to wait says something only of so many bytes: sockets, pipes and a channel's credit take them in lumps.
    package static let calm = 8 << 20
    /// The step that is begun with.
    package static let usual = 2

    /// What was seen since the step is what it is; of what is longer ago half, a quarter and so on.
    private struct Span {
        var (waited, worked, compressed) = (0.0, 0.0, 0.0)
        var spent = ThreadTimes.Times()
        var bytes = 0

        /// Whether processors are: a thread that seldom runs is ready for as long as it runs wherever there are others, so only
        /// what takes a share of all the time says so.
        var isScarceOfProcessors: Bool { spent.delayed > max(spent.ran / 2, (waited + worked) / 4) }

        mutating func fade() {
            (waited, worked, compressed, bytes) = (waited / 2, worked / 2, compressed / 2, bytes / 2)
            (spent.ran, spent.delayed) = (spent.ran / 2, spent.delayed / 2)
        }
    }

    private let memory: CompressionMemory
    private let lowest: Int
    private var step = CompressionPace.usual
    private var messages = 0
    private var span = Span()

    /// A pace that begins in the middle.
    ///
    /// - Parameter lowest: the step that it never goes below, at most ``usual``.
    package init(memory: CompressionMemory, lowest: Int = 0) {
        (self.memory, self.lowest) = (memory, min(lowest, Self.usual))
    }

    deinit { memory.give(Self.costs[step]) }

    /// What is right now.
    package var compression: CompressionStep { Self.steps[step] }

    /// So many seconds went into compressing, of those that the next message took.
    package func compressing(took seconds: Double) { span.compressed += seconds }

    /// A message of so many bytes is sent, which took so many seconds to make, and so many to send.
    ///
    /// - Parameter spent: asked now and then for what the thread has run, and waited for a processor, since it was last asked.
    /// - Returns: whether ``compression`` is another one now.
    package func sent(_ bytes: Int, worked: Double, waited: Double, spent: () -> ThreadTimes.Times) -> Bool {
        messages += 1
        note(bytes, worked: worked, waited: waited)
        let isTold = span.waited > max(Self.telling, 4 * span.worked)
        return isTold || messages >= Self.period ? decide(spent()) : false
    }

    /// Asks now whether the step is right, by what was told since the last one, and by these bytes and seconds more.
    ///
    /// - Returns: whether ``compression`` is another one now.
    package func decide(_ bytes: Int, worked: Double, waited: Double, spent: () -> ThreadTimes.Times) -> Bool {
        note(bytes, worked: worked, waited: waited)
        return decide(spent())
    }

    private func note(_ bytes: Int, worked: Double, waited: Double) {
        span.bytes += bytes
        span.worked += worked
        span.waited += waited
    }

    private func decide(_ spent: ThreadTimes.Times) -> Bool {
        messages = 0
        span.spent.ran += spent.ran
        span.spent.delayed += spent.delayed
        let before = step
        move(to: wanted())
        if step != before {
            span = Span()
        } else if span.bytes >= Self.calm {
            span.fade()
        }
        return step != before
    }

    private func wanted() -> Int {
        let isScarce = span.isScarceOfProcessors
        if !isScarce, span.waited > span.worked {
            // A step costs about as much again as the one before it: so many more take about what is waited for now.
            return step + max(1, (span.waited / max(span.worked, 1e-9)).exponent)
        }
        guard span.bytes >= Self.calm else { return step }
        // There is a thread more than processors: while each waits less than a fifth of the time, all of these are busy.
        let isBusy = span.waited < span.worked / 4 && span.compressed > span.worked / 2
        return isBusy || isScarce && span.compressed > span.worked / 3 ? step - 1 : step
    }

    /// Goes to the step `wanted`, or as near to it as there are steps and memory.
    private func move(to wanted: Int) {
        let wanted = min(max(wanted, lowest), Self.steps.count - 1)
        guard wanted != step else { return }
        memory.give(Self.costs[step])
        step = wanted
        while !memory.take(Self.costs[step]) { step -= 1 }
    }
}
