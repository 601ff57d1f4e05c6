public import Storage
internal import Synchronization

/// A clock that moves only when somebody sleeps or a test pushes it: waiting takes no time.
public final class ManualClock: StoreClock {
    private struct State {
        var now: Duration = .zero
        var sleeps: [Duration] = []
    }

    private let state = Mutex(State())

    /// A clock at zero.
    public init() {}

    /// The time that was slept and pushed so far.
    public func now() -> Duration { state.withLock { $0.now } }

    /// Moves the time on at once, and remembers the sleep.
    public func sleep(_ duration: Duration) {
        state.withLock {
            $0.now += duration
            $0.sleeps.append(duration)
        }
    }

    /// Moves the time on without a sleep.
    public func advance(_ duration: Duration) { state.withLock { $0.now += duration } }

    /// All sleeps so far.
    public var sleeps: [Duration] { state.withLock { $0.sleeps } }
}
