package import Workers

/// How hard to compress, by what was scarce while the last messages were made and sent: the link or the processors.
///
/// While sending has to wait, the link is what is scarce, and bytes are worth more than cycles; while it hardly waits, and
/// most of the time goes into compressing, cycles are. They also are where the thread is ready and no processor is free: then
/// sending may wait for an end which gets none either, and that is no reason to compress harder.
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
    /// So many seconds of waiting, and several times as many as of work, say enough where so many bytes were sent.
    package static let telling = (seconds: 0.02, bytes: 128 << 10)
    /// That nobody had to wait says something only of so many bytes, or seconds: sockets, pipes and a channel's credit take
    /// them in lumps.
    package static let calm = (bytes: 8 << 20, seconds: 0.5)
    /// The step that is begun with into vaults.
    package static let usual = 2
    /// The step that is begun with towards other hosts' trees: what is on the way before anybody waits is much of a small tree.
    package static let towardsTrees = 3

    /// What was seen since the step is what it is; of what is longer ago half, a quarter and so on.
    private struct Span {
        var (waited, worked, compressed) = (0.0, 0.0, 0.0)
        var spent = ThreadTimes.Times()
        var bytes = 0

        /// Whether waiting says enough, whatever comes next.
        var isTelling: Bool {
            bytes >= CompressionPace.telling.bytes && waited > max(CompressionPace.telling.seconds, 4 * worked)
        }

        /// Whether not having waited says something.
        var isLong: Bool {
            bytes >= CompressionPace.calm.bytes || worked + waited >= CompressionPace.calm.seconds
        }

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
    private var step: Int
    private var messages = 0
    private var span = Span()

    /// A pace that begins in the middle.
    ///
    /// - Parameters:
    ///   - first: the step that it begins with, of those that take no memory of the share.
    ///   - lowest: the step that it never goes below, at most `first`.
    package init(memory: CompressionMemory, first: Int = CompressionPace.usual, lowest: Int = 0) {
        precondition(Self.costs[first] == 0, "a step that takes memory of the share")
        (self.memory, step, self.lowest) = (memory, first, min(lowest, first))
    }

    deinit { memory.give(Self.costs[step]) }

    /// What is right now.
    package var compression: CompressionStep { Self.steps[step] }

    /// How many times as long it takes to compress as by the cheapest step, about.
    package var effort: Double { Double(1 << step) }

    /// So many seconds went into compressing, of those that the next message took.
    package func compressing(took seconds: Double) { span.compressed += seconds }

    /// A message of so many bytes is sent, which took so many seconds to make, and so many to send.
    ///
    /// - Parameter spent: asked now and then for what the thread has run, and waited for a processor, since it was last asked.
    /// - Returns: whether ``compression`` is another one now.
    package func sent(_ bytes: Int, worked: Double, waited: Double, spent: () -> ThreadTimes.Times) -> Bool {
        messages += 1
        note(bytes, worked: worked, waited: waited)
        return span.isTelling || messages >= Self.period ? decide(spent()) : false
    }

    /// Asks now whether the step is right, by what was told before, and by these bytes and seconds more.
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
        } else if span.isLong {
            span.fade()
        }
        return step != before
    }

    private func wanted() -> Int {
        let isScarce = span.isScarceOfProcessors
        if !isScarce, span.waited > span.worked {
            // A step costs about as much again as the one before it: so many more take about what is waited for now.
            let most = span.bytes >= Self.telling.bytes ? Self.steps.count : 1
            return step + min(max(1, (span.waited / max(span.worked, 1e-9)).exponent), most)
        }
        guard span.isLong else { return step }
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
