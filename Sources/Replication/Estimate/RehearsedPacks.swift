internal import Content
internal import Storage
internal import Synchronization
internal import Vault

/// Packs that a writer would hand to a vault on another host or in an object store: how long it would wait for the link,
/// and how hard it would therefore compress, as a ``PackPace`` says.
///
/// Nothing is handed over. What is not compressed counts as what was compressed last. One for each thread.
final class RehearsedPacks {
    private let link: RehearsedLink
    private let clock = LaterClock()
    private let pace: PackPace
    private var filled = 0
    private var packed: UInt64 = 0
    /// What was compressed last, to what, and how long it took.
    private var last = (plain: 1, made: 1, seconds: 0.0)

    /// Packs that would go over `link`.
    init(_ link: RehearsedLink) {
        self.link = link
        pace = PackPace(memory: .shared, clock: clock)
    }

    /// How hard the next chunk is compressed.
    var step: CompressionStep { pace.step }

    /// A chunk of `plain` bytes was compressed to `made` in so many seconds, just now.
    ///
    /// - Returns: whether ``step`` is another one now.
    func take(_ plain: Int, made: Int, in seconds: Double) -> Bool {
        if plain > 0 { last = (plain, made, seconds) }
        pace.compressed(seconds)
        return add(made)
    }

    /// A chunk of `plain` bytes was not compressed.
    ///
    /// - Returns: whether ``step`` is another one now.
    func leaveOut(_ plain: Int) -> Bool {
        let share = Double(plain) / Double(last.plain)
        clock.pass(last.seconds * share)
        pace.compressed(last.seconds * share)
        return add(Int(Double(last.made) * share))
    }

    private func add(_ made: Int) -> Bool {
        filled += made + Int(VaultGrowth.recordOverhead)
        guard filled >= PackPace.batchBytes else { return false }
        let count = filled
        filled = 0
        packed += UInt64(count)
        pace.waiting { clock.pass(link.wait(for: count, at: clock.seconds)) }
        let effort = pace.effort
        var isOther = pace.batchHasLeft()
        if packed >= VaultGrowth.packBytes {
            packed = 0
            isOther = pace.packHasLeft() || isOther
        }
        // Until something is compressed by the new step nobody knows better.
        last.seconds *= pace.effort / effort
        return isOther
    }
}

/// The time of a thread that would be later than it is.
private final class LaterClock: StoreClock {
    private let late = Mutex(0.0)

    /// Seconds on the clock of the run.
    var seconds: Double { SystemClock.monotonic() + late.withLock { $0 } }

    func now() -> Duration { .seconds(seconds) }

    func sleep(_ duration: Duration) { pass(duration / .seconds(1)) }

    /// So many seconds would have passed.
    func pass(_ seconds: Double) { late.withLock { $0 += seconds } }
}
