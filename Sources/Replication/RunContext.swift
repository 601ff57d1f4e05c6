public import Model
public import Storage
public import Workers

/// What every run needs from outside: how many threads, where to remember, what the time is, how to be stopped.
public struct RunContext: Sendable {
    /// Threads that read, hash and write; the scanner has some of its own.
    public var threads: Int
    /// Where this machine remembers what it did; nil to remember nothing.
    public var state: StateFolder?
    /// Tells how far the run has come.
    public var progress: Progress
    /// Raised to stop the run.
    public var stop: StopFlag
    /// Lets so many bytes pass in a second between the two ends, as they are on the wire; nil for as many as can.
    public var limit: TokenBucket?
    /// The clock.
    public var now: @Sendable () -> Timestamp

    /// A context; as many threads as there are processors unless said.
    public init(
        threads: Int = Crew.processors, state: StateFolder?, progress: Progress = Progress(),
        stop: StopFlag = StopFlag(),
        limit: TokenBucket? = nil,
        now: @escaping @Sendable () -> Timestamp = { SystemClock.now() }
    ) {
        self.threads = threads
        self.state = state
        self.progress = progress
        self.stop = stop
        self.limit = limit
        self.now = now
    }
}
