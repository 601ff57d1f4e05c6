/// How often and after what pause a failed request is made again.
public struct RetryPolicy: Hashable, Sendable {
    /// How often a request is made at most; at least once.
    public var attemptsMax: Int
    /// The pause before the second attempt, on average; each further one is twice as long.
    public var firstPause: Duration
    /// No pause is longer than this.
    public var pauseMax: Duration

    /// A policy; the usual one gives up after about a quarter of a minute.
    public init(
        attemptsMax: Int = 6, firstPause: Duration = .milliseconds(500), pauseMax: Duration = .seconds(15)
    ) {
        precondition(attemptsMax >= 1, "a request is made at least once")
        self.attemptsMax = attemptsMax
        self.firstPause = firstPause
        self.pauseMax = pauseMax
    }

    /// The pause after `failures` failed attempts: twice as long each time, half to one and a half of it by `jitter`.
    ///
    /// `jitter`, from 0 to 1, keeps many clients that failed together from coming back together.
    public func pause(after failures: Int, jitter: Double) -> Duration {
        let doublings = min(max(0, failures - 1), 30)
        return min(pauseMax, firstPause * Double(1 << doublings) * (0.5 + jitter))
    }
}
