#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// The time that waiting is measured by, and the waiting itself; a door, so that tests need not wait.
public protocol StoreClock: Sendable {
    /// The time since some fixed moment; never goes back.
    func now() -> Duration
    /// Holds the thread for at least `duration`.
    func sleep(_ duration: Duration)
}

/// The machine's monotonic clock.
public struct SystemStoreClock: StoreClock {
    /// The clock.
    public init() {}

    /// The time since the machine was started.
    public func now() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    /// Sleeps, and goes on sleeping after a signal.
    public func sleep(_ duration: Duration) {
        guard duration > .zero else { return }
        let (seconds, attoseconds) = duration.components
        var rest = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
        var left = timespec()
        while nanosleep(&rest, &left) != 0, errno == EINTR { rest = left }
    }
}
