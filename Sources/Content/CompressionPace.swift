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
    /// The step that is begun with.
    package static let usual = 2

    private let memory: CompressionMemory
    private let lowest: Int
    private var step = CompressionPace.usual
    private var messages = 0
    private var waited = 0.0
    private var worked = 0.0
    private var compressed = 0.0

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
    package func compressing(took seconds: Double) { compressed += seconds }

    /// A message is sent, which took so many seconds to make, and so many to send.
    ///
    /// - Parameter spent: asked now and then for what the thread has run, and waited for a processor, since it was last asked.
    /// - Returns: whether ``compression`` is another one now.
    package func sent(worked: Double, waited: Double, spent: () -> ThreadTimes.Times) -> Bool {
        messages += 1
        let isTold = self.waited + waited > max(Self.telling, 4 * (self.worked + worked))
        guard isTold || messages >= Self.period else {
            self.worked += worked
            self.waited += waited
            return false
        }
        return decide(worked: worked, waited: waited, spent: spent)
    }

    /// Asks now whether the step is right, by what was told since that was last asked, and by these seconds more.
    ///
    /// - Returns: whether ``compression`` is another one now.
    package func decide(worked: Double, waited: Double, spent: () -> ThreadTimes.Times) -> Bool {
        self.worked += worked
        self.waited += waited
        defer { (messages, self.waited, self.worked, compressed) = (0, 0, 0, 0) }
        return move(to: wanted(spent()))
    }

    private func wanted(_ spent: ThreadTimes.Times) -> Int {
        // A thread that seldom runs is ready for as long as it runs wherever there are others: only what takes a share of
        // all the time says that processors are scarce.
        if spent.delayed > max(spent.ran / 2, (waited + worked) / 4) {
            return compressed > worked / 3 ? step - 1 : step
        }
        // A step costs at most as much again as all that came before it: after so many there is still something to wait for.
        if waited > worked { return step + max(1, (waited / max(worked, 1e-9)).exponent) }
        // There is a thread more than processors: while each waits less than a fifth of the time, all of these are busy.
        return waited < worked / 4 && compressed > worked / 2 ? step - 1 : step
    }

    /// Goes to the step `wanted`, or as near to it as there are steps and memory; whether it is another one.
    private func move(to wanted: Int) -> Bool {
        let before = step
        let wanted = min(max(wanted, lowest), Self.steps.count - 1)
        guard wanted != before else { return false }
        memory.give(Self.costs[step])
        step = wanted
        while !memory.take(Self.costs[step]) { step -= 1 }
        return step != before
    }
}
