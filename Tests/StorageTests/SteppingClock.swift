import Storage
import Synchronization

/// A clock that moves when somebody sleeps, and tells after how many sleeps.
final class SteppingClock: StoreClock {
    private struct State {
        var now: Duration = .zero
        var sleeps = 0
        var onSleep: @Sendable (Int) -> Void = { _ in }
    }

    private let state = Mutex(State())

    /// What to do after each sleep, with the number of sleeps so far.
    var onSleep: @Sendable (Int) -> Void {
        get { state.withLock { $0.onSleep } }
        set { state.withLock { $0.onSleep = newValue } }
    }

    func now() -> Duration { state.withLock { $0.now } }

    func sleep(_ duration: Duration) {
        let (tell, count) = state.withLock { state in
            state.now += duration
            state.sleeps += 1
            return (state.onSleep, state.sleeps)
        }
        tell(count)
    }
}
