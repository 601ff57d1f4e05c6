public import Model
internal import Synchronization

/// Lets bytes pass at a rate, first come, first served; for any number of threads.
///
/// After an idle time a burst of a quarter of a second passes at once. The rate may be changed while threads wait.
public final class TokenBucket: Sendable {
    /// For how many seconds allowance is saved up.
    static let burstSeconds = 0.25
    /// How long a thread sleeps at most before it looks whether the rate was changed.
    static let sleepMax = Duration.milliseconds(100)

    private struct State {
        var rate: ByteRate?
        // Bytes that may have passed by `updated`, and bytes that were asked for, both counted from the beginning.
        var allowed = 0.0
        var asked = 0.0
        var updated: Duration

        /// Brings `allowed` up to `now` at the rate there was.
        mutating func update(_ now: Duration) {
            let seconds = max(0, (now - updated) / .seconds(1))
            updated = max(now, updated)
            guard let rate else {
                allowed = asked
                return
            }
            allowed = min(allowed + seconds * rate.bytesPerSecond, asked + rate.bytesPerSecond * burstSeconds)
        }
    }

    private let state: Mutex<State>
    private let clock: any StoreClock

    /// A bucket that lets `rate` pass; everything, where there is none.
    public init(_ rate: ByteRate?, clock: any StoreClock = SystemStoreClock()) {
        self.clock = clock
        state = Mutex(State(rate: rate, updated: clock.now()))
    }

    /// The rate; nil for no limit.
    ///
    /// A change holds at once, also for those that wait.
    public var rate: ByteRate? {
        get { state.withLock { $0.rate } }
        set {
            let now = clock.now()
            state.withLock {
                $0.update(now)
                $0.rate = newValue
            }
        }
    }

    /// Returns when `count` bytes may pass, after all that were asked for before.
    public func take(_ count: Int) {
        guard count > 0 else { return }
        let start = clock.now()
        let ticket = state.withLock {
            $0.update(start)
            $0.asked += Double(count)
            return $0.asked
        }
        while let pause = pause(ticket) { clock.sleep(pause) }
    }

    /// How long to sleep before looking again; nil when it is `ticket`'s turn.
    private func pause(_ ticket: Double) -> Duration? {
        let now = clock.now()
        return state.withLock {
            $0.update(now)
            guard let rate = $0.rate, $0.allowed < ticket else { return nil }
            // A microsecond at least, so that rounding does not make it spin.
            return min(Self.sleepMax, max(.microseconds(1), .seconds((ticket - $0.allowed) / rate.bytesPerSecond)))
        }
    }
}
