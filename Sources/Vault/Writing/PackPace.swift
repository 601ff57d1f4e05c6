package import Content
package import Storage

/// How hard the chunks of a pack are compressed on their way to a vault that is not on this host, as a ``CompressionPace`` says.
///
/// Never less hard than into a vault here: what lies there is paid for as long as it does. Whether the link is what is scarce
/// shows after a few batches where the store takes them as they come, and only at the end of a pack where it takes packs as a
/// whole. So until batches were seen to be waited for, packs are what is judged by.
///
/// For one thread.
package final class PackPace {
    /// How many bytes are sealed before they are handed over: few enough to be still in cache when they are.
    package static let batchBytes = 1 << 20

    private let pace: CompressionPace
    private let clock: any StoreClock
    private let spent: SpentTime
    private var sum = (worked: 0.0, waited: 0.0)
    private var batches = 0
    /// Whether the store was seen to take batches as they come.
    private var takesBatches = false
    private var lastEnd: Duration

    /// A pace.
    ///
    /// - Parameters:
    ///   - clock: the time that work and waiting are measured by.
    ///   - spent: what the thread has run, and waited for a processor, since this was last asked; nil: as the system says.
    package init(memory: CompressionMemory, clock: any StoreClock, spent: SpentTime.Source? = nil) {
        pace = CompressionPace(memory: memory, lowest: CompressionPace.usual)
        (self.clock, self.spent) = (clock, SpentTime(spent))
        lastEnd = clock.now()
    }

    /// What is right now.
    package var step: CompressionStep { pace.compression }

    /// As ``CompressionPace/effort``.
    package var effort: Double { pace.effort }

    /// Runs `body`, which compresses.
    package func compressing<Result>(_ body: () throws -> Result) rethrows -> Result {
        let start = clock.now()
        defer { compressed(Self.seconds(clock.now() - start)) }
        return try body()
    }

    /// So many seconds went into compressing.
    package func compressed(_ seconds: Double) { pace.compressing(took: seconds) }

    /// Runs `body`, which hands bytes to the store, and may have to wait for it.
    package func waiting<Result>(_ body: () throws -> Result) rethrows -> Result {
        spent.begin()
        let start = clock.now()
        defer {
            lastEnd = clock.now()
            sum.waited += Self.seconds(lastEnd - start)
        }
        sum.worked += Self.seconds(start - lastEnd)
        return try body()
    }

    /// A batch was handed over.
    ///
    /// - Returns: whether ``step`` is another one now.
    package func batchHasLeft() -> Bool {
        batches += 1
        guard batches >= CompressionPace.period else { return false }
        takesBatches = takesBatches || sum.waited > sum.worked
        return takesBatches ? decide(batches * Self.batchBytes) : false
    }

    /// A pack was handed over.
    ///
    /// - Returns: whether ``step`` is another one now.
    package func packHasLeft() -> Bool {
        batches > 0 ? decide(takesBatches ? batches * Self.batchBytes : CompressionPace.calm.bytes) : false
    }

    private func decide(_ bytes: Int) -> Bool {
        defer { (sum, batches) = ((0, 0), 0) }
        return pace.decide(bytes, worked: sum.worked, waited: sum.waited, spent: spent.step)
    }

    private static func seconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
