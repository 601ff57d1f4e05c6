public import Model
public import Storage

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#endif

/// Where an object store's client gets time and chance from: the system, or a test.
public struct S3Doors: Sendable {
    /// How often a request is sent, and after what pauses.
    ///
    /// The usual one gives up after about half a minute.
    public var policy = RetryPolicy(attemptsMax: 8, firstPause: .milliseconds(200), pauseMax: .seconds(15))
    /// What pauses are measured by.
    public var clock: any StoreClock = SystemStoreClock()
    /// The time that signatures name.
    public var now: @Sendable () -> Timestamp = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: UInt32(time.tv_nsec))
    }
    /// How long nothing may come, or go, on a connection before it is given up.
    public var idle = Duration.seconds(60)
    /// Numbers from 0 to 1.
    public var jitter: @Sendable () -> Double = { .random(in: 0...1) }

    /// The system's.
    public init() {}
}
