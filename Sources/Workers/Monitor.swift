#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// A value under a lock, with a way to wait until it has become something: a mutex and a condition variable.
///
/// For threads that block, not for tasks: a task that waits here holds its thread.
///
/// Sendable by hand: the compiler cannot see that the mutex guards the state; nothing reaches the state but through it.
public final class Monitor<State>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var state: State

    /// Guards `state`.
    public init(_ state: State) {
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // Waiting for so long must not depend on what the wall clock is set to.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
        self.state = state
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    /// Runs `body` on the state, alone; wakes nobody.
    public func read<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&state)
    }

    /// Runs `body` on the state, alone, then wakes all that wait.
    public func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer {
            pthread_cond_broadcast(condition)
            pthread_mutex_unlock(mutex)
        }
        return try body(&state)
    }

    /// Runs `body` on the state, alone, again after each change, until it returns something; wakes all that wait then.
    public func wait<Result>(until body: (inout State) throws -> Result?) rethrows -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = try body(&state) {
                pthread_cond_broadcast(condition)
                return result
            }
            pthread_cond_wait(condition, mutex)
        }
    }

    /// The same, for at most `limit`: nil once that has passed without a result.
    public func wait<Result>(for limit: Duration, until body: (inout State) throws -> Result?) rethrows -> Result? {
        let end = Self.deadline(after: limit)
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            if let result = try body(&state) {
                pthread_cond_broadcast(condition)
                return result
            }
            var deadline = end
            if pthread_cond_timedwait(condition, mutex, &deadline) == ETIMEDOUT {
                let result = try body(&state)
                if result != nil { pthread_cond_broadcast(condition) }
                return result
            }
        }
    }

    /// The monotonic clock's time after `limit`, which is taken as a day where it is more.
    private static func deadline(after limit: Duration) -> timespec {
        let (seconds, attoseconds) = min(max(limit, .zero), .seconds(86_400)).components
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        let nanoseconds = time.tv_nsec + Int(attoseconds / 1_000_000_000)
        return timespec(
            tv_sec: time.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    }
}
